//! What a scrape says of itself: `up` and its siblings.

use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, STALE_NAN};
use crate::store::{SeriesId, Store};

/// The series that every scrape writes, whether it fails or not.
#[derive(Debug, Default)]
pub(super) struct OwnSeries {
    ids: [Option<SeriesId>; NAMES.len()],
}

const NAMES: [&str; 5] = [
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
];

/// Their values.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OwnValues {
    pub(super) is_up: bool,
    pub(super) duration_secs: f64,
    pub(super) samples: usize,
    pub(super) kept: usize,
    pub(super) series_added: usize,
}

impl OwnSeries {
    /// The series, created where they are not there.
    pub(super) fn ids(&mut self, store: &mut Store, target: &Labels) -> [SeriesId; NAMES.len()] {
        let mut at = 0;
        NAMES.map(|name| {
            let known = self.ids.get(at).copied().flatten().filter(|id| store.contains(*id));
            let id = known
                .unwrap_or_else(|| store.series_for(&target.to_builder().set(METRIC_NAME, name).build()));
            if let Some(slot) = self.ids.get_mut(at) {
                *slot = Some(id);
            }
            at += 1;
            id
        })
    }

    /// Writes the values of a scrape.
    pub(super) fn write(&mut self, store: &mut Store, target: &Labels, at_ms: i64, values: OwnValues) {
        let values = [
            f64::from(u8::from(values.is_up)),
            values.duration_secs,
            values.samples as f64,
            values.kept as f64,
            values.series_added as f64,
        ];
        for (id, value) in self.ids(store, target).into_iter().zip(values) {
            store.append(id, at_ms, value);
        }
    }

    /// Ends them.
    pub(super) fn end(&mut self, store: &mut Store, at_ms: i64) {
        for id in std::mem::take(&mut self.ids).into_iter().flatten() {
            store.append(id, at_ms, STALE_NAN);
        }
    }
}
