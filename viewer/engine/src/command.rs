//! What the engine is told.

use crate::{PanelQuery, TargetId, TargetOptions, TargetSpec};

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
    /// Scrapes now: one target, or all of them.
    ScrapeNow(Option<TargetId>),
    /// Stops scraping, or goes on.
    SetPaused(bool),
    /// Says which panels are on screen. Their queries run after each scrape; panels that are not named cost nothing.
    SetView {
        /// All panels on screen.
        panels: Vec<PanelQuery>,
    },
}
