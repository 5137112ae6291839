//! How answers are written, and how texts from outside are made safe to show.

#[cfg(not(target_family = "wasm"))]
mod answer;
#[cfg(not(target_family = "wasm"))]
mod csv;
pub(crate) mod escape;
#[cfg(not(target_family = "wasm"))]
mod explanation;
#[cfg(not(target_family = "wasm"))]
mod json;
pub(crate) mod shorten;
#[cfg(not(target_family = "wasm"))]
mod table;
#[cfg(not(target_family = "wasm"))]
mod write;

#[cfg(not(target_family = "wasm"))]
pub(crate) use explanation::write_explanation;
#[cfg(not(target_family = "wasm"))]
pub(crate) use write::write_answer;
