//! Counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::atomic::AtomicF64;
use super::exemplar::Exemplar;
use super::rejected::Rejections;
use super::{Metric, Moment, Rejected};
use crate::exposition::encode::{CounterValue, LabelPairs, Visitor};
use crate::model::MetricType;

/// A total that only grows: of whole numbers, of amounts that need not be whole, or of both.
///
/// To count a whole number is one atomic addition, to add an amount one compare-and-swap. A negative amount and one that is
/// not finite are refused and counted (see [`Rejected`]).
///
/// ```
/// use p95_core::instrument::Counter;
///
/// let counter = Counter::default();
/// counter.inc();
/// counter.inc_by(2);
/// counter.add(0.5);
/// counter.add(-1.0);
/// counter.add(f64::NAN);
/// assert_eq!(counter.get(), 3.5);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<Parts>);

/// Whole numbers are counted apart: an atomic addition is cheaper than an exchange, and exact beyond 2^53.
#[derive(Debug, Default)]
struct Parts {
    whole: AtomicU64,
    fraction: AtomicF64,
    exemplar: OnceLock<Box<Mutex<Exemplar>>>,
    rejections: Rejections,
}

impl Counter {
    /// Counts one.
    #[inline]
    pub fn inc(&self) {
        self.inc_by(1);
    }

    /// Counts `count`.
    #[inline]
    pub fn inc_by(&self, count: u64) {
        self.0.whole.fetch_add(count, Ordering::Relaxed);
    }

    /// Adds an amount that need not be whole.
    #[inline]
    pub fn add(&self, amount: f64) {
        if amount >= 0.0 && amount.is_finite() {
            self.0.fraction.add(amount);
        } else {
            self.0.rejections.amount(amount);
        }
    }

    /// As [`Counter::add`], and keeps an example of what was counted: labels such as a trace's id, of at most 128
    /// characters in all, and the time in milliseconds since the Unix epoch, where it is known.
    ///
    /// An example with other labels is refused and counted; the amount counts all the same. It takes a lock.
    ///
    /// ```
    /// use p95_core::instrument::Counter;
    /// let counter = Counter::default();
    /// counter.add_with_exemplar(1.0, &[("trace_id", "8f2e")], Some(1_700_000_000_000));
    /// assert_eq!(counter.get(), 1.0);
    /// ```
    pub fn add_with_exemplar(&self, amount: f64, labels: LabelPairs<'_>, timestamp_ms: Option<i64>) {
        self.add(amount);
        if amount >= 0.0 && amount.is_finite() {
            match Exemplar::new(amount, labels, timestamp_ms) {
                Some(exemplar) => {
                    let kept = self.0.exemplar.get_or_init(|| Box::new(Mutex::new(exemplar.clone())));
                    *kept.lock().unwrap_or_else(PoisonError::into_inner) = exemplar;
                }
                None => self.0.rejections.exemplar(),
            }
        }
    }

    /// The total.
    pub fn get(&self) -> f64 {
        self.0.whole.load(Ordering::Relaxed) as f64 + self.0.fraction.get()
    }
}

impl Metric for Counter {
    const TYPE: MetricType = MetricType::Counter;

    fn visit(&self, labels: LabelPairs<'_>, moment: Moment, visitor: &mut dyn Visitor) {
        let exemplar =
            self.0.exemplar.get().map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).clone());
        let pairs = exemplar.as_ref().map(Exemplar::pairs).unwrap_or_default();
        let exemplar = exemplar.as_ref().map(|exemplar| exemplar.value(&pairs));
        let total = Some(self.get());
        visitor.counter(labels, &CounterValue { total, created_ms: moment.created_ms, exemplar });
    }

    fn activity(&self) -> u64 {
        self.0.whole.load(Ordering::Relaxed).wrapping_add(self.0.fraction.get().to_bits())
    }

    fn rejected(&self) -> Rejected {
        self.0.rejections.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_falls_and_counts_what_it_refuses() {
        let counter = Counter::default();
        counter.inc();
        counter.clone().inc_by(2);
        counter.add(0.5);
        [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]
            .iter()
            .for_each(|amount| counter.add(*amount));
        counter.add_with_exemplar(-1.0, &[], None);
        counter.add_with_exemplar(1.0, &[("no name", "")], None);
        assert_eq!(counter.get(), 4.5);
        assert_eq!(counter.rejected(), Rejected { negative: 2, nan: 1, infinite: 2, exemplar: 1 });
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
