//! Counts, observes and writes a page, with p95-core's `instrument` and `encode` alone. Compiles for wasm32 too.

use p95_core::exposition::encode::Format;
use p95_core::instrument::{Counter, Descriptor, Histogram, RegisterError, Registry, bounds};

fn main() -> Result<(), RegisterError> {
    let mut registry = Registry::default();
    let clicks = Descriptor::new("clicks", "Clicks, by button.");
    let clicks = registry.register_family(clicks, ["button"], Counter::default)?;
    let latency = Descriptor::new("latency_seconds", "Time to show a view.").with_unit("seconds");
    let latency = registry.register(latency, Histogram::new(bounds::LATENCY_SECS))?;
    clicks.inc(["buy"]);
    latency.observe(0.3);
    print!("{}", registry.encode(Format::OpenMetrics, 0));
    Ok(())
}
