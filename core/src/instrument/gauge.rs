//! Gauges.

use std::sync::Arc;

use super::Metric;
use super::atomic::AtomicF64;
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::MetricType;

/// A value that goes up and down.
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicF64>);

impl Gauge {
    /// Replaces the value.
    pub fn set(&self, value: f64) {
        self.0.set(value);
    }

    /// Adds to the value; a negative amount lowers it.
    pub fn add(&self, amount: f64) {
        self.0.add(amount);
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(1.0);
    }

    /// Takes one away.
    pub fn dec(&self) {
        self.add(-1.0);
    }

    /// The value.
    pub fn get(&self) -> f64 {
        self.0.get()
    }
}

impl Metric for Gauge {
    const TYPE: MetricType = MetricType::Gauge;

    fn visit(&self, labels: LabelPairs<'_>, _now_ms: i64, visitor: &mut dyn Visitor) {
        visitor.gauge(labels, self.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_up_and_down() {
        let gauge = Gauge::default();
        gauge.set(5.0);
        gauge.inc();
        gauge.clone().dec();
        gauge.add(-7.5);
        assert_eq!(gauge.get(), -2.5);
    }
}
