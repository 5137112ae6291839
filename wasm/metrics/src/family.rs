//! Families: what their series have in common.

use p95_core::exposition::encode::PreparedFamily;
use p95_core::model::MetricType;

/// A name with a type, and its series.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) metric_type: MetricType,
    /// A histogram's, ascending.
    pub(crate) bounds: Vec<f64>,
    pub(crate) lines: PreparedFamily,
    /// Handles.
    pub(crate) series: Vec<usize>,
}

/// The types as JavaScript counts them.
pub(crate) fn metric_type(kind: u8) -> MetricType {
    match kind {
        0 => MetricType::Counter,
        1 => MetricType::Gauge,
        2 => MetricType::Histogram,
        3 => MetricType::Summary,
        4 => MetricType::Info,
        _ => MetricType::StateSet,
    }
}
