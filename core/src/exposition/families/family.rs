//! A family and its metrics, with values of the shape that its type says.

use crate::model::{Labels, Metadata, MetricType, NativeHistogram};

/// What a page holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Families {
    /// The families, in the order in which the page first names them.
    pub families: Vec<Family>,
    /// How many samples repeat a series and timestamp that the page gave before. The first of them stands in
    /// `families`, as in Prometheus.
    pub duplicates: u64,
}

/// A family: metadata and metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Name, type, unit and help. Samples without metadata make a family of unknown type with their own name.
    pub metadata: Metadata,
    /// The metrics, in the page's order. Empty where the page has metadata alone.
    pub metrics: Vec<Metric>,
}

/// One label set of a family at one time.
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// Which quantile, 0 to 1.
    pub quantile: f64,
    /// The observation that stands there.
    pub value: f64,
}

/// A state of a state set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct State {
    /// The state's name.
    pub name: String,
    /// Whether it holds: anything but 0 counts as yes.
    pub enabled: bool,
}

/// An example of what was observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// Its labels.
    pub labels: Labels,
    /// The observation.
    pub value: f64,
    /// Milliseconds since the Unix epoch, where the page says so.
    pub timestamp_ms: Option<i64>,
}
