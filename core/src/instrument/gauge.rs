//! Gauges.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::atomic::AtomicF64;
use super::{Metric, Moment};
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::MetricType;

/// A value that goes up and down. Every float is one: NaN and infinities are shown as they are.
///
/// ```
/// use p95_core::instrument::Gauge;
///
/// let in_flight = Gauge::default();
/// {
///     let _request = in_flight.track();
///     assert_eq!(in_flight.get(), 1.0);
/// }
/// assert_eq!(in_flight.get(), 0.0);
/// in_flight.set(-0.5);
/// in_flight.add(2.0);
/// in_flight.dec();
/// assert_eq!(in_flight.get(), 0.5);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    value: AtomicF64,
    /// Changes with every write, also where the value stays.
    writes: AtomicU64,
}

impl Gauge {
    /// Replaces the value.
    #[inline]
    pub fn set(&self, value: f64) {
        self.0.value.set(value);
        self.mark();
    }

    /// Adds to the value; a negative amount lowers it.
    #[inline]
    pub fn add(&self, amount: f64) {
        self.0.value.add(amount);
        self.mark();
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(1.0);
    }

    /// Takes one away.
    #[inline]
    pub fn dec(&self) {
        self.add(-1.0);
    }

    /// Adds one, and takes it away when the guard is dropped, also where a panic does it.
    #[must_use = "without a guard the one is taken away at once"]
    pub fn track(&self) -> Tracked {
        self.inc();
        Tracked(self.clone())
    }

    /// The value.
    pub fn get(&self) -> f64 {
        self.0.value.get()
    }

    /// Two threads may write the same number here: that it differs from before is enough.
    #[inline]
    fn mark(&self) {
        self.0.writes.store(self.0.writes.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }
}

/// One of what a gauge counts, until it is dropped. See [`Gauge::track`].
///
/// ```
/// use p95_core::instrument::Gauge;
///
/// let open = Gauge::default();
/// let (first, second) = (open.track(), open.track());
/// drop(first);
/// assert_eq!(open.get(), 1.0);
/// ```
#[derive(Debug)]
pub struct Tracked(Gauge);

impl Drop for Tracked {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metric for Gauge {
    const TYPE: MetricType = MetricType::Gauge;

    fn visit(&self, labels: LabelPairs<'_>, _moment: Moment, visitor: &mut dyn Visitor) {
        visitor.gauge(labels, self.get());
    }

    fn activity(&self) -> u64 {
        self.0.writes.load(Ordering::Relaxed)
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

    #[test]
    fn what_is_tracked_ends_with_a_panic_too() {
        let gauge = Gauge::default();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _tracked = gauge.track();
            assert_eq!(gauge.get(), 1.0);
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(result.is_err());
        assert_eq!(gauge.get(), 0.0);
    }
}
