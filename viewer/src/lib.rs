//! The `p95` program: rates and tail latencies of anything that speaks Prometheus, in a window, a terminal, or a pipe.
//!
//! The binary calls [`main`]; benchmarks and pictures draw the [`window`] itself.

mod cli;
mod demo;
mod output;
mod view;
mod watch;
#[cfg(feature = "snapshot")]
pub mod window;

pub use cli::main;
