//! A family and its metrics, with values of the shape that its type says.

use crate::model::{Labels, Metadata, MetricType, NativeHistogram};

/// What a page holds.
///
/// ```
/// use p95_core::exposition::families::{self};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"a 1\na 2\n", Format::Text)?;
/// assert_eq!((read.families.len(), read.duplicates), (1, 1));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Families {
    /// The families, in the order in which the page first names them.
    pub families: Vec<Family>,
    /// How many samples repeat a series and timestamp that the page gave before. The first of them stands in
    /// `families`, as in Prometheus.
    pub duplicates: u64,
}

/// A family: metadata and metrics.
///
/// ```
/// use p95_core::exposition::families::{self};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a gauge\na{l=\"x\"} 1\na{l=\"y\"} 2\n", Format::Text)?;
/// let family = &read.families[0];
/// assert_eq!((family.metadata.metric_type.as_str(), family.metrics.len()), ("gauge", 2));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Name, type, unit and help. Samples without metadata make a family of unknown type with their own name.
    pub metadata: Metadata,
    /// The metrics, in the page's order. Empty where the page has metadata alone.
    pub metrics: Vec<Metric>,
}

/// One label set of a family at one time.
///
/// ```
/// use p95_core::exposition::families::{self};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"a{l=\"x\"} 1 1500\n", Format::Text)?;
/// let metric = &read.families[0].metrics[0];
/// assert_eq!((metric.labels.get("l"), metric.timestamp_ms), (Some("x"), Some(1500)));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// The labels, without the metric's name and without those that tell the parts of a value apart: `le`, `quantile`,
    /// a state's name.
    pub labels: Labels,
    /// Milliseconds since the Unix epoch, where the page says so. A page that gives several times has a metric for each.
    pub timestamp_ms: Option<i64>,
    /// The value.
    pub value: Value,
}

/// A metric's value, by the type of its family.
///
/// ```
/// use p95_core::exposition::families::{self, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a gauge\na 1\n", Format::Text)?;
/// assert_eq!(read.families[0].metrics[0].value, Value::Gauge(1.0));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number of which nothing is known.
    Unknown(f64),
    /// A total.
    Counter(Counter),
    /// A number that goes up and down.
    Gauge(f64),
    /// Observations in buckets.
    Histogram(Histogram),
    /// Observations in buckets that may shrink: sum and count stand in the page as `_gsum` and `_gcount`.
    GaugeHistogram(Histogram),
    /// Quantiles that the target computed.
    Summary(Summary),
    /// A constant, 1 where the page keeps to the standard: the labels are the content.
    Info(f64),
    /// Named booleans, in the page's order.
    StateSet(Vec<State>),
}

impl Value {
    /// The type of the family that the value belongs to.
    pub fn metric_type(&self) -> MetricType {
        match self {
            Self::Unknown(_) => MetricType::Unknown,
            Self::Counter(_) => MetricType::Counter,
            Self::Gauge(_) => MetricType::Gauge,
            Self::Histogram(_) => MetricType::Histogram,
            Self::GaugeHistogram(_) => MetricType::GaugeHistogram,
            Self::Summary(_) => MetricType::Summary,
            Self::Info(_) => MetricType::Info,
            Self::StateSet(_) => MetricType::StateSet,
        }
    }
}

/// A counter.
///
/// ```
/// use p95_core::exposition::families::{self, Counter, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a counter\na_total 3\na_created 1.5\n# EOF\n", Format::OpenMetrics)?;
/// let expect = Counter { total: Some(3.0), created_ms: Some(1500), exemplar: None };
/// assert_eq!(read.families[0].metrics[0].value, Value::Counter(expect));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counter {
    /// The total; missing where the page has the creation time alone.
    pub total: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
    /// An example of what was counted.
    pub exemplar: Option<Exemplar>,
}

/// A histogram: classic, native or both. What the page leaves out is missing.
///
/// ```
/// use p95_core::exposition::families::{self, Value};
/// use p95_core::exposition::parse::Format;
///
/// let page = b"# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 3\na_sum 4.5\na_count 3\n";
/// let read = families::read(page, Format::Text)?;
/// let Value::Histogram(histogram) = &read.families[0].metrics[0].value else { unreachable!() };
/// assert_eq!((histogram.buckets.len(), histogram.sum, histogram.count), (2, Some(4.5), Some(3.0)));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// The buckets by ascending bound, with cumulative counts.
    pub buckets: Vec<Bucket>,
    /// The sum of all observations.
    pub sum: Option<f64>,
    /// How many observations there are.
    pub count: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
    /// The same observations as a native histogram, which protobuf alone carries.
    pub native: Option<Box<NativeHistogram>>,
    /// Examples of observations that belong to no classic bucket.
    pub native_exemplars: Vec<Exemplar>,
}

/// A bucket of a [`Histogram`].
///
/// ```
/// use p95_core::exposition::families::{self, Bucket, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a histogram\na_bucket{le=\"1\"} 2\n", Format::Text)?;
/// let Value::Histogram(histogram) = &read.families[0].metrics[0].value else { unreachable!() };
/// let expect = Bucket { upper_bound: 1.0, cumulative_count: 2.0, exemplar: None };
/// assert_eq!(histogram.buckets, [expect]);
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// The largest observation that the bucket counts.
    pub upper_bound: f64,
    /// How many observations are at most `upper_bound`.
    pub cumulative_count: f64,
    /// An example of them.
    pub exemplar: Option<Exemplar>,
}

/// A summary. What the page leaves out is missing.
///
/// ```
/// use p95_core::exposition::families::{self, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a summary\na{quantile=\"0.5\"} 2\na_count 3\n", Format::Text)?;
/// let Value::Summary(summary) = &read.families[0].metrics[0].value else { unreachable!() };
/// assert_eq!((summary.quantiles.len(), summary.sum, summary.count), (1, None, Some(3.0)));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The quantiles, ascending.
    pub quantiles: Vec<Quantile>,
    /// The sum of all observations.
    pub sum: Option<f64>,
    /// How many observations there are.
    pub count: Option<f64>,
    /// When counting began, in milliseconds since the Unix epoch.
    pub created_ms: Option<i64>,
}

/// A quantile of a [`Summary`].
///
/// ```
/// use p95_core::exposition::families::{self, Quantile, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a summary\na{quantile=\"0.5\"} 2\n", Format::Text)?;
/// let Value::Summary(summary) = &read.families[0].metrics[0].value else { unreachable!() };
/// assert_eq!(summary.quantiles, [Quantile { quantile: 0.5, value: 2.0 }]);
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// Which quantile, 0 to 1.
    pub quantile: f64,
    /// The observation that stands there.
    pub value: f64,
}

/// A state of a state set.
///
/// ```
/// use p95_core::exposition::families::{self, State, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a stateset\na{a=\"open\"} 1\n# EOF\n", Format::OpenMetrics)?;
/// let expect = State { name: "open".to_owned(), enabled: true };
/// assert_eq!(read.families[0].metrics[0].value, Value::StateSet(vec![expect]));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct State {
    /// The state's name.
    pub name: String,
    /// Whether it holds: anything but 0 counts as yes.
    pub enabled: bool,
}

/// An example of what was observed.
///
/// ```
/// use p95_core::exposition::families::{self, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE a counter\na_total 3 # {id=\"7\"} 1\n# EOF\n", Format::OpenMetrics)?;
/// let Value::Counter(counter) = &read.families[0].metrics[0].value else { unreachable!() };
/// let exemplar = counter.exemplar.as_ref().unwrap();
/// assert_eq!((exemplar.labels.get("id"), exemplar.value), (Some("7"), 1.0));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// Its labels.
    pub labels: Labels,
    /// The observation.
    pub value: f64,
    /// Milliseconds since the Unix epoch, where the page says so.
    pub timestamp_ms: Option<i64>,
}
