//! Where a store's series come from: what has the most of them.

use std::cmp::Reverse;

use super::Store;
use crate::model::labels::METRIC_NAME;

/// How many there are of something.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::store::{Counted, Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// for user in ["7", "8"] {
///     store.series_for(&Labels::from_pairs([("__name__", "logins_total"), ("user", user)]));
/// }
/// let worst = store.cardinality(1).values_by_label;
/// assert_eq!(worst, [Counted { name: "user".to_owned(), count: 2 }]);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Counted {
    /// What is counted.
    pub name: String,
    /// How many.
    pub count: usize,
}

/// Where a store's series come from; each list has its highest counts, highest first.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// for (name, job) in [("up", "shop"), ("up", "till"), ("hits_total", "shop")] {
///     store.series_for(&Labels::from_pairs([("__name__", name), ("job", job)]));
/// }
/// let found = store.cardinality(10);
/// assert_eq!((found.series, found.label_pairs), (3, 4));
/// assert_eq!((found.series_by_metric[0].name.as_str(), found.series_by_metric[0].count), ("up", 2));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Cardinality {
    /// Series.
    pub series: usize,
    /// Different pairs of label name and value.
    pub label_pairs: usize,
    /// The series of each metric name.
    pub series_by_metric: Vec<Counted>,
    /// The different values of each label.
    pub values_by_label: Vec<Counted>,
    /// The bytes of each label's values, each value counted for every series that carries it.
    pub bytes_by_label: Vec<Counted>,
    /// The series of each pair, written `name=value`.
    pub series_by_pair: Vec<Counted>,
}

impl Store {
    /// Where the series come from, with the `limit` highest counts of each kind.
    pub fn cardinality(&self, limit: usize) -> Cardinality {
        let mut found = Cardinality { series: self.stats().series, ..Cardinality::default() };
        let mut pairs = Vec::new();
        for name in self.postings.names() {
            let (mut values, mut bytes) = (0, 0);
            for (value, slots) in self.postings.values(name) {
                values += 1;
                bytes += value.len() * slots.len();
                pairs.push((name, value, slots.len()));
            }
            found.values_by_label.push(Counted { name: name.to_owned(), count: values });
            found.bytes_by_label.push(Counted { name: name.to_owned(), count: bytes });
        }
        found.label_pairs = pairs.len();
        pairs.sort_unstable_by_key(|(name, value, count)| (Reverse(*count), *name, *value));
        let counted = |name: String, count| Counted { name, count };
        let metrics = pairs.iter().filter(|(name, ..)| *name == METRIC_NAME).take(limit);
        found.series_by_metric =
            metrics.map(|(_, value, count)| counted((*value).to_owned(), *count)).collect();
        let all = pairs.iter().take(limit);
        found.series_by_pair =
            all.map(|(name, value, count)| counted(format!("{name}={value}"), *count)).collect();
        for list in [&mut found.values_by_label, &mut found.bytes_by_label] {
            list.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
            list.truncate(limit);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Labels;
    use crate::store::StoreOptions;

    #[test]
    fn the_highest_counts_come_first() {
        let mut store = Store::new(StoreOptions::default());
        for (name, user) in [("a", "1"), ("a", "22"), ("b", "1"), ("a", "333")] {
            let id = store.series_for(&Labels::from_pairs([("__name__", name), ("user", user)]));
            store.append(id, 1_000, 1.0);
        }
        let shown = |list: &[Counted]| {
            Vec::from_iter(list.iter().map(|entry| format!("{} {}", entry.name, entry.count)))
        };
        let found = store.cardinality(2);
        assert_eq!((found.series, found.label_pairs), (4, 5));
        assert_eq!(shown(&found.series_by_metric), ["a 3", "b 1"]);
        assert_eq!(shown(&found.values_by_label), ["user 3", "__name__ 2"]);
        assert_eq!(shown(&found.bytes_by_label), ["user 7", "__name__ 4"]);
        assert_eq!(shown(&found.series_by_pair), ["__name__=a 3", "user=1 2"]);
    }
}
