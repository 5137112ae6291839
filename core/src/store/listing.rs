//! What there is to be asked for: series, label names, label values.

use std::collections::BTreeSet;

use super::Store;
use crate::model::select::TimeRange;
use crate::model::{Labels, Matcher};

impl Store {
    /// The label sets of the series that satisfy all matchers and have samples around or in `range`, in no order.
    ///
    /// ```
    /// use p95_core::model::select::TimeRange;
    /// use p95_core::model::{Labels, Matcher};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// let id = store.series_for(&Labels::from_pairs([("__name__", "up"), ("job", "shop")]));
    /// store.append(id, 1_000, 1.0);
    /// let found = |start_ms, end_ms| store.series(&[Matcher::equal("job", "shop")], TimeRange { start_ms, end_ms });
    /// assert_eq!(found(0, 2_000)[0].to_string(), r#"up{job="shop"}"#);
    /// assert!(found(2_000, 3_000).is_empty());
    /// ```
    pub fn series(&self, matchers: &[Matcher], range: TimeRange) -> Vec<Labels> {
        let mut scratch = String::new();
        let matching = self.matching(matchers).filter(|(_, series)| series.overlaps(range));
        matching.map(|(slot, _)| self.labels_in(slot, &mut scratch)).collect()
    }

    /// The label names of the series that satisfy all matchers, sorted.
    ///
    /// [`Store::label_values`] has an example of both.
    pub fn label_names(&self, matchers: &[Matcher]) -> Vec<String> {
        let names: BTreeSet<&str> = if matchers.is_empty() {
            self.postings.names().collect()
        } else {
            self.matching(matchers)
                .flat_map(|(slot, _)| self.label_pairs(slot))
                .map(|(name, _)| name)
                .collect()
        };
        names.into_iter().map(str::to_owned).collect()
    }

    /// The values that the label `name` has in the series that satisfy all matchers, sorted.
    ///
    /// ```
    /// use p95_core::model::{Labels, Matcher};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// for (name, label, value) in [("up", "job", "shop"), ("up", "job", "till"), ("hits", "route", "/cart")] {
    ///     store.series_for(&Labels::from_pairs([("__name__", name), (label, value)]));
    /// }
    /// let up = [Matcher::equal("__name__", "up")];
    /// assert_eq!(store.label_names(&up), ["__name__", "job"]);
    /// assert_eq!(store.label_values("job", &up), ["shop", "till"]);
    /// assert_eq!(store.label_values("__name__", &[]), ["hits", "up"]);
    /// ```
    pub fn label_values(&self, name: &str, matchers: &[Matcher]) -> Vec<String> {
        let values: BTreeSet<&str> = if matchers.is_empty() {
            self.postings.values(name).map(|(value, _)| value).collect()
        } else {
            let all_pairs = self.matching(matchers).flat_map(|(slot, _)| self.label_pairs(slot));
            all_pairs.filter(|(n, _)| *n == name).map(|(_, value)| value).collect()
        };
        values.into_iter().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreOptions;

    #[test]
    fn lists_what_matchers_leave() {
        let mut store = Store::new(StoreOptions::default());
        for (name, label, value) in [("a", "x", "1"), ("a", "y", "2"), ("b", "x", "3")] {
            let id = store.series_for(&Labels::from_pairs([("__name__", name), (label, value)]));
            store.append(id, 1000, 1.0);
        }
        let only_a = [Matcher::equal("__name__", "a")];
        assert_eq!(store.label_names(&[]), ["__name__", "x", "y"]);
        assert_eq!(store.label_names(&[Matcher::equal("__name__", "b")]), ["__name__", "x"]);
        assert_eq!(store.label_values("x", &[]), ["1", "3"]);
        assert_eq!(store.label_values("x", &only_a), ["1"]);
        assert_eq!(store.label_values("none", &[]), [""; 0]);
        let then = TimeRange { start_ms: 0, end_ms: 1000 };
        let found = store.series(&only_a, then).iter().map(Labels::to_string).collect::<Vec<_>>();
        assert_eq!(found, [r#"a{x="1"}"#, r#"a{y="2"}"#]);
        assert_eq!(store.series(&only_a, TimeRange { start_ms: 1001, end_ms: 2000 }), []);
    }
}
