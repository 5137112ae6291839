//! The shop: what it measures, and what happens in it.

use p95_core::instrument::{Page, RegisterError, Registry};

use super::metrics::Metrics;
use super::simulation::Simulation;

/// Every demo is the same shop.
const SEED: u64 = 95;

/// A simulated shop with its metrics. Times are milliseconds since the Unix epoch.
pub(crate) struct Shop {
    registry: Registry,
    simulation: Simulation,
}

impl Shop {
    /// A shop that opens at `opened_ms`.
    ///
    /// # Errors
    /// Where the registry refuses a metric.
    pub(crate) fn open(opened_ms: i64) -> Result<Self, RegisterError> {
        let mut registry = Registry::default();
        let metrics = Metrics::register(&mut registry)?;
        Ok(Self { registry, simulation: Simulation::new(metrics, SEED, opened_ms) })
    }

    /// Its metrics at `now_ms`, which must not be before what was asked for last, in the format that this header `Accept`
    /// prefers.
    pub(crate) fn page(&mut self, accept: &str, now_ms: i64) -> Page {
        self.simulation.advance_to(now_ms);
        self.registry.page(accept, now_ms)
    }
}
