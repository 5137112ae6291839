//! How a snapshot changes.

use std::collections::VecDeque;
use std::sync::Arc;

use p95_core::model::Labels;

use crate::view::ViewTimes;
use crate::worker::Outcome;
use crate::{PanelResult, Snapshot, TargetId, TargetState, TargetStatus};

impl Snapshot {
    /// Shows a panel's result in the place of its last one.
    pub(crate) fn show(&mut self, result: Arc<PanelResult>) {
        match self.panels.iter_mut().find(|panel| panel.id == result.id) {
            Some(panel) => *panel = result,
            None => self.panels.push(result),
        }
    }

    /// What panels show, once there is something to show.
    pub(crate) fn view_times(&self) -> Option<ViewTimes> {
        let starts_ms = |only_up: bool| {
            let targets = self.targets.iter();
            targets
                .filter(move |target| !only_up || target.state == TargetState::Up)
                .filter_map(|target| target.last_scrape())
                .map(|scrape| scrape.start_ms)
        };
        let last_ms = starts_ms(true).max().or_else(|| starts_ms(false).max())?;
        let window = self.window?;
        Some(ViewTimes {
            last_ms,
            first_ms: self.first_ms.unwrap_or(last_ms),
            interval_ms: window.interval_ms,
            // Who caches answers, as servers do, wants their times at whole multiples of the step.
            phase_ms: starts_ms(true).next().filter(|_| self.server.is_none()).unwrap_or(0),
            window_ms: window.range_ms().unwrap_or(window.interval_ms),
        })
    }
}

impl TargetStatus {
    /// A target that nothing is known of yet.
    pub(crate) fn new(id: TargetId) -> Self {
        Self {
            id,
            url: String::new(),
            labels: Labels::empty(),
            state: TargetState::Pending,
            failure: None,
            interval_ms: 0,
            next_scrape_ms: None,
            scraping: false,
            scrapes_total: 0,
            scrapes_in_a_row: 0,
            history: VecDeque::new(),
        }
    }

    pub(crate) fn ended(&mut self, outcome: Outcome) {
        self.scraping = false;
        self.interval_ms = outcome.interval_ms.unsigned_abs();
        self.next_scrape_ms = outcome.next_ms;
        self.scrapes_total += 1;
        self.failure.clone_from(&outcome.record.failure);
        let before = if outcome.is_after_gap { 0 } else { self.scrapes_in_a_row };
        let good = outcome.stands_for;
        (self.state, self.scrapes_in_a_row) = match &self.failure {
            None => (TargetState::Up, before + good),
            Some(_) => (TargetState::Down, 0),
        };
        if self.history.len() == Self::HISTORY_LEN {
            self.history.pop_front();
        }
        self.history.push_back(outcome.record);
    }
}
