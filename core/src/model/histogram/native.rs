//! The native histogram: buckets whose bounds follow from a schema, stored sparsely.

use crate::model::is_stale;

/// A native histogram with float counts.
///
/// For schemas -4 to 8 the upper bound of bucket `i` is `2^(i * 2^-schema)`. Schema
/// [`NativeHistogram::CUSTOM_BUCKETS`] takes its upper bounds from `custom_bounds` instead.
/// Source: Prometheus' `model/histogram`.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::Bucket;
///
/// let histogram = NativeHistogram {
///     count: 3.0,
///     sum: 4.5,
///     positive: vec![Bucket { index: 0, count: 1.0 }, Bucket { index: 1, count: 2.0 }],
///     ..NativeHistogram::default()
/// };
/// assert_eq!(histogram.mean(), 1.5);
/// assert_eq!(histogram.to_string(), "{count:3, sum:4.5, (0.5,1]:1, (1,2]:2}");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NativeHistogram {
    /// The resolution: -4 (coarse) to 8 (fine), or [`NativeHistogram::CUSTOM_BUCKETS`].
    pub schema: i32,
    /// Whether a lower count than before is certain, possible or ruled out.
    pub reset_hint: ResetHint,
    /// Half the width of the zero bucket, which spans `[-zero_threshold, zero_threshold]`.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// All observations.
    pub count: f64,
    /// The sum of all observations.
    pub sum: f64,
    /// Buckets of positive observations, by ascending index; none twice.
    pub positive: Vec<Bucket>,
    /// Buckets of negative observations, by ascending index of their absolute values; none twice.
    pub negative: Vec<Bucket>,
    /// Upper bounds for schema [`NativeHistogram::CUSTOM_BUCKETS`], ascending, without `+Inf`.
    pub custom_bounds: Vec<f64>,
}

/// The count of one bucket (not cumulative).
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::Bucket;
///
/// let bucket = Bucket { index: 3, count: 1.0 };
/// assert_eq!(NativeHistogram::default().upper_bound(bucket.index), 8.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bucket {
    /// The bucket's index; its bounds follow from the schema.
    pub index: i32,
    /// Observations in the bucket.
    pub count: f64,
}

/// What a histogram says of its relation to the one before it in the series.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::ResetHint;
///
/// let before = NativeHistogram { count: 5.0, ..NativeHistogram::default() };
/// let after = NativeHistogram { count: 7.0, ..NativeHistogram::default() };
/// assert!(!after.was_reset_since(&before));
/// assert!(after.with_hint(ResetHint::Reset).was_reset_since(&before));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum ResetHint {
    /// Compare the two to find out.
    #[default]
    Unknown,
    /// A reset lies between the two.
    Reset,
    /// No reset lies between the two.
    NotReset,
    /// The histogram is a gauge, which knows no resets.
    Gauge,
}

impl NativeHistogram {
    /// The schema of histograms that bring their own bounds.
    pub const CUSTOM_BUCKETS: i32 = -53;

    /// Whether the buckets' bounds are the histogram's own, not those of a schema.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    ///
    /// let schema = NativeHistogram::CUSTOM_BUCKETS;
    /// let histogram = NativeHistogram { schema, custom_bounds: vec![0.1, 1.0], ..NativeHistogram::default() };
    /// assert!(histogram.has_custom_bounds());
    /// assert_eq!((histogram.upper_bound(1), histogram.upper_bound(2)), (1.0, f64::INFINITY));
    /// ```
    pub fn has_custom_bounds(&self) -> bool {
        self.schema == Self::CUSTOM_BUCKETS
    }

    /// Whether this is no observation but the marker that says "the series ended here".
    ///
    /// ```
    /// use p95_core::model::{NativeHistogram, STALE_NAN};
    /// assert!(NativeHistogram { sum: STALE_NAN, ..NativeHistogram::default() }.is_stale_marker());
    /// ```
    pub fn is_stale_marker(&self) -> bool {
        is_stale(self.sum)
    }

    /// The mean of all observations; NaN where there are none.
    pub fn mean(&self) -> f64 {
        self.sum / self.count
    }

    /// The histogram with all counts and the sum multiplied. A negative factor makes it a gauge.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    ///
    /// let histogram = NativeHistogram { count: 4.0, sum: 6.0, ..NativeHistogram::default() };
    /// let tripled = histogram.clone().multiplied_by(3.0);
    /// assert_eq!((tripled.count, tripled.sum), (12.0, 18.0));
    /// assert_eq!(tripled.divided_by(3.0), histogram);
    /// ```
    #[must_use]
    pub fn multiplied_by(mut self, factor: f64) -> Self {
        self.map_counts(|count| count * factor);
        self.gauge_if(factor < 0.0)
    }

    /// The histogram with all counts and the sum divided. A negative divisor makes it a gauge; dividing by 0 leaves no
    /// buckets but the zero bucket, and infinite or NaN counts.
    ///
    /// [`NativeHistogram::multiplied_by`] has an example.
    #[must_use]
    pub fn divided_by(mut self, divisor: f64) -> Self {
        self.map_counts(|count| count / divisor);
        if divisor == 0.0 {
            self.positive = Vec::new();
            self.negative = Vec::new();
        }
        self.gauge_if(divisor < 0.0)
    }

    /// The histogram without empty buckets.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    /// use p95_core::model::histogram::Bucket;
    ///
    /// let positive = vec![Bucket { index: 0, count: 0.0 }, Bucket { index: 1, count: 2.0 }];
    /// let histogram = NativeHistogram { count: 2.0, positive, ..NativeHistogram::default() };
    /// let compacted = histogram.clone().compacted();
    /// assert_eq!(compacted.positive, [Bucket { index: 1, count: 2.0 }]);
    /// assert!(!compacted.holds_same(&histogram));
    /// ```
    #[must_use]
    pub fn compacted(mut self) -> Self {
        self.positive.retain(|bucket| bucket.count != 0.0);
        self.negative.retain(|bucket| bucket.count != 0.0);
        self
    }

    /// The histogram with another hint.
    #[must_use]
    pub fn with_hint(mut self, hint: ResetHint) -> Self {
        self.reset_hint = hint;
        self
    }

    /// Count, sum and hint alone, without buckets.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    /// use p95_core::model::histogram::Bucket;
    ///
    /// let positive = vec![Bucket { index: 1, count: 2.0 }];
    /// let histogram = NativeHistogram { count: 2.0, sum: 3.0, positive, ..NativeHistogram::default() };
    /// let statistics = histogram.statistics();
    /// assert_eq!((statistics.mean(), statistics.positive.len()), (1.5, 0));
    /// assert!(statistics.weight() < histogram.weight());
    /// ```
    pub fn statistics(&self) -> Self {
        Self {
            schema: self.schema,
            reset_hint: self.reset_hint,
            count: self.count,
            sum: self.sum,
            ..Self::default()
        }
    }

    /// What the histogram weighs against limits, where a float sample weighs 1: it takes that many times 16 bytes.
    ///
    /// [`NativeHistogram::statistics`] has an example.
    #[cfg(any(feature = "promql", feature = "store"))]
    pub fn weight(&self) -> usize {
        let buckets = self.positive.len() + self.negative.len();
        (size_of::<Self>() + size_of_val(&*self.custom_bounds)) / 16 + buckets
    }

    /// Whether the two hold the same: all buckets, empty ones too, all counts and bounds by their bits. The hint does not
    /// matter.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    /// use p95_core::model::histogram::ResetHint;
    ///
    /// let histogram = NativeHistogram::default();
    /// assert!(histogram.clone().with_hint(ResetHint::Gauge).holds_same(&histogram));
    /// ```
    pub fn holds_same(&self, other: &Self) -> bool {
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        let same_buckets = |a: &[Bucket], b: &[Bucket]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.index == b.index && same(a.count, b.count))
        };
        self.schema == other.schema
            && same(self.zero_threshold, other.zero_threshold)
            && same(self.zero_count, other.zero_count)
            && same(self.count, other.count)
            && same(self.sum, other.sum)
            && self.custom_bounds == other.custom_bounds
            && same_buckets(&self.positive, &other.positive)
            && same_buckets(&self.negative, &other.negative)
    }

    /// Applies `f` to the sum and to all counts.
    fn map_counts(&mut self, f: impl Fn(f64) -> f64) {
        self.count = f(self.count);
        self.sum = f(self.sum);
        self.zero_count = f(self.zero_count);
        let buckets = self.positive.iter_mut().chain(&mut self.negative);
        buckets.for_each(|bucket| bucket.count = f(bucket.count));
    }

    fn gauge_if(self, is_negative: bool) -> Self {
        if is_negative { self.with_hint(ResetHint::Gauge) } else { self }
    }
}
