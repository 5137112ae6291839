//! The way from metrics to an encoder: one call for each family, then one for each of its label sets.

use crate::model::MetricType;

/// Labels by name and value, none twice.
pub type LabelPairs<'a> = &'a [(&'a str, &'a str)];

/// What a family says of itself.
#[derive(Clone, Copy, Debug)]
pub struct FamilyHead<'a> {
    /// The name without the suffix that its type asks for: a counter's without `_total`, an info's without `_info`.
    pub name: &'a str,
    /// The type.
    pub metric_type: MetricType,
    /// The unit, which the name ends with, or empty.
    pub unit: &'a str,
    /// The help text, or empty.
    pub help: &'a str,
}

/// An example of what was counted or observed.
#[derive(Clone, Copy, Debug)]
pub struct ExemplarValue<'a> {
    /// Its labels, such as a trace's id.
    pub labels: LabelPairs<'a>,
    /// What was observed, or by how much was counted.
    pub value: f64,
    /// Milliseconds since the Unix epoch, where they are known.
    pub timestamp_ms: Option<i64>,
}

/// A counter at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct CounterValue<'a> {
    /// The total.
    pub total: f64,
    /// When counting began, in milliseconds since the Unix epoch, where that is known.
    pub created_ms: Option<i64>,
    /// An example of what was counted.
    pub exemplar: Option<ExemplarValue<'a>>,
}

/// A histogram at one moment: classic, native or both. One that is native alone has no bounds and one count.
#[derive(Clone, Copy, Debug, Default)]
pub struct HistogramValue<'a> {
    /// The upper bounds, ascending, without `+Inf`.
    pub bounds: &'a [f64],
    /// The observations in each bucket (not cumulative), one more than there are bounds.
    pub counts: &'a [u64],
    /// The sum of all observations.
    pub sum: f64,
    /// When counting began, in milliseconds since the Unix epoch, where that is known.
    pub created_ms: Option<i64>,
    /// An example for each bucket, in the order of `counts`; or empty, where there is none for any.
    pub exemplars: &'a [Option<ExemplarValue<'a>>],
    /// The native buckets, where there are any: they hold the same observations.
    pub native: Option<NativeValue<'a>>,
}

/// The buckets of a native histogram at one moment.
///
/// The upper bound of bucket `i` is `2^(i * 2^-schema)`, as in [`crate::model::NativeHistogram`].
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeValue<'a> {
    /// The resolution: -4 (coarse) to 8 (fine).
    pub schema: i32,
    /// Half the width of the zero bucket.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: u64,
    /// Indices and counts (not cumulative) of the buckets of positive observations, by ascending index, none empty.
    pub positive: &'a [(i32, u64)],
    /// Those of negative observations, by the index of their absolute values.
    pub negative: &'a [(i32, u64)],
    /// Examples, by ascending value.
    pub exemplars: &'a [ExemplarValue<'a>],
}

/// A summary at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct SummaryValue<'a> {
    /// Quantiles with their values, by ascending quantile.
    pub quantiles: &'a [(f64, f64)],
    /// The number of all observations.
    pub count: u64,
    /// The sum of all observations.
    pub sum: f64,
    /// When counting began, in milliseconds since the Unix epoch, where that is known.
    pub created_ms: Option<i64>,
}

/// What takes metrics in: an encoder, or anything else that has a use for them.
///
/// After [`Visitor::family`] follow only calls of that family's type, so nobody has to build families in memory.
pub trait Visitor {
    /// A family begins.
    fn family(&mut self, head: &FamilyHead<'_>);
    /// A counter.
    fn counter(&mut self, labels: LabelPairs<'_>, value: &CounterValue<'_>);
    /// A gauge's value.
    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64);
    /// A histogram.
    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramValue<'_>);
    /// A summary.
    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryValue<'_>);
    /// An info: its content is a second set of labels.
    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>);
    /// A stateset: whether each state holds.
    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]);
}
