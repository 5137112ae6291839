//! Histograms: classic, native or both.

pub mod bounds;
mod cells;
mod exemplars;
#[cfg_attr(not(feature = "native-histograms"), path = "without_native.rs")]
mod native;
mod observations;
#[cfg(feature = "native-histograms")]
mod resolution;
mod snapshot;
#[cfg_attr(all(target_family = "wasm", not(target_feature = "atomics")), path = "single_writer.rs")]
mod writers;

use std::sync::Arc;

pub use native::NativeOptions;

use self::observations::Observations;
use super::{Metric, Moment, Rejected};
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::MetricType;

/// Counts of observations in buckets, and their sum.
///
/// Each thread counts into cells of its own, so that threads do not slow each other down; an exposition adds them up, and
/// its buckets, count and sum always belong together. A value that is not finite is refused and counted (see
/// [`Rejected`]): there is no sum that it would leave of use.
///
/// ```
/// use p95_core::instrument::{Histogram, HistogramOptions, NativeOptions, bounds};
///
/// let classic = Histogram::new(bounds::LATENCY_SECS);
/// let native = Histogram::native(NativeOptions::default());
/// let both = Histogram::with_options(HistogramOptions {
///     bounds: bounds::exponential(0.001, 2.0, 12).collect(),
///     native: Some(NativeOptions { schema: 5, ..NativeOptions::default() }),
/// });
/// both.observe(0.3);
/// both.observe(f64::NAN);
/// assert_eq!((both.count(), both.sum()), (1, 0.3));
/// ```
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Observations>);

/// What a histogram is like.
///
/// ```
/// use p95_core::instrument::{Histogram, HistogramOptions, NativeOptions};
///
/// let options = HistogramOptions { bounds: vec![0.1, 1.0], native: Some(NativeOptions::default()) };
/// let latency = Histogram::with_options(options);
/// latency.observe(0.25);
/// assert_eq!(latency.counts(), [0, 1, 0]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistogramOptions {
    /// Upper bounds of classic buckets, in any order; those that occur twice or are not finite count once or not at all.
    pub bounds: Vec<f64>,
    /// Native buckets, where they are wanted. Text formats cannot carry them.
    pub native: Option<NativeOptions>,
}

impl Histogram {
    /// A classic histogram with buckets up to each of these bounds, and one above. [`bounds`] has some.
    pub fn new(bounds: impl IntoIterator<Item = f64>) -> Self {
        Self::with_options(HistogramOptions { bounds: bounds.into_iter().collect(), native: None })
    }

    /// A native histogram, whose buckets follow from its resolution.
    pub fn native(options: NativeOptions) -> Self {
        Self::with_options(HistogramOptions { bounds: Vec::new(), native: Some(options) })
    }

    /// A histogram that is classic, native or both.
    pub fn with_options(options: HistogramOptions) -> Self {
        Self(Arc::new(Observations::new(options)))
    }

    /// Counts an observation in the first bucket whose bound it does not exceed.
    #[inline]
    pub fn observe(&self, value: f64) {
        self.0.observe(value);
    }

    /// As [`Histogram::observe`], and keeps an example for the bucket: labels such as a trace's id, of at most 128
    /// characters in all, and the time in milliseconds since the Unix epoch, where it is known.
    ///
    /// An example with other labels is refused and counted; the observation counts all the same. It takes a lock.
    ///
    /// ```
    /// use p95_core::instrument::Histogram;
    /// let latency = Histogram::new([0.1, 1.0]);
    /// latency.observe_with_exemplar(0.3, &[("trace_id", "8f2e")], Some(1_700_000_000_000));
    /// assert_eq!(latency.count(), 1);
    /// ```
    pub fn observe_with_exemplar(&self, value: f64, labels: LabelPairs<'_>, timestamp_ms: Option<i64>) {
        self.0.observe_with_exemplar(value, labels, timestamp_ms);
    }

    /// The observations in each classic bucket, not cumulative; the last ones are above all bounds.
    pub fn counts(&self) -> Vec<u64> {
        self.0.read().classic
    }

    /// The number of all observations.
    pub fn count(&self) -> u64 {
        self.0.read().classic.iter().sum()
    }

    /// The sum of all observations.
    pub fn sum(&self) -> f64 {
        self.0.read().sum
    }
}

impl Metric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;

    fn visit(&self, labels: LabelPairs<'_>, moment: Moment, visitor: &mut dyn Visitor) {
        snapshot::visit(&self.0, labels, moment, visitor);
    }

    fn activity(&self) -> u64 {
        self.0.activity()
    }

    fn rejected(&self) -> Rejected {
        self.0.rejected()
    }
}

#[cfg(feature = "native-histograms")]
#[cfg(test)]
mod tests;
