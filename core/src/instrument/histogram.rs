//! Classic histograms.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Metric;
use super::atomic::AtomicF64;
use crate::exposition::encode::{HistogramValue, LabelPairs, Visitor};
use crate::model::MetricType;

/// Counts of observations in buckets, and their sum.
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Buckets>);

#[derive(Debug)]
struct Buckets {
    /// Upper bounds, ascending, finite.
    bounds: Box<[f64]>,
    /// One more than bounds; the last one has what is above all.
    counts: Box<[AtomicU64]>,
    sum: AtomicF64,
}

impl Histogram {
    /// Bounds in seconds that suit requests over a network.
    pub const LATENCY_BOUNDS_SECS: [f64; 11] =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

    /// A histogram with buckets up to each of these bounds, and one above. They come in any order; those that occur twice
    /// or are not finite count once or not at all.
    pub fn new(bounds: impl IntoIterator<Item = f64>) -> Self {
        // Adding zero makes a negative zero a plain one, which would be the same bound under another name.
        let mut bounds: Vec<f64> =
            bounds.into_iter().filter(|bound| bound.is_finite()).map(|bound| bound + 0.0).collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Buckets { bounds: bounds.into(), counts, sum: AtomicF64::default() }))
    }

    /// Counts an observation in the first bucket whose bound it does not exceed. NaN counts above all bounds.
    pub fn observe(&self, value: f64) {
        let at = if value.is_nan() {
            self.0.bounds.len()
        } else {
            self.0.bounds.partition_point(|bound| *bound < value)
        };
        if let Some(count) = self.0.counts.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.0.sum.add(value);
    }
}

impl Metric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;

    fn visit(&self, labels: LabelPairs<'_>, _now_ms: i64, visitor: &mut dyn Visitor) {
        let counts: Vec<u64> = self.0.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let sum = self.0.sum.get();
        let value =
            HistogramValue { bounds: &self.0.bounds, counts: &counts, sum, ..HistogramValue::default() };
        visitor.histogram(labels, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bounds: &[f64], observations: &[f64], expect_bounds: &[f64], expect_counts: &[u64]) {
        let histogram = Histogram::new(bounds.iter().copied());
        observations.iter().for_each(|value| histogram.observe(*value));
        let counts: Vec<u64> = histogram.0.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        assert_eq!((&*histogram.0.bounds, counts.as_slice()), (expect_bounds, expect_counts));
    }

    #[test]
    fn observations_fall_into_the_first_bucket_that_holds_them() {
        check(&[1.0, 2.0], &[0.5, 1.0, 1.5, 2.0, 2.1], &[1.0, 2.0], &[2, 2, 1]);
        check(&[1.0], &[f64::INFINITY, f64::NEG_INFINITY, f64::NAN], &[1.0], &[1, 2]);
        check(&[], &[1.0], &[], &[1]);
    }

    #[test]
    fn bounds_are_put_in_order() {
        check(&[2.0, 1.0, 2.0, f64::INFINITY, f64::NAN, 0.0, -0.0], &[], &[0.0, 1.0, 2.0], &[0, 0, 0, 0]);
    }
}
