//! Samples: a value at a time.

use std::sync::Arc;

use super::NativeHistogram;

/// The value that says "this series ended here": a NaN with these very bits. Any other NaN is data.
///
/// ```
/// use p95_core::model::STALE_NAN;
/// assert!(STALE_NAN.is_nan());
/// ```
pub const STALE_NAN: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether `value` is the stale marker, by its bits.
///
/// ```
/// use p95_core::model::{STALE_NAN, is_stale};
/// assert!(is_stale(STALE_NAN) && !is_stale(f64::NAN));
/// ```
#[inline]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_NAN.to_bits()
}

/// A float at a time.
///
/// ```
/// use p95_core::model::FloatSample;
/// let sample = FloatSample { timestamp_ms: 1_700_000_000_000, value: 0.7 };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FloatSample {
    /// Milliseconds since the Unix epoch.
    pub timestamp_ms: i64,
    /// The value; the stale marker where [`is_stale`] says so.
    pub value: f64,
}

/// A native histogram at a time.
///
/// ```
/// use std::sync::Arc;
/// use p95_core::model::{HistogramSample, NativeHistogram};
/// let histogram = Arc::new(NativeHistogram { count: 3.0, ..NativeHistogram::default() });
/// let sample = HistogramSample { timestamp_ms: 1_700_000_000_000, histogram };
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HistogramSample {
    /// Milliseconds since the Unix epoch.
    pub timestamp_ms: i64,
    /// The histogram; its sum is the stale marker where the series ended.
    pub histogram: Arc<NativeHistogram>,
}

/// What a sample says: a number or a native histogram.
///
/// ```
/// use p95_core::model::{NativeHistogram, SampleValue};
/// assert!(SampleValue::from(NativeHistogram::default()).is_histogram());
/// assert!(!SampleValue::Float(0.7).is_histogram());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum SampleValue {
    /// A number.
    Float(f64),
    /// A native histogram.
    Histogram(Arc<NativeHistogram>),
}

impl SampleValue {
    /// Whether it is a histogram.
    pub fn is_histogram(&self) -> bool {
        matches!(self, Self::Histogram(_))
    }
}

impl From<NativeHistogram> for SampleValue {
    fn from(histogram: NativeHistogram) -> Self {
        Self::Histogram(Arc::new(histogram))
    }
}

/// The samples of one series in a time range, floats and native histograms apart, each in order of time.
///
/// A series holds one kind nearly always; where it changed kind, both lists have entries, and their timestamps
/// are disjoint.
///
/// ```
/// use p95_core::model::{FloatSample, Samples};
/// let floats = vec![FloatSample { timestamp_ms: 0, value: 1.0 }, FloatSample { timestamp_ms: 1_000, value: 2.0 }];
/// let samples = Samples { floats, ..Samples::default() };
/// assert_eq!((samples.len(), samples.weight(), samples.is_empty()), (2, 2, false));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Samples {
    /// Float samples.
    pub floats: Vec<FloatSample>,
    /// Native histogram samples.
    pub histograms: Vec<HistogramSample>,
}

impl Samples {
    /// The number of samples of both kinds.
    pub fn len(&self) -> usize {
        self.floats.len() + self.histograms.len()
    }

    /// What the samples weigh against limits: a histogram as much as it takes memory, one for each 16 bytes.
    #[cfg(any(feature = "promql", feature = "store"))]
    pub fn weight(&self) -> usize {
        let histograms = self.histograms.iter().map(|sample| sample.histogram.weight());
        self.floats.len() + histograms.sum::<usize>()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.floats.is_empty() && self.histograms.is_empty()
    }
}
