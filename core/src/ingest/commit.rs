//! A page that was read to its end, into the store.

use super::scraper::Scraper;
use super::slots::SlotSet;
use super::start;
use crate::store::{Appended, SeriesId, Store};

/// How far ahead of the scrape a sample's own timestamp may be. Source: `maxAheadTime` of Prometheus' scrape loop.
const MAX_AHEAD_MS: i64 = 10 * 60_000;

/// A sample that waits for the end of its page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Staged {
    value: f64,
    /// The sample's own time, or [`Staged::AT_SCRAPE`].
    timestamp_ms: i64,
    /// The series' place in the cache.
    at: u32,
}

impl Staged {
    /// The sample is from the time of the scrape. As a time of its own this would be too old for any store.
    const AT_SCRAPE: i64 = i64::MIN;

    /// A sample of the series at `at` in the cache.
    #[inline]
    pub(super) fn new(at: u32, timestamp_ms: Option<i64>, value: f64) -> Self {
        let timestamp_ms = timestamp_ms.map_or(Self::AT_SCRAPE, |own_ms| own_ms.max(Self::AT_SCRAPE + 1));
        Self { value, timestamp_ms, at }
    }
}

impl Scraper {
    /// Stores what was staged, and ends the series that were not.
    pub(super) fn commit(&mut self, store: &mut Store, at_ms: i64) {
        self.report.metadata_changed = self.families.commit(store);
        let oldest_ms = at_ms.saturating_sub(store.options().retention_ms);
        let newest_ms = at_ms.saturating_add(MAX_AHEAD_MS);
        let staged = std::mem::take(&mut self.staged);
        let mut stored = SlotSet::default();
        // A page cannot write the series that the scrape itself writes.
        for id in self.own.ids(store, self.composer.target()) {
            stored.insert(id);
        }
        for (position, sample) in staged.iter().enumerate() {
            let Some(id) = self.series_of(store, sample.at) else { continue };
            if !stored.insert(id) {
                self.report.duplicates += 1;
                continue;
            }
            let has_timestamp = sample.timestamp_ms != Staged::AT_SCRAPE;
            let timestamp_ms = if has_timestamp { sample.timestamp_ms } else { at_ms };
            self.report.series_added += usize::from(self.cache.revive(sample.at));
            let Some(entry) = self.cache.get_mut(sample.at) else { continue };
            entry.has_timestamps = has_timestamp;
            let is_created = entry.kind.is_created;
            if timestamp_ms < oldest_ms {
                self.report.dropped.too_old += 1;
                continue;
            }
            if timestamp_ms > newest_ms {
                self.report.dropped.too_far_ahead += 1;
                continue;
            }
            let appended = match self.natives.of(position, sample.value) {
                Some(histogram) => store.append_histogram(id, timestamp_ms, histogram),
                None => store.append(id, timestamp_ms, sample.value),
            };
            match appended {
                Appended::OutOfOrder => self.report.dropped.out_of_order += 1,
                Appended::Conflicting => self.report.dropped.conflicting += 1,
                Appended::Stored | Appended::AlreadyThere | Appended::NoSeries => {}
            }
            if is_created {
                self.set_start(store, sample, timestamp_ms);
            }
        }
        for (at, exemplar) in std::mem::take(&mut self.exemplars) {
            if let Some(id) = self.series_of(store, at) {
                store.append_exemplar(id, exemplar, at_ms);
            }
        }
        if self.cache.live_count() > self.report.kept - self.report.duplicates {
            self.report.series_ended = self.end_series(store, at_ms, |id| !stored.contains(id));
        }
        self.staged = staged;
        self.cache.tidy(self.report.samples - self.report.kept);
    }

    /// The series in the store of an entry of the cache, which is created where there is none; `None` where relabelling
    /// drops it.
    #[inline]
    pub(super) fn series_of(&mut self, store: &mut Store, at: u32) -> Option<SeriesId> {
        let entry = self.cache.get(at)?;
        if store.contains(entry.id) {
            return Some(entry.id);
        }
        if !entry.kind.is_kept {
            return None;
        }
        let id = self.composer.series_for(store, self.cache.series(at), entry.kind.metric_type)?;
        self.cache.get_mut(at)?.id = id;
        Some(id)
    }

    /// Takes the value of a `_created` series as the start timestamp of the series beside it.
    fn set_start(&self, store: &mut Store, created: &Staged, from_ms: i64) {
        let (Some(start_ms), Some(entry)) = (start::start_ms(created.value), self.cache.get(created.at))
        else {
            return;
        };
        let (before, behind) = self.cache.entries().split_at_checked(created.at as usize).unwrap_or_default();
        let before = before.iter().rev().map(|entry| entry.id);
        let behind = behind.iter().skip(1).map(|entry| entry.id);
        start::set_start(store, entry.id, before, behind, from_ms, start_ms);
    }
}
