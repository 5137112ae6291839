//! Counters.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Metric;
use super::atomic::AtomicF64;
use crate::exposition::encode::{CounterValue, LabelPairs, Visitor};
use crate::model::MetricType;

/// A total that only grows.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<Parts>);

/// Whole numbers are counted apart: an atomic addition is cheaper than an exchange, and exact beyond 2^53.
#[derive(Debug, Default)]
struct Parts {
    whole: AtomicU64,
    fraction: AtomicF64,
}

impl Counter {
    /// Counts one.
    pub fn inc(&self) {
        self.inc_by(1);
    }

    /// Counts `count`.
    pub fn inc_by(&self, count: u64) {
        self.0.whole.fetch_add(count, Ordering::Relaxed);
    }

    /// Adds an amount that need not be whole. A total never falls: a negative amount, or NaN, is not added.
    pub fn add(&self, amount: f64) {
        if amount > 0.0 {
            self.0.fraction.add(amount);
        }
    }

    /// The total.
    pub fn get(&self) -> f64 {
        self.0.whole.load(Ordering::Relaxed) as f64 + self.0.fraction.get()
    }
}

impl Metric for Counter {
    const TYPE: MetricType = MetricType::Counter;

    fn visit(&self, labels: LabelPairs<'_>, _now_ms: i64, visitor: &mut dyn Visitor) {
        visitor.counter(labels, &CounterValue { total: self.get(), ..CounterValue::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_falls() {
        let counter = Counter::default();
        counter.inc();
        counter.clone().inc_by(2);
        counter.add(0.5);
        counter.add(-1.0);
        counter.add(f64::NAN);
        assert_eq!(counter.get(), 3.5);
    }

    #[test]
    fn threads_lose_nothing() {
        let counter = Counter::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        counter.inc();
                        counter.add(0.5);
                    }
                });
            }
        });
        assert_eq!(counter.get(), 6000.0);
    }
}
