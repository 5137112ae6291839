//! The `p95` program.

use std::process::ExitCode;

/// Drawing allocates and frees a lot; the system's allocator spends most of a frame in page faults.
#[cfg(not(target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    p95::main()
}
