//! The way from metrics to an encoder: one call for each family, then one for each of its label sets.

use crate::model::{MetricType, NativeHistogram};

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
    pub total: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
    /// An example of what was counted.
    pub exemplar: Option<ExemplarValue<'a>>,
}

/// A histogram at one moment, also one of type gauge histogram: classic, native or both.
#[derive(Clone, Copy, Debug, Default)]
pub struct HistogramValue<'a> {
    /// The classic buckets by ascending bound. Where the one up to infinity is missing, `count` stands for it.
    pub buckets: &'a [BucketValue<'a>],
    /// The sum of all observations.
    pub sum: Option<f64>,
    /// How many observations there are; where it is missing, the last bucket says it.
    pub count: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
    /// The same observations as a native histogram, which protobuf alone can carry.
    pub native: Option<&'a NativeHistogram>,
    /// Examples that belong to no classic bucket.
    pub native_exemplars: &'a [ExemplarValue<'a>],
}

/// A bucket of a [`HistogramValue`].
#[derive(Clone, Copy, Debug)]
pub struct BucketValue<'a> {
    /// The largest observation that the bucket counts.
    pub upper_bound: f64,
    /// How many observations are at most `upper_bound`.
    pub cumulative_count: f64,
    /// An example of them.
    pub exemplar: Option<ExemplarValue<'a>>,
}

/// A summary at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct SummaryValue<'a> {
    /// Quantiles with their values, by ascending quantile.
    pub quantiles: &'a [(f64, f64)],
    /// The sum of all observations.
    pub sum: Option<f64>,
    /// The number of all observations.
    pub count: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
}

/// What takes metrics in: an encoder, or anything else that has a use for them.
///
/// After [`Visitor::family`] follow only calls of that family's type, so nobody has to build families in memory. What was
/// read from a page may lack parts, and have times of its own; live metrics have all parts but those of which the
/// registry knows nothing.
pub trait Visitor {
    /// A family begins.
    fn family(&mut self, head: &FamilyHead<'_>);
    /// The next metric is from this time, in milliseconds since the Unix epoch, and not from that of the scrape.
    fn at(&mut self, timestamp_ms: i64);
    /// A number of which nothing is known.
    fn unknown(&mut self, labels: LabelPairs<'_>, value: f64);
    /// A counter.
    fn counter(&mut self, labels: LabelPairs<'_>, value: &CounterValue<'_>);
    /// A gauge's value.
    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64);
    /// A histogram or gauge histogram.
    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramValue<'_>);
    /// A summary.
    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryValue<'_>);
    /// An info: its content is a second set of labels.
    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>);
    /// A stateset: whether each state holds.
    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]);
}
