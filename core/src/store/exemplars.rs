//! The newest exemplars of all series, in a ring.

use std::collections::{BTreeMap, VecDeque};

use hashbrown::HashMap;

use super::{SeriesId, Store};
use crate::model::select::TimeRange;
use crate::model::{Exemplar, FloatSample, Labels, Matcher};

/// The most characters in an exemplar's labels, names and values together. Source: the OpenMetrics specification.
const MAX_LABEL_CHARS: usize = 128;

/// The exemplars of a series.
///
/// [`Store::exemplars`] has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesExemplars {
    /// The labels of the series.
    pub series: Labels,
    /// Its exemplars, each with its own labels, oldest first.
    pub exemplars: Vec<(Labels, FloatSample)>,
}

/// Exemplars in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct ExemplarRing {
    ring: VecDeque<Kept>,
    /// How many have left the ring.
    gone: usize,
    /// The newest exemplar of each series: its number, counted from the first that ever came.
    newest: HashMap<SeriesId, usize>,
}

#[derive(Debug)]
struct Kept {
    series: SeriesId,
    exemplar: Exemplar,
    /// When it was observed, or else scraped.
    timestamp_ms: i64,
}

/// What became of an exemplar.
enum Outcome {
    Kept,
    /// A page shows an exemplar until there is another.
    AlreadyThere,
    Refused,
}

impl Store {
    /// Keeps an exemplar of a series, which was told at `at_ms`; whether it is there now. The oldest one of all gives way
    /// where there are too many. One that is older than the series' newest, or whose labels are longer than OpenMetrics
    /// allows, is refused. Both are counted in [`Store::stats`].
    ///
    /// ```
    /// use p95_core::model::{Exemplar, Labels};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// let id = store.series_for(&Labels::from_pairs([("__name__", "replies_total")]));
    /// let long = Labels::from_pairs([("trace_id", "8f2e".repeat(40))]);
    /// let exemplar = Exemplar { labels: long, value: 0.3, timestamp_ms: None };
    /// assert!(!store.append_exemplar(id, exemplar, 1_000));
    /// assert_eq!(store.stats().refused_exemplars_total, 1);
    /// ```
    pub fn append_exemplar(&mut self, id: SeriesId, exemplar: Exemplar, at_ms: i64) -> bool {
        if !self.contains(id) {
            return false;
        }
        let timestamp_ms = exemplar.timestamp_ms.unwrap_or(at_ms);
        let kept = Kept { series: id, exemplar, timestamp_ms };
        match self.exemplars.judge(&kept) {
            Outcome::AlreadyThere => true,
            Outcome::Refused => {
                self.counts.refused_exemplars_total += 1;
                false
            }
            Outcome::Kept => {
                let capacity = self.options.max_exemplars;
                self.counts.dropped_exemplars_total += self.exemplars.push(kept, capacity);
                capacity > 0
            }
        }
    }

    /// The exemplars in `range` of the series that satisfy all matchers; series in the order of their labels.
    ///
    /// ```
    /// use p95_core::model::select::TimeRange;
    /// use p95_core::model::{Exemplar, Labels, Matcher};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// let id = store.series_for(&Labels::from_pairs([("__name__", "replies_total"), ("job", "shop")]));
    /// store.append(id, 1_000, 1.0);
    /// let labels = Labels::from_pairs([("trace_id", "8f2e")]);
    /// store.append_exemplar(id, Exemplar { labels, value: 0.3, timestamp_ms: Some(900) }, 1_000);
    ///
    /// let range = TimeRange { start_ms: 0, end_ms: 1_000 };
    /// let found = &store.exemplars(&[Matcher::equal("job", "shop")], range)[0];
    /// let (labels, observed) = &found.exemplars[0];
    /// assert_eq!(found.series.get("job"), Some("shop"));
    /// assert_eq!((labels.get("trace_id"), observed.timestamp_ms, observed.value), (Some("8f2e"), 900, 0.3));
    /// ```
    pub fn exemplars(&self, matchers: &[Matcher], range: TimeRange) -> Vec<SeriesExemplars> {
        let mut scratch = String::new();
        let wanted: HashMap<u32, Labels> =
            self.matching(matchers).map(|(slot, _)| (slot, self.labels_in(slot, &mut scratch))).collect();
        let mut found: BTreeMap<&Labels, Vec<(Labels, FloatSample)>> = BTreeMap::new();
        for kept in self.exemplars.ring.iter().filter(|kept| self.contains(kept.series)) {
            let Some(series) = wanted.get(&kept.series.slot) else { continue };
            let timestamp_ms = kept.timestamp_ms;
            if (range.start_ms..=range.end_ms).contains(&timestamp_ms) {
                let sample = FloatSample { timestamp_ms, value: kept.exemplar.value };
                found.entry(series).or_default().push((kept.exemplar.labels.clone(), sample));
            }
        }
        let found = found.into_iter();
        found.map(|(series, exemplars)| SeriesExemplars { series: series.clone(), exemplars }).collect()
    }
}

impl ExemplarRing {
    pub(super) fn len(&self) -> usize {
        self.ring.len()
    }

    fn judge(&self, new: &Kept) -> Outcome {
        let labels = new.exemplar.labels.iter();
        let chars: usize = labels.map(|(name, value)| name.chars().count() + value.chars().count()).sum();
        if chars > MAX_LABEL_CHARS {
            return Outcome::Refused;
        }
        let newest = self.newest.get(&new.series).and_then(|number| number.checked_sub(self.gone));
        match newest.and_then(|at| self.ring.get(at)) {
            // Without a time of its own the same exemplar again is the same one.
            Some(newest) if newest.exemplar == new.exemplar => Outcome::AlreadyThere,
            Some(newest) if newest.timestamp_ms > new.timestamp_ms => Outcome::Refused,
            _ => Outcome::Kept,
        }
    }

    /// Adds an exemplar; returns how many had to go.
    fn push(&mut self, new: Kept, capacity: usize) -> u64 {
        self.newest.insert(new.series, self.gone + self.ring.len());
        self.ring.push_back(new);
        let excess = self.ring.len().saturating_sub(capacity);
        for oldest in self.ring.drain(..excess) {
            if self.newest.get(&oldest.series) == Some(&self.gone) {
                self.newest.remove(&oldest.series);
            }
            self.gone += 1;
        }
        excess as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreOptions;

    const ALWAYS: TimeRange = TimeRange { start_ms: i64::MIN, end_ms: i64::MAX };

    fn exemplar(trace: &str, value: f64, timestamp_ms: Option<i64>) -> Exemplar {
        Exemplar { labels: Labels::from_pairs([("trace", trace)]), value, timestamp_ms }
    }

    fn shown(store: &Store, matchers: &[Matcher], range: TimeRange) -> Vec<String> {
        let of_series =
            store.exemplars(matchers, range).into_iter().map(|SeriesExemplars { series, exemplars }| {
                let texts = exemplars.iter().map(|(labels, sample)| {
                    format!("{} {}@{}", labels.get("trace").unwrap(), sample.value, sample.timestamp_ms)
                });
                format!("{}: {}", series.metric_name(), texts.collect::<Vec<_>>().join(", "))
            });
        of_series.collect()
    }

    #[test]
    fn the_newest_are_kept_and_the_rest_is_counted() {
        let mut store = Store::new(StoreOptions { max_exemplars: 3, ..StoreOptions::default() });
        let [a, b] = ["b", "a"].map(|name| store.series_for(&Labels::from_pairs([("__name__", name)])));
        #[track_caller]
        fn check(store: &mut Store, id: SeriesId, new: Exemplar, expect: bool) {
            assert_eq!(store.append_exemplar(id, new.clone(), 50), expect, "{new:?}");
        }
        check(&mut store, a, exemplar("1", 0.5, Some(10)), true);
        check(&mut store, a, exemplar("1", 0.5, Some(10)), true);
        check(&mut store, a, exemplar("2", 0.5, Some(9)), false);
        check(&mut store, a, exemplar(&"x".repeat(124), 0.5, Some(11)), false);
        check(&mut store, b, exemplar("3", 0.7, None), true);
        check(&mut store, b, exemplar("3", 0.7, None), true);
        assert_eq!(shown(&store, &[], ALWAYS), ["a: 3 0.7@50", "b: 1 0.5@10"]);
        check(&mut store, a, exemplar("4", 0.9, Some(60)), true);
        check(&mut store, a, exemplar("5", 0.9, Some(60)), true);
        assert_eq!(shown(&store, &[], ALWAYS), ["a: 3 0.7@50", "b: 4 0.9@60, 5 0.9@60"]);
        assert_eq!(shown(&store, &[Matcher::equal("__name__", "a")], ALWAYS), ["a: 3 0.7@50"]);
        assert_eq!(shown(&store, &[], TimeRange { start_ms: 0, end_ms: 50 }), ["a: 3 0.7@50"]);
        let stats = store.stats();
        assert_eq!(
            (stats.exemplars, stats.dropped_exemplars_total, stats.refused_exemplars_total),
            (3, 1, 2)
        );
        store.remove_empty([a, b]);
        assert_eq!(shown(&store, &[], ALWAYS), [""; 0]);
        check(&mut store, a, exemplar("6", 1.0, None), false);
    }

    #[test]
    fn none_are_kept_where_none_may() {
        let mut store = Store::new(StoreOptions { max_exemplars: 0, ..StoreOptions::default() });
        let id = store.series_for(&Labels::from_pairs([("__name__", "a")]));
        assert!(!store.append_exemplar(id, exemplar("1", 1.0, None), 0));
        assert_eq!((store.stats().exemplars, store.stats().dropped_exemplars_total), (0, 1));
    }
}
