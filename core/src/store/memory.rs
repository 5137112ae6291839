//! The store itself.

use std::sync::Arc;

use super::changes::ChangeLog;
use super::exemplars::ExemplarRing;
use super::index::SeriesIndex;
use super::metadata::MetadataIndex;
use super::postings::Postings;
use super::stats::{StoreOptions, StoreStats};
use crate::model::{Labels, Metadata, MetricType, NativeHistogram};

/// Series and their samples, in memory.
///
/// Samples of a series come in order of time; what comes late is refused and counted. Time is an argument everywhere.
///
/// ```
/// use p95_core::model::{Labels, STALE_NAN};
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let labels = Labels::from_pairs([("__name__", "up"), ("job", "shop")]);
/// let up = store.series_for(&labels);
/// store.append(up, 1_000, 1.0);
/// assert!(store.contains(up) && !store.is_ended(up));
/// store.append(up, 2_000, STALE_NAN);
/// assert!(store.is_ended(up));
/// assert_eq!((store.labels(up), store.stats().samples), (Some(labels), 2));
/// ```
#[derive(Debug, Default)]
pub struct Store {
    pub(super) options: StoreOptions,
    pub(super) series: SeriesIndex,
    pub(super) postings: Postings,
    metadata: MetadataIndex,
    pub(super) exemplars: ExemplarRing,
    /// The pairs of the series that was asked for last. Series of one scrape resemble their neighbours.
    last_pairs: Vec<u32>,
    /// What series and samples take; the inverted index keeps its own account.
    pub(super) series_bytes: usize,
    /// The counts that are kept as things happen.
    pub(super) counts: StoreStats,
    /// The time at which old samples are looked for next.
    pub(super) next_sweep_ms: Option<i64>,
    /// What is new and what is gone.
    pub(super) changes: ChangeLog,
}

/// A series of a store. It stays valid until the series loses its last sample to retention.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::store::{Appended, Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let up = Labels::from_pairs([("__name__", "up")]);
/// let id = store.series_for(&up);
/// assert_eq!(store.series_for(&up), id);
/// store.remove_empty([id]);
/// assert_eq!(store.append(id, 1_000, 1.0), Appended::NoSeries);
/// assert_ne!(store.series_for(&up), id);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SeriesId {
    /// Small, and no two series that are there at one time share it.
    pub(crate) slot: u32,
    pub(super) generation: u32,
}

impl SeriesId {
    /// The series that no store has.
    pub(crate) const NONE: Self = Self { slot: u32::MAX, generation: u32::MAX };
}

/// What became of a sample.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::store::{Appended, Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let up = store.series_for(&Labels::from_pairs([("__name__", "up")]));
/// assert_eq!(store.append(up, 1_000, 1.0), Appended::Stored);
/// assert_eq!(store.append(up, 1_000, 1.0), Appended::AlreadyThere);
/// assert_eq!(store.append(up, 1_000, 0.0), Appended::Conflicting);
/// assert_eq!(store.append(up, 500, 1.0), Appended::OutOfOrder);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Appended {
    /// It is stored.
    Stored,
    /// The very same sample was there already; nothing is lost.
    AlreadyThere,
    /// Another value is there at that time, and stays.
    Conflicting,
    /// A later sample is there, so it is lost.
    OutOfOrder,
    /// The series is gone: ask for it again by its labels.
    NoSeries,
}

impl Store {
    /// An empty store.
    pub fn new(options: StoreOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// What the store may take.
    pub fn options(&self) -> StoreOptions {
        self.options
    }

    /// The series with these labels, which is created where there is none.
    pub fn series_for(&mut self, labels: &Labels) -> SeriesId {
        self.series_for_sorted(labels)
    }

    /// The series with these labels, which are sorted by name, none twice and none empty. It is created where there is
    /// none.
    pub(crate) fn series_for_sorted<'a>(
        &mut self,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> SeriesId {
        let mut count = 0;
        for (name, value) in labels {
            let guess = self.last_pairs.get_mut(count);
            let pair = self.postings.pair(name, value, guess.as_deref().copied());
            match guess {
                Some(guess) => *guess = pair,
                None => self.last_pairs.push(pair),
            }
            count += 1;
        }
        self.last_pairs.truncate(count);
        let found = self.series.find_or_insert(&self.last_pairs);
        if found.inserted {
            self.postings.add(found.slot, &self.last_pairs);
            self.series_bytes += SeriesIndex::bytes_of(count);
        }
        SeriesId { slot: found.slot, generation: self.series.generation(found.slot).unwrap_or_default() }
    }

    /// Makes room for as many more series, so that adding them moves nothing.
    pub(crate) fn reserve(&mut self, series: usize) {
        self.series.reserve(series);
    }

    /// Whether a series is still there.
    pub fn contains(&self, id: SeriesId) -> bool {
        self.series.generation(id.slot) == Some(id.generation)
    }

    /// The labels of a series that is still there, put together anew.
    pub fn labels(&self, id: SeriesId) -> Option<Labels> {
        self.contains(id).then(|| self.labels_in(id.slot, &mut String::new()))
    }

    /// The labels of the series in a slot; `scratch` as in [`Labels::from_packed`].
    pub(super) fn labels_in(&self, slot: u32, scratch: &mut String) -> Labels {
        let pairs = self.series.pairs(slot).iter();
        Labels::from_packed(scratch, pairs.filter_map(|pair| self.postings.packed(*pair)))
    }

    /// The names and values of the labels of the series in a slot, by ascending name.
    pub(super) fn label_pairs(&self, slot: u32) -> impl Iterator<Item = (&str, &str)> {
        self.series.pairs(slot).iter().filter_map(|pair| self.postings.text(*pair))
    }

    /// Appends a sample to a series. What is not stored is counted in [`Store::stats`].
    pub fn append(&mut self, id: SeriesId, timestamp_ms: i64, value: f64) -> Appended {
        if !self.contains(id) {
            return Appended::NoSeries;
        }
        let Some(series) = self.series.get_mut(id.slot) else { return Appended::NoSeries };
        let appended = series.append(timestamp_ms, value, &mut self.series_bytes);
        self.count(appended, timestamp_ms);
        appended
    }

    /// Appends a native histogram to a series; a series may hold numbers and histograms, one after the other. Its hint counts
    /// where it says that this is a gauge or that the counter was reset; whether it continues is found out.
    ///
    /// ```
    /// use p95_core::model::select::{Select, TimeRange};
    /// use p95_core::model::{Labels, Matcher, NativeHistogram};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// let latency = store.series_for(&Labels::from_pairs([("__name__", "latency_seconds")]));
    /// let histogram = NativeHistogram { count: 3.0, zero_count: 3.0, ..NativeHistogram::default() };
    /// store.append_histogram(latency, 1_000, &histogram);
    /// let range = TimeRange { start_ms: 0, end_ms: 1_000 };
    /// let found = store.select(&[Matcher::equal("__name__", "latency_seconds")], range, 100)?;
    /// assert_eq!(found[0].samples.histograms[0].histogram.count, 3.0);
    /// # Ok::<(), p95_core::model::select::SelectError>(())
    /// ```
    pub fn append_histogram(
        &mut self,
        id: SeriesId,
        timestamp_ms: i64,
        histogram: &NativeHistogram,
    ) -> Appended {
        if !self.contains(id) {
            return Appended::NoSeries;
        }
        let Some(series) = self.series.get_mut(id.slot) else { return Appended::NoSeries };
        let appended = series.append_histogram(timestamp_ms, histogram, &mut self.series_bytes);
        self.count(appended, timestamp_ms);
        appended
    }

    /// Says since when a counter has counted, in milliseconds since the Unix epoch, from its sample at `from_ms` on.
    ///
    /// ```
    /// use p95_core::model::select::{Select, TimeRange};
    /// use p95_core::model::{Labels, Matcher};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// let hits = store.series_for(&Labels::from_pairs([("__name__", "hits_total")]));
    /// store.append(hits, 5_000, 7.0);
    /// store.set_start_timestamp(hits, 5_000, 2_000);
    /// let range = TimeRange { start_ms: 0, end_ms: 5_000 };
    /// let found = store.select(&[Matcher::equal("__name__", "hits_total")], range, 100)?;
    /// assert_eq!(found[0].start_timestamps_ms, [2_000]);
    /// # Ok::<(), p95_core::model::select::SelectError>(())
    /// ```
    pub fn set_start_timestamp(&mut self, id: SeriesId, from_ms: i64, start_ms: i64) {
        if self.contains(id)
            && let Some(series) = self.series.get_mut(id.slot)
        {
            series.set_start(from_ms, start_ms, &mut self.series_bytes);
            self.changes.added(from_ms);
        }
    }

    /// Whether the last sample of a series says that it ended, or there is none.
    pub fn is_ended(&self, id: SeriesId) -> bool {
        let series = self.series.get(id.slot).filter(|_| self.contains(id));
        series.is_none_or(super::series::Series::is_ended)
    }

    /// Removes those of the series that have no sample.
    pub fn remove_empty(&mut self, ids: impl IntoIterator<Item = SeriesId>) {
        let empty = ids
            .into_iter()
            .filter(|id| self.contains(*id))
            .map(|id| id.slot)
            .filter(|slot| self.series.get(*slot).is_some_and(super::series::Series::is_empty))
            .collect::<Vec<_>>();
        self.remove_slots(&empty);
    }

    /// Remembers what a family says of itself. What was said last holds.
    ///
    /// ```
    /// use p95_core::model::{Metadata, MetricType};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// for metric_type in [MetricType::Gauge, MetricType::Counter] {
    ///     store.set_metadata(&Metadata { name: "hits".into(), metric_type, unit: "".into(), help: "Hits.".into() });
    /// }
    /// assert_eq!(store.metadata_of("hits").map(|hits| hits.metric_type), Some(MetricType::Counter));
    /// assert_eq!(store.other_types().next().map(|(_, before)| before), Some(MetricType::Gauge));
    /// assert_eq!(store.metadata().count(), 1);
    /// ```
    pub fn set_metadata(&mut self, metadata: &Metadata) {
        self.metadata.set(metadata);
    }

    /// The metadata of the family of this name.
    pub fn metadata_of(&self, family: &str) -> Option<&Metadata> {
        self.metadata.get(family)
    }

    /// The metadata of all families, by ascending name.
    pub fn metadata(&self) -> impl Iterator<Item = &Metadata> {
        self.metadata.iter()
    }

    /// The families that targets declare as several types, or one target first as one and then as another, by ascending
    /// name, each with the last type that does not hold.
    pub fn other_types(&self) -> impl Iterator<Item = (&Arc<str>, MetricType)> {
        self.metadata.other_types()
    }

    /// What the store holds, and what it let go.
    pub fn stats(&self) -> StoreStats {
        StoreStats {
            series: self.series.len(),
            size_bytes: self.size_bytes(),
            exemplars: self.exemplars.len(),
            ..self.counts
        }
    }

    fn count(&mut self, appended: Appended, timestamp_ms: i64) {
        match appended {
            Appended::Stored => {
                self.counts.samples += 1;
                self.changes.added(timestamp_ms);
            }
            Appended::Conflicting => self.counts.conflicting_total += 1,
            Appended::OutOfOrder => self.counts.out_of_order_total += 1,
            Appended::AlreadyThere | Appended::NoSeries => {}
        }
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.series_bytes + self.postings.size_bytes()
    }

    /// Removes the series in these slots, which have no samples left.
    pub(super) fn remove_slots(&mut self, slots: &[u32]) {
        let mut pairs = Vec::new();
        for slot in slots {
            let before = pairs.len();
            pairs.extend_from_slice(self.series.pairs(*slot));
            if let Some(gone) = self.series.remove(*slot) {
                let freed_bytes = SeriesIndex::bytes_of(pairs.len() - before) + gone.heap_bytes();
                self.series_bytes = self.series_bytes.saturating_sub(freed_bytes);
            }
        }
        let all_slots = &self.series;
        self.postings.remove(pairs, |slot| all_slots.get(slot).is_none());
        self.series.tidy();
        self.last_pairs.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Matcher;
    use crate::model::select::{Select, TimeRange};

    fn labels(text: &str) -> Labels {
        Labels::from_pairs([("__name__", text)])
    }

    #[test]
    fn what_is_late_is_refused_and_counted() {
        let mut store = Store::new(StoreOptions::default());
        let id = store.series_for(&labels("a"));
        #[track_caller]
        fn check(store: &mut Store, id: SeriesId, timestamp_ms: i64, value: f64, expect: Appended) {
            assert_eq!(store.append(id, timestamp_ms, value), expect, "{value} at {timestamp_ms}");
        }
        check(&mut store, id, 10, 1.0, Appended::Stored);
        check(&mut store, id, 10, 1.0, Appended::AlreadyThere);
        check(&mut store, id, 10, 2.0, Appended::Conflicting);
        check(&mut store, id, 9, 1.0, Appended::OutOfOrder);
        check(&mut store, id, -1, 1.0, Appended::OutOfOrder);
        check(&mut store, id, 11, f64::NAN, Appended::Stored);
        check(&mut store, id, 11, f64::NAN, Appended::AlreadyThere);
        let stats = store.stats();
        assert_eq!((stats.samples, stats.conflicting_total, stats.out_of_order_total), (2, 1, 2));
    }

    #[test]
    fn numbers_and_histograms_are_one_series() {
        let mut store = Store::new(StoreOptions { retention_ms: 1_000, ..StoreOptions::default() });
        let id = store.series_for(&labels("a"));
        let histogram = |count: f64| NativeHistogram { count, ..NativeHistogram::default() };
        #[track_caller]
        fn check(found: Appended, expect: Appended) {
            assert_eq!(found, expect);
        }
        check(store.append(id, 1, 1.0), Appended::Stored);
        check(store.append_histogram(id, 1, &histogram(1.0)), Appended::Conflicting);
        check(store.append_histogram(id, 3, &histogram(1.0)), Appended::Stored);
        check(store.append_histogram(id, 3, &histogram(1.0)), Appended::AlreadyThere);
        check(store.append_histogram(id, 3, &histogram(2.0)), Appended::Conflicting);
        check(store.append_histogram(id, 2, &histogram(1.0)), Appended::OutOfOrder);
        check(store.append(id, 2, 1.0), Appended::OutOfOrder);
        check(store.append(id, 3, 1.0), Appended::Conflicting);
        assert!(!store.is_ended(id));
        check(store.append(id, 4, crate::model::STALE_NAN), Appended::Stored);
        assert!(store.is_ended(id));
        store.set_start_timestamp(id, 3, 2);
        let range = TimeRange { start_ms: 0, end_ms: 10 };
        let found = store.select(&[Matcher::equal("__name__", "a")], range, 10).unwrap().remove(0);
        assert_eq!((found.samples.floats.len(), found.samples.histograms.len()), (2, 1));
        assert_eq!(found.start_timestamps_ms, [0, 2]);
        assert_eq!(found.histogram_start_timestamps_ms, [2]);
        assert!(store.select(&[Matcher::equal("__name__", "a")], range, 2).is_err());
        store.enforce_limits(10_000_000);
        assert_eq!((store.stats().samples, store.stats().size_bytes), (0, 0));
        assert_eq!(store.stats().expired_samples_total, 3);
    }

    #[test]
    fn an_empty_series_can_be_taken_back() {
        let mut store = Store::new(StoreOptions::default());
        let (a, b) = (store.series_for(&labels("a")), store.series_for(&labels("b")));
        store.append(a, 1, 1.0);
        store.remove_empty([a, b, b]);
        assert_eq!(store.stats().series, 1);
        assert_eq!(store.append(b, 2, 1.0), Appended::NoSeries);
        let c = store.series_for(&labels("c"));
        assert_eq!(store.append(b, 2, 1.0), Appended::NoSeries);
        assert_eq!(store.append(c, 2, 1.0), Appended::Stored);
    }

    #[test]
    fn the_account_of_memory_returns_to_zero() {
        let mut store = Store::new(StoreOptions { retention_ms: 1_000, ..StoreOptions::default() });
        let id = store.series_for(&labels("a"));
        store.set_start_timestamp(id, 0, -5);
        for i in 0..1000 {
            store.append(id, i * 1000, (i * i) as f64);
        }
        assert!(store.stats().size_bytes > 1000);
        store.enforce_limits(10_000_000);
        let stats = store.stats();
        assert_eq!((stats.series, stats.samples, stats.size_bytes), (0, 0, 0));
        assert_eq!((stats.expired_samples_total, stats.dropped_series_total), (1000, 1));
    }
}
