//! What a target's last pages said, series by series.

use std::hash::BuildHasher;

use hashbrown::HashTable;

use crate::exposition::parse::RawSeries;
use crate::model::MetricType;
use crate::store::SeriesId;

/// The series of a target, by the raw bytes that its pages write them with, and the order in which they come.
///
/// A page mostly repeats the last one's order, so each entry knows which one follows: comparing the bytes with those of
/// that one entry finds the series, without a hash. The table of all of them is built when a page first surprises.
#[derive(Debug, Default)]
pub(super) struct SeriesCache {
    /// The raw bytes of all entries, one after the other.
    raw: String,
    entries: Vec<Entry>,
    /// The entry that the last page began with.
    first: Option<u32>,
    by_raw: Option<HashTable<u32>>,
    hasher: foldhash::fast::FixedState,
    /// Entries that the last page had, those that relabelling drops not among them.
    live_count: usize,
    /// Entries that relabelling drops.
    dropped_count: usize,
}

/// A series as the target's pages write it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    raw_start: usize,
    raw_length: u32,
    /// The entry that followed in the last page, or [`NONE`].
    next: u32,
    /// The series in the store, or [`SeriesId::NONE`] while it has not been asked for.
    pub(super) id: SeriesId,
    pub(super) kind: Kind,
    /// Whether the last page had it and it was stored.
    pub(super) is_live: bool,
    /// Whether its samples bring their own timestamps. Such a series gets no stale marker, as in Prometheus.
    pub(super) has_timestamps: bool,
}

/// What is known of a series from its first page on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// The type of its family.
    pub(super) metric_type: MetricType,
    /// Whether its value says since when another series has counted.
    pub(super) is_created: bool,
    /// Whether relabelling keeps it.
    pub(super) is_kept: bool,
}

/// No entry.
const NONE: u32 = u32::MAX;
/// How many dead entries a cache keeps, besides as many as are alive.
const SPARE_DEAD: usize = 1024;

/// How far the cache reached before a page, to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) entries: usize,
    raw: usize,
}

impl SeriesCache {
    /// The entry that is expected to follow `previous`, or to begin the page.
    #[inline]
    pub(super) fn expected(&self, previous: Option<u32>) -> Option<u32> {
        let next = match previous {
            None => self.first?,
            Some(previous) => self.get(previous)?.next,
        };
        // A page that failed may have been the one that this link came from.
        self.get(next).map(|_| next)
    }

    /// The raw bytes of an entry; `""` where there is none.
    #[inline]
    pub(super) fn raw(&self, at: u32) -> &str {
        let entry = self.get(at);
        entry.and_then(|entry| self.raw.get(entry.raw_start..entry.raw_end())).unwrap_or_default()
    }

    /// The series that an entry is in a page.
    pub(super) fn series(&self, at: u32) -> RawSeries<'_> {
        RawSeries::known(self.raw(at))
    }

    /// The entry at an index.
    #[inline]
    pub(super) fn get(&self, at: u32) -> Option<&Entry> {
        self.entries.get(at as usize)
    }

    /// The entry at an index.
    #[inline]
    pub(super) fn get_mut(&mut self, at: u32) -> Option<&mut Entry> {
        self.entries.get_mut(at as usize)
    }

    /// The entry with these raw bytes.
    pub(super) fn find(&mut self, raw: &str) -> Option<u32> {
        if self.by_raw.is_none() {
            self.build_table();
        }
        let hash = self.hasher.hash_one(raw);
        self.by_raw.as_ref()?.find(hash, |at| self.raw(*at) == raw).copied()
    }

    /// Whether a page ever surprised, so that a table was built.
    #[cfg(test)]
    pub(super) fn has_table(&self) -> bool {
        self.by_raw.is_some()
    }

    /// Adds an entry that is not there yet.
    pub(super) fn insert(&mut self, raw: &str, kind: Kind) -> u32 {
        let at = u32::try_from(self.entries.len()).unwrap_or(NONE);
        self.entries.push(Entry {
            raw_start: self.raw.len(),
            raw_length: u32::try_from(raw.len()).unwrap_or(u32::MAX),
            next: NONE,
            id: SeriesId::NONE,
            kind,
            is_live: false,
            has_timestamps: false,
        });
        self.dropped_count += usize::from(!kind.is_kept);
        self.raw.push_str(raw);
        if let Some(mut by_raw) = self.by_raw.take() {
            let hash_of = |at: &u32| self.hasher.hash_one(self.raw(*at));
            by_raw.insert_unique(self.hasher.hash_one(raw), at, hash_of);
            self.by_raw = Some(by_raw);
        }
        at
    }

    /// Remembers that `at` followed `previous`, or began the page.
    #[inline]
    pub(super) fn link(&mut self, previous: Option<u32>, at: u32) {
        match previous {
            None => self.first = Some(at),
            Some(previous) => {
                if let Some(entry) = self.get_mut(previous) {
                    entry.next = at;
                }
            }
        }
    }

    /// Says that a page had an entry; `true` where the one before had it not.
    #[inline]
    pub(super) fn revive(&mut self, at: u32) -> bool {
        let Some(entry) = self.entries.get_mut(at as usize).filter(|entry| !entry.is_live) else {
            return false;
        };
        entry.is_live = true;
        self.live_count += 1;
        true
    }

    /// Ends the live entries that `has_ended` names; returns them.
    pub(super) fn end(&mut self, has_ended: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let mut ended = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| entry.is_live && has_ended(entry)) {
            entry.is_live = false;
            ended.push(*entry);
        }
        self.live_count -= ended.len();
        ended
    }

    /// The number of entries that the last page had.
    pub(super) fn live_count(&self) -> usize {
        self.live_count
    }

    /// The entries, those of one page in its order where they came new with it.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Makes room for a page of so many bytes and series, so that growing copies nothing.
    pub(super) fn reserve(&mut self, page_bytes: usize, series: usize) {
        self.raw.reserve_exact(page_bytes);
        self.entries.reserve_exact(series);
    }

    /// How far the cache reaches now.
    pub(super) fn mark(&self) -> Mark {
        Mark { entries: self.entries.len(), raw: self.raw.len() }
    }

    /// Forgets the entries since `mark`.
    pub(super) fn rewind(&mut self, mark: Mark) {
        if mark.entries < self.entries.len() {
            self.by_raw = None;
        }
        self.entries.truncate(mark.entries);
        self.raw.truncate(mark.raw);
        self.dropped_count = self.entries.iter().filter(|entry| !entry.kind.is_kept).count();
    }

    /// Gives memory back: what was reserved in excess, and the entries that ended, once they are many. `dropped` is how
    /// many of the last page's samples relabelling has dropped.
    pub(super) fn tidy(&mut self, dropped: usize) {
        let dead = self.entries.len() - self.live_count - self.dropped_count;
        // Of the series that are not stored it is not known which ones have ended: all are met again.
        let keeps_dropped = self.dropped_count <= 2 * dropped + SPARE_DEAD;
        if dead > self.live_count + SPARE_DEAD || !keeps_dropped {
            self.retain(|entry| entry.is_live || (keeps_dropped && !entry.kind.is_kept));
        }
        if self.raw.capacity() > self.raw.len() * 2 {
            self.raw.shrink_to_fit();
        }
    }

    fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        let mut raw = String::with_capacity(self.raw.len() / 2);
        let mut entries = Vec::with_capacity(self.live_count);
        for entry in self.entries.iter().filter(|entry| keep(entry)) {
            let next = u32::try_from(entries.len() + 1).unwrap_or(NONE);
            entries.push(Entry { raw_start: raw.len(), next, ..*entry });
            raw.push_str(self.raw.get(entry.raw_start..entry.raw_end()).unwrap_or_default());
        }
        self.first = Some(0);
        self.raw = raw;
        self.dropped_count = entries.iter().filter(|entry| !entry.kind.is_kept).count();
        self.entries = entries;
        self.by_raw = None;
    }

    fn build_table(&mut self) {
        let mut by_raw = HashTable::with_capacity(self.entries.len());
        let hash_of = |at: &u32| self.hasher.hash_one(self.raw(*at));
        for at in (0..).take(self.entries.len()) {
            by_raw.insert_unique(hash_of(&at), at, hash_of);
        }
        self.by_raw = Some(by_raw);
    }
}

impl Entry {
    #[inline]
    fn raw_end(&self) -> usize {
        self.raw_start + self.raw_length as usize
    }
}
