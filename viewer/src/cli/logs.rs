//! What the program says of itself while it works.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Warnings; of the graphics stack below the window only errors, because it reports on every driver and display it tries.
const DEFAULT_FILTER: &str = "warn,naga=error,wgpu_core=error,wgpu_hal=error,winit=error";

/// Sends what is logged to stderr. `P95_LOG` adds to the filter, as in `P95_LOG=p95=debug`, and prevails over it.
pub(super) fn start() {
    let asked = std::env::var("P95_LOG").unwrap_or_default();
    let filter = format!("{DEFAULT_FILTER},{asked}");
    // A second start is refused, and changes nothing.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .without_time()
        .try_init();
}
