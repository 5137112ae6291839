//! What the engine is told.

use std::path::PathBuf;

use crate::{MetricView, PanelQuery, RuleFile, TargetId, TargetOptions, TargetSpec};

/// What the engine is told. Commands take effect in the order in which they were sent.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Scrapes a target from now on. Targets are numbered in the order in which they were added, from 0.
    AddTarget {
        /// What is scraped.
        spec: TargetSpec,
        /// How it is scraped.
        options: Box<TargetOptions>,
    },
    /// Ends the scrapes of a target and marks its series as stale; its past stays.
    RemoveTarget(TargetId),
    /// Scrapes a target at another place or interval from now on. Its number and its history stay. Its credentials stay too
    /// where the new place has the same host and port; else they go, since they belong to the old one.
    ChangeTarget {
        /// The target.
        id: TargetId,
        /// What is scraped from now on.
        spec: TargetSpec,
        /// From the start of one scrape to the start of the next, in milliseconds; `None` leaves it as it is.
        interval_ms: Option<u64>,
    },
    /// Records what is scraped from now on: the bodies, verbatim, and why there were none. How that goes says
    /// [`Snapshot::recording`](crate::Snapshot::recording). A recording that goes on is ended first.
    StartRecording {
        /// The file, which must not be there yet.
        path: PathBuf,
        /// How often what came is written to the disk, in milliseconds: what a crash costs at most.
        flush_ms: u64,
    },
    /// Ends the recording.
    StopRecording,
    /// Shows a recording beside the targets, at its own times. How that goes says
    /// [`Snapshot::recordings`](crate::Snapshot::recordings).
    OpenRecording {
        /// The file.
        path: PathBuf,
        /// How many times faster than it was recorded it is replayed; `None` shows all of it at once.
        speed: Option<f64>,
        /// The largest page that is taken, in bytes; `None` is no limit.
        page_limit_bytes: Option<u64>,
    },
    /// Evaluates these rules from now on, and no others; what those before wrote ends. How they are doing says
    /// [`Snapshot::rules`](crate::Snapshot::rules). That an alert was pending or firing before the engine began is not known:
    /// its time begins anew.
    SetRules {
        /// The rules.
        files: Vec<RuleFile>,
        /// From one evaluation to the next where a group does not say it, in milliseconds.
        interval_ms: i64,
        /// Where this engine can be reached, for templates; or empty.
        external_url: String,
    },
    /// Scrapes now: one target, or all of them.
    ScrapeNow(Option<TargetId>),
    /// Stops scraping, or goes on.
    SetPaused(bool),
    /// Says which panels are on screen. Their queries run after each scrape; panels that are not named cost nothing, and a
    /// query that runs for a panel that has gone is given up.
    SetView {
        /// All panels on screen.
        panels: Vec<PanelQuery>,
    },
    /// Keeps the details of a metric up to date in [`Snapshot::metric`](crate::Snapshot::metric), or of none.
    OpenMetric(Option<MetricView>),
    /// Keeps [`Snapshot::ranking`](crate::Snapshot::ranking) up to date, over so much of the past, in milliseconds; `None`
    /// ends that.
    SetRanking(Option<i64>),
}
