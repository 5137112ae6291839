//! What a metric family says of itself: its type, unit and help text.

use std::fmt;
use std::sync::Arc;

/// The type of a metric family, in the terms of OpenMetrics.
///
/// Text format 0.0.4 calls [`MetricType::Unknown`] `untyped`, and has no word for the last three.
///
/// ```
/// use p95_core::model::MetricType;
/// assert_eq!(MetricType::from_name("untyped"), Some(MetricType::Unknown));
/// assert_eq!(MetricType::StateSet.to_string(), "stateset");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum MetricType {
    /// Nothing is known of the values.
    #[default]
    Unknown,
    /// A total that only grows, apart from resets.
    Counter,
    /// A value that goes up and down.
    Gauge,
    /// Counts of observations in buckets, with their sum.
    Histogram,
    /// A histogram whose buckets may shrink.
    GaugeHistogram,
    /// Quantiles that were computed where the observations were made, with their count and sum.
    Summary,
    /// A constant 1 whose labels are the content.
    Info,
    /// A set of named booleans.
    StateSet,
}

impl MetricType {
    /// The name that OpenMetrics and Prometheus' HTTP API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
        }
    }

    /// Reads a type as a `# TYPE` line gives it; `untyped` is text format 0.0.4's word for unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "unknown" | "untyped" => Self::Unknown,
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "gaugehistogram" => Self::GaugeHistogram,
            "summary" => Self::Summary,
            "info" => Self::Info,
            "stateset" => Self::StateSet,
            _ => return None,
        })
    }
}

impl fmt::Display for MetricType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The metadata of one family.
///
/// ```
/// use p95_core::exposition::{families, parse};
///
/// let read = families::read(b"# HELP up Whether it is up.\n# TYPE up gauge\n", parse::Format::Text)?;
/// let metadata = &read.families[0].metadata;
/// assert_eq!((&*metadata.name, metadata.metric_type.as_str()), ("up", "gauge"));
/// assert_eq!(&*metadata.help, "Whether it is up.");
/// # Ok::<(), parse::ParseError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Metadata {
    /// The name that the `# TYPE` line carries: in OpenMetrics without `_total`, in text 0.0.4 with it.
    pub name: Arc<str>,
    /// The declared type.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub metric_type: MetricType,
    /// The declared unit, or empty.
    pub unit: Arc<str>,
    /// The help text, unescaped, or empty.
    pub help: Arc<str>,
}
