//! The `p95` program: rates and tail latencies of anything that speaks Prometheus, in a window, a terminal, or a pipe.

mod cli;
mod demo;
mod output;
mod view;
mod watch;
#[cfg(feature = "gui")]
mod window;

use std::process::ExitCode;

/// Drawing allocates and frees a lot; the system's allocator spends most of a frame in page faults.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
