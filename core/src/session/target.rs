//! Who was recorded.

use crate::ingest::relabel::RelabelConfig;
use crate::model::Labels;

/// What a recording says of itself.
///
/// ```
/// use p95_core::session::RecordingHeader;
///
/// let header: RecordingHeader = serde_json::from_str(r#"{"program":"p95 1.0","more":"later"}"#)?;
/// assert_eq!((header.program.as_str(), header.started_ms), ("p95 1.0", 0));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct RecordingHeader {
    /// The program that wrote it, with its version.
    pub program: String,
    /// When it was begun, in milliseconds since the Unix epoch.
    pub started_ms: i64,
}

/// A target as a recording knows it: what its pages need to become the same series again. Nothing secret is among it.
///
/// ```
/// use p95_core::session::RecordedTarget;
///
/// let target: RecordedTarget = serde_json::from_str(r#"{"url":"http://shop/metrics","labels":{"job":"shop"}}"#)?;
/// assert_eq!((target.labels.get("job"), target.honor_timestamps), (Some("shop"), true));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct RecordedTarget {
    /// Its number; no other target of the recording has it.
    pub id: u32,
    /// The URL without credentials, or the path of a file.
    pub url: String,
    /// The labels that its series carry, usually `instance` and `job`.
    pub labels: Labels,
    /// From the start of one scrape to the start of the next, in milliseconds, as it was asked for.
    pub interval_ms: u64,
    /// Whether a page's own `instance` and `job` hold.
    pub honor_labels: bool,
    /// Whether a page's own timestamps hold.
    pub honor_timestamps: bool,
    /// The rules for the labels of what was scraped.
    pub metric_relabel_configs: Vec<RelabelConfig>,
}

impl Default for RecordedTarget {
    /// Nothing known, and timestamps hold, as in Prometheus.
    fn default() -> Self {
        Self {
            id: 0,
            url: String::new(),
            labels: Labels::empty(),
            interval_ms: 1_000,
            honor_labels: false,
            honor_timestamps: true,
            metric_relabel_configs: Vec::new(),
        }
    }
}
