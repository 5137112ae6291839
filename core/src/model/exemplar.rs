//! Exemplars: single observations that stand for many.

use super::Labels;

/// One of the observations that a sample has counted, usually with the trace that it belongs to.
///
/// ```
/// use p95_core::model::{Exemplar, Labels};
///
/// let labels = Labels::from_pairs([("trace_id", "8f2e")]);
/// let exemplar = Exemplar { labels, value: 0.3, timestamp_ms: Some(1_700_000_000_000) };
/// assert_eq!(exemplar.labels.get("trace_id"), Some("8f2e"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Exemplar {
    /// Its own labels, without those of the series.
    pub labels: Labels,
    /// What was observed.
    pub value: f64,
    /// Milliseconds since the Unix epoch, where the service said so.
    pub timestamp_ms: Option<i64>,
}
