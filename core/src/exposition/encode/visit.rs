//! The way from metrics to an encoder: one call for each family, then one for each of its label sets.

use crate::model::{MetricType, NativeHistogram};

/// Labels by name and value, none twice.
///
/// ```
/// use p95_core::exposition::encode::LabelPairs;
/// let labels: LabelPairs<'_> = &[("method", "GET"), ("status", "200")];
/// ```
pub type LabelPairs<'a> = &'a [(&'a str, &'a str)];

/// What a family says of itself.
///
/// ```
/// use p95_core::exposition::encode::{Encoder, FamilyHead, Format, Visitor};
/// use p95_core::model::MetricType;
///
/// let mut encoder = Encoder::new(Format::OpenMetrics);
/// encoder.family(&FamilyHead { name: "up_seconds", metric_type: MetricType::Gauge, unit: "seconds", help: "" });
/// encoder.gauge(&[], 7.5);
/// assert_eq!(encoder.finish(), "# TYPE up_seconds gauge\n# UNIT up_seconds seconds\nup_seconds 7.5\n# EOF\n");
/// ```
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
///
/// ```
/// use p95_core::exposition::encode::{CounterValue, Encoder, ExemplarValue, Format, Visitor};
///
/// let exemplar = ExemplarValue { labels: &[("trace_id", "8f2e")], value: 1.0, timestamp_ms: None };
/// let value = CounterValue { total: Some(3.0), exemplar: Some(exemplar), ..CounterValue::default() };
/// let mut encoder = Encoder::new(Format::OpenMetrics);
/// encoder.counter(&[], &value);
/// assert_eq!(encoder.finish(), "_total 3.0 # {trace_id=\"8f2e\"} 1.0\n# EOF\n");
/// ```
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
///
/// ```
/// use p95_core::exposition::encode::{CounterValue, Encoder, Format, Visitor};
///
/// let mut encoder = Encoder::new(Format::OpenMetrics);
/// encoder.counter(&[], &CounterValue { total: Some(3.0), created_ms: Some(1_500), exemplar: None });
/// assert_eq!(encoder.finish(), "_total 3.0\n_created 1.500\n# EOF\n");
/// ```
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
///
/// ```
/// use p95_core::exposition::encode::{BucketValue, Encoder, Format, HistogramValue, Visitor};
///
/// let bucket = BucketValue { upper_bound: 0.5, cumulative_count: 2.0, exemplar: None };
/// let value = HistogramValue { buckets: &[bucket], count: Some(3.0), ..HistogramValue::default() };
/// let mut encoder = Encoder::new(Format::Text);
/// encoder.histogram(&[], &value);
/// assert_eq!(encoder.finish(), "_bucket{le=\"0.5\"} 2\n_bucket{le=\"+Inf\"} 3\n_count 3\n");
/// ```
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
///
/// ```
/// use p95_core::exposition::encode::BucketValue;
/// let all = BucketValue { upper_bound: f64::INFINITY, cumulative_count: 3.0, exemplar: None };
/// ```
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
///
/// ```
/// use p95_core::exposition::encode::{Encoder, Format, SummaryValue, Visitor};
///
/// let mut encoder = Encoder::new(Format::Text);
/// let value = SummaryValue { quantiles: &[(0.5, 2.0)], count: Some(3.0), ..SummaryValue::default() };
/// encoder.summary(&[], &value);
/// assert_eq!(encoder.finish(), "{quantile=\"0.5\"} 2.0\n_count 3\n");
/// ```
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
///
/// ```
/// use p95_core::exposition::encode::{
///     CounterValue, FamilyHead, HistogramValue, LabelPairs, SummaryValue, Visitor,
/// };
/// use p95_core::exposition::{families, parse};
///
/// /// Counts label sets.
/// #[derive(Default)]
/// struct Series(usize);
///
/// impl Visitor for Series {
///     fn family(&mut self, _head: &FamilyHead<'_>) {}
///     fn at(&mut self, _timestamp_ms: i64) {}
///     fn unknown(&mut self, _labels: LabelPairs<'_>, _value: f64) {
///         self.0 += 1;
///     }
///     fn counter(&mut self, _labels: LabelPairs<'_>, _value: &CounterValue<'_>) {
///         self.0 += 1;
///     }
///     fn gauge(&mut self, _labels: LabelPairs<'_>, _value: f64) {
///         self.0 += 1;
///     }
///     fn histogram(&mut self, _labels: LabelPairs<'_>, _value: &HistogramValue<'_>) {
///         self.0 += 1;
///     }
///     fn summary(&mut self, _labels: LabelPairs<'_>, _value: &SummaryValue<'_>) {
///         self.0 += 1;
///     }
///     fn info(&mut self, _labels: LabelPairs<'_>, _content: LabelPairs<'_>) {
///         self.0 += 1;
///     }
///     fn stateset(&mut self, _labels: LabelPairs<'_>, _states: &[(&str, bool)]) {
///         self.0 += 1;
///     }
/// }
///
/// let mut series = Series::default();
/// families::read(b"up{job=\"a\"} 1\nup{job=\"b\"} 1\n", parse::Format::Text)?.visit(&mut series);
/// assert_eq!(series.0, 2);
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
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
