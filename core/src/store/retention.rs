//! What goes when there is too much: by age, then by memory.

use super::memory::Store;

/// How many sweeps there are in the time that samples are kept.
const SWEEPS_PER_RETENTION: i64 = 64;
/// A sweep for memory's sake goes down to this share of the cap, in percent, so that the next one is not due at once.
const SWEEP_TO_PERCENT: usize = 90;

impl Store {
    /// Drops what is older than the retention at `now_ms`, and the oldest of the rest where memory exceeds its cap.
    ///
    /// To be called after each scrape; most calls do nothing. What goes is counted in [`Store::stats`].
    ///
    /// ```
    /// use p95_core::model::Labels;
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions { retention_ms: 60_000, ..StoreOptions::default() });
    /// let up = store.series_for(&Labels::from_pairs([("__name__", "up")]));
    /// store.append(up, 1_000, 1.0);
    /// store.enforce_limits(120_000);
    /// assert_eq!((store.stats().samples, store.stats().expired_samples_total), (0, 1));
    /// assert!(!store.contains(up));
    /// ```
    pub fn enforce_limits(&mut self, now_ms: i64) {
        let pause_ms = (self.options.retention_ms / SWEEPS_PER_RETENTION).max(1);
        // A clock that jumped back must not put the next sweep off.
        let is_due =
            self.next_sweep_ms.is_none_or(|next_ms| now_ms >= next_ms || now_ms < next_ms - pause_ms);
        if is_due {
            self.next_sweep_ms = Some(now_ms.saturating_add(pause_ms));
            self.counts.expired_samples_total +=
                self.drop_before(now_ms.saturating_sub(self.options.retention_ms));
        }
        if self.size_bytes() > self.options.memory_cap_bytes {
            let before_ms = self.cutoff_ms(self.options.memory_cap_bytes / 100 * SWEEP_TO_PERCENT);
            self.counts.evicted_samples_total += self.drop_before(before_ms);
        }
    }

    /// Drops the chunks that ended before `before_ms`, and the series that this leaves empty; returns the number of samples.
    fn drop_before(&mut self, before_ms: i64) -> u64 {
        let mut samples = 0;
        let mut emptied = Vec::new();
        for (slot, series) in self.series.iter_mut() {
            let dropped = series.drop_before(before_ms);
            samples += dropped.samples;
            self.series_bytes = self.series_bytes.saturating_sub(dropped.heap_bytes);
            if series.is_empty() {
                emptied.push(slot);
            }
        }
        if samples > 0 {
            self.changes.dropped(before_ms);
        }
        self.counts.samples -= samples;
        self.counts.dropped_series_total += emptied.len() as u64;
        self.remove_slots(&emptied);
        samples
    }

    /// The time such that the store takes at most `target_bytes` when all chunks that ended before it are gone.
    fn cutoff_ms(&self, target_bytes: usize) -> i64 {
        let mut ends = self.series.iter().flat_map(|(_, series)| series.ends()).collect::<Vec<_>>();
        ends.sort_unstable();
        let mut excess_bytes = self.size_bytes().saturating_sub(target_bytes);
        for (end_ms, bytes) in ends {
            if excess_bytes == 0 {
                return end_ms;
            }
            excess_bytes = excess_bytes.saturating_sub(bytes);
        }
        i64::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Labels, Matcher, select::Select, select::TimeRange};
    use crate::store::StoreOptions;

    fn fill(store: &mut Store, seconds: i64) {
        for i in 0..seconds {
            let id = store.series_for(&Labels::from_pairs([("__name__", "a")]));
            store.append(id, i * 1000, (i as f64).sin());
            store.enforce_limits(i * 1000);
        }
    }

    fn oldest_and_count(store: &Store) -> (i64, usize) {
        let range = TimeRange { start_ms: i64::MIN, end_ms: i64::MAX };
        let found = store.select(&[Matcher::equal("__name__", "a")], range, usize::MAX).unwrap();
        let floats = &found[0].samples.floats;
        (floats[0].timestamp_ms, floats.len())
    }

    #[test]
    fn old_samples_go_and_are_counted() {
        let mut store = Store::new(StoreOptions { retention_ms: 600_000, ..StoreOptions::default() });
        fill(&mut store, 5000);
        let (oldest_ms, count) = oldest_and_count(&store);
        assert!((4_100_000..=4_399_000).contains(&oldest_ms), "{oldest_ms}");
        let stats = store.stats();
        assert_eq!(stats.samples, count as u64);
        assert_eq!(stats.samples + stats.expired_samples_total, 5000);
        assert_eq!(stats.evicted_samples_total, 0);
    }

    #[test]
    fn the_memory_cap_drops_the_oldest() {
        let mut store = Store::new(StoreOptions { memory_cap_bytes: 20_000, ..StoreOptions::default() });
        fill(&mut store, 5000);
        let stats = store.stats();
        assert!(stats.size_bytes <= 20_000, "{stats:?}");
        assert!(stats.samples > 1000, "{stats:?}");
        assert_eq!(stats.samples + stats.evicted_samples_total, 5000);
        assert_eq!(oldest_and_count(&store).1 as u64, stats.samples);
    }

    #[test]
    fn a_cap_below_one_series_is_survived() {
        let mut store = Store::new(StoreOptions { memory_cap_bytes: 10, ..StoreOptions::default() });
        fill(&mut store, 10);
        assert_eq!(store.stats().evicted_samples_total, 10);
    }

    #[test]
    fn a_clock_that_jumps_back_is_survived() {
        let mut store = Store::new(StoreOptions { retention_ms: 600_000, ..StoreOptions::default() });
        fill(&mut store, 4000);
        store.enforce_limits(0);
        store.enforce_limits(i64::MIN);
        assert_eq!(oldest_and_count(&store).1 as u64, store.stats().samples);
    }
}
