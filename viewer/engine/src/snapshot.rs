//! What the engine shows.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use p95_core::model::Labels;
use p95_core::overview::{Overview, Window};
use p95_core::rules::GroupStatus;
use p95_core::store::StoreStats;

use crate::{
    CardRank, MetricDetail, OpenedRecording, OpenedState, PanelResult, RecordingStatus, ScrapeFailure,
};

/// The last finished state of everything. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Snapshot {
    /// When it was taken.
    pub now_ms: i64,
    /// Counts the snapshots; a higher number is a newer one.
    pub revision: u64,
    /// When the first good scrape began; `None` before there was one.
    pub first_ms: Option<i64>,
    /// The targets, in the order in which they were added.
    pub targets: Vec<Arc<TargetStatus>>,
    /// The address of the server that answers instead of the store; it is the one target.
    pub server: Option<String>,
    /// Whether scraping is paused.
    pub paused: bool,
    /// The cards of what the targets say. Until the first scrape has ended there are none.
    pub overview: Arc<Overview>,
    /// The window of the overview's rates.
    pub window: Option<Window>,
    /// The results of the panels on screen, in the view's order. A panel keeps its last result until it has a new one.
    pub panels: Vec<Arc<PanelResult>>,
    /// The metric that is opened, if one is.
    pub metric: Option<Arc<MetricDetail>>,
    /// What the cards can be sorted by, where that was asked for: by their ids.
    pub ranking: Arc<BTreeMap<String, CardRank>>,
    /// What the store holds.
    pub store: StoreStats,
    /// The recording that is being written, or that was last.
    pub recording: Option<RecordingStatus>,
    /// The recordings that were opened.
    pub recordings: Vec<OpenedRecording>,
    /// The groups of rules, in the order of their files.
    pub rules: Vec<Arc<GroupStatus>>,
    /// What is to be known besides: one line each.
    pub warnings: Vec<String>,
}

impl Snapshot {
    /// Whether a target stands in a recording: nobody scrapes it.
    pub fn is_recorded(&self, id: TargetId) -> bool {
        self.recordings.iter().any(|recording| recording.targets.contains(&id))
    }

    /// Whether all that was opened has been read, or cannot be.
    pub fn is_read(&self) -> bool {
        self.recordings.iter().all(|recording| recording.state != OpenedState::Reading)
    }
}

/// The number of a target: the first one added is 0.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Deserialize, serde::Serialize,
)]
pub struct TargetId(pub u32);

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The state of one target.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub struct TargetStatus {
    /// The target's number.
    pub id: TargetId,
    /// The whole URL without credentials, or the path of the file.
    pub url: String,
    /// The labels that its series carry: `instance` and `job`.
    pub labels: Labels,
    /// Whether it answers.
    pub state: TargetState,
    /// Why the last scrape failed, where it did.
    pub failure: Option<ScrapeFailure>,
    /// From the start of one scrape to the start of the next while the target answers, in milliseconds: the interval asked
    /// for, or longer where a scrape takes more than a fifth of it. When a target that fails is tried again says
    /// [`TargetStatus::next_scrape_ms`].
    pub interval_ms: u64,
    /// When the next scrape begins. `None` while one runs, while scraping is paused, or for a target of a
    /// recording.
    pub next_scrape_ms: Option<i64>,
    /// Whether a scrape runs.
    pub scraping: bool,
    /// The scrapes that have ended, good or bad.
    pub scrapes_total: u64,
    /// The good scrapes since the last bad one, or since scraping went on after a while.
    pub scrapes_in_a_row: u64,
    /// The last scrapes, oldest first; at most [`TargetStatus::HISTORY_LEN`].
    pub history: VecDeque<ScrapeRecord>,
}

impl TargetStatus {
    /// The most scrapes that [`TargetStatus::history`] holds.
    pub const HISTORY_LEN: usize = 600;

    /// The last scrape that has ended, good or bad.
    pub fn last_scrape(&self) -> Option<&ScrapeRecord> {
        self.history.back()
    }
}

/// Whether a target answers.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetState {
    /// No scrape has ended yet.
    Pending,
    /// The last scrape was good.
    Up,
    /// The last scrape failed.
    Down,
}

/// One scrape that has ended.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct ScrapeRecord {
    /// When it began, which is the timestamp of its samples.
    pub start_ms: i64,
    /// How long it took until the body was read, in seconds. The series `scrape_duration_seconds` covers parsing and
    /// storing too, as Prometheus' does.
    pub duration_secs: f64,
    /// How long it took to parse and store the page, in seconds.
    pub ingest_secs: f64,
    /// Bytes of the body, uncompressed.
    pub body_bytes: u64,
    /// Samples in the page.
    pub samples: u64,
    /// Series that the scrape before did not have.
    pub series_added: u64,
    /// Samples that repeat a series of the same page; the first one counts.
    pub duplicates: u64,
    /// Samples that were not stored: older than the series' last one, or too far in the past or future.
    pub dropped: u64,
    /// Why it failed, where it did.
    pub failure: Option<ScrapeFailure>,
}
