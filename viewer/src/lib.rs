//! The `p95` program: rates and tail latencies of anything that speaks Prometheus, in a window, a terminal, or a pipe.
//!
//! The binary calls [`main`]; benchmarks and pictures draw the [`window`] itself. Compiled for a browser, it is the window
//! alone (`web`).

#[cfg(not(target_family = "wasm"))]
mod cli;
#[cfg(not(target_family = "wasm"))]
mod demo;
mod order;
mod output;
mod view;
#[cfg(not(target_family = "wasm"))]
mod watch;
#[cfg(target_family = "wasm")]
mod web;
#[cfg(feature = "snapshot")]
pub mod window;

#[cfg(not(target_family = "wasm"))]
pub use cli::main;
#[cfg(target_family = "wasm")]
pub use web::main;
