//! A query's view of the store: for as long as its answer is wanted.

use p95_core::model::Matcher;
use p95_core::model::select::{Interruption, Select, SelectError, SelectedSeries, TimeRange};
use web_time::Instant;

use super::Wanted;
use crate::store::SharedStore;

/// The store as one query sees it: for as long as its answer is wanted, and until its time is up.
pub(super) struct Bounded<'a> {
    pub(super) store: &'a SharedStore,
    pub(super) deadline: Instant,
    pub(super) wanted: &'a Wanted,
}

impl Select for Bounded<'_> {
    fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
        max_samples: usize,
    ) -> Result<Vec<SelectedSeries>, SelectError> {
        self.store.read().select(matchers, range, max_samples)
    }

    fn interruption(&self) -> Option<Interruption> {
        if !(self.wanted)() {
            return Some(Interruption::Cancelled);
        }
        (Instant::now() >= self.deadline).then_some(Interruption::TimedOut)
    }
}
