//! Which part of the past is not what it was.

use super::memory::Store;

/// Which part of a store's past changed between two calls of [`Store::take_changes`]. Times are milliseconds since the Unix
/// epoch. What lies between the two is as it was.
///
/// [`Store::take_changes`] has an example.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Changes {
    /// From this time on there are samples that were not there, or that count from another start; `None` where there are
    /// none such.
    pub from_ms: Option<i64>,
    /// Samples before this time may be gone, since this call or an earlier one; `None` where none ever went.
    pub gone_before_ms: Option<i64>,
}

/// The account that a store keeps.
#[derive(Debug, Default)]
pub(super) struct ChangeLog {
    from_ms: Option<i64>,
    gone_before_ms: Option<i64>,
}

impl ChangeLog {
    /// Something is new at a time.
    #[inline]
    pub(super) fn added(&mut self, at_ms: i64) {
        self.from_ms = Some(self.from_ms.map_or(at_ms, |from_ms| from_ms.min(at_ms)));
    }

    /// What lies before a time may be gone.
    pub(super) fn dropped(&mut self, before_ms: i64) {
        self.gone_before_ms = self.gone_before_ms.max(Some(before_ms));
    }
}

impl Store {
    /// Which part of the past changed since the last call: for one who keeps answers, and asks anew only for what may be
    /// different now.
    ///
    /// ```
    /// use p95_core::model::Labels;
    /// use p95_core::store::{Changes, Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions { retention_ms: 60_000, ..StoreOptions::default() });
    /// let up = store.series_for(&Labels::from_pairs([("__name__", "up")]));
    /// store.append(up, 2_000, 1.0);
    /// store.append(up, 3_000, 1.0);
    /// assert_eq!(store.take_changes(), Changes { from_ms: Some(2_000), gone_before_ms: None });
    /// assert_eq!(store.take_changes(), Changes { from_ms: None, gone_before_ms: None });
    /// store.enforce_limits(100_000);
    /// assert_eq!(store.take_changes(), Changes { from_ms: None, gone_before_ms: Some(40_000) });
    /// ```
    pub fn take_changes(&mut self) -> Changes {
        Changes { from_ms: self.changes.from_ms.take(), gone_before_ms: self.changes.gone_before_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Labels, NativeHistogram};
    use crate::store::StoreOptions;

    #[test]
    fn whatever_is_stored_counts_and_what_is_refused_does_not() {
        #[track_caller]
        fn check(store: &mut Store, change: impl FnOnce(&mut Store), expect_from_ms: Option<i64>) {
            change(store);
            assert_eq!(store.take_changes().from_ms, expect_from_ms);
        }
        let store = &mut Store::new(StoreOptions::default());
        let [a, b] = ["a", "b"].map(|name| store.series_for(&Labels::from_pairs([("__name__", name)])));
        let histogram = NativeHistogram::default();
        check(store, |_| (), None);
        check(store, |store| _ = store.append(a, 10, 1.0), Some(10));
        check(store, |store| _ = store.append(a, 9, 1.0), None);
        check(store, |store| _ = store.append(a, 10, 1.0), None);
        check(store, |store| _ = store.append_histogram(b, 5, &histogram), Some(5));
        check(store, |store| store.set_start_timestamp(b, 5, 2), Some(5));
        let both = |store: &mut Store| [(a, 12), (b, 11)].map(|(id, at_ms)| store.append(id, at_ms, 1.0));
        check(store, |store| _ = both(store), Some(11));
        check(store, |store| store.remove_empty([a]), None);
    }

    #[test]
    fn what_goes_for_the_sake_of_memory_counts() {
        let mut store = Store::new(StoreOptions { memory_cap_bytes: 4_000, ..StoreOptions::default() });
        let id = store.series_for(&Labels::from_pairs([("__name__", "a")]));
        for at_ms in 0..5_000 {
            store.append(id, at_ms, (at_ms as f64).sin());
            store.enforce_limits(at_ms);
        }
        let gone_before_ms = store.take_changes().gone_before_ms.unwrap();
        assert!(store.stats().evicted_samples_total > 0 && gone_before_ms > 0, "{gone_before_ms}");
    }
}
