//! From a target to the bytes of its page: with sockets natively, with the browser's `fetch` on the web.

mod answer;
mod body;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

pub use body::Page;
#[cfg(not(target_family = "wasm"))]
pub(crate) use native::Fetcher;
#[cfg(not(target_family = "wasm"))]
pub use native::fetch_page;
#[cfg(target_family = "wasm")]
pub(crate) use web::Fetcher;
