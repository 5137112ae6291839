//! Native histograms: buckets whose bounds follow from a schema, stored sparsely.

/// A native histogram with float counts.
///
/// For schemas -4 to 8 the upper bound of bucket `i` is `2^(i * 2^-schema)`. Schema
/// [`NativeHistogram::CUSTOM_BUCKETS`] takes its upper bounds from `custom_bounds` instead.
/// Source: Prometheus' `model/histogram`.
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
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bucket {
    /// The bucket's index; its bounds follow from the schema.
    pub index: i32,
    /// Observations in the bucket.
    pub count: f64,
}

/// What a histogram says of its relation to the one before it in the series.
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
}
