//! Families: a metric for each combination of label values.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hashbrown::{Equivalent, HashMap};

use super::Metric;
use crate::exposition::encode::Visitor;

/// Metrics that share a name and differ in the values of `N` labels. Clones share the metrics.
#[derive(Clone)]
pub struct Family<M, const N: usize>(Arc<Shared<M, N>>);

struct Shared<M, const N: usize> {
    names: [String; N],
    new: Box<dyn Fn() -> M + Send + Sync>,
    children: RwLock<Children<M, N>>,
}

/// The values of the labels, in the order of their names.
type Values<const N: usize> = [Arc<str>; N];

struct Children<M, const N: usize> {
    places: HashMap<Values<N>, usize>,
    /// In order of their first use, which is the order of every exposition.
    list: Vec<(Values<N>, M)>,
}

/// Values to look up, which hash and compare as the ones that are kept do.
#[derive(Hash)]
struct Lookup<'a, const N: usize>([&'a str; N]);

impl<const N: usize> Equivalent<Values<N>> for Lookup<'_, N> {
    fn equivalent(&self, key: &Values<N>) -> bool {
        self.0.iter().zip(key).all(|(value, kept)| **value == **kept)
    }
}

impl<M: Metric, const N: usize> Family<M, N> {
    pub(super) fn new(names: [String; N], new: impl Fn() -> M + Send + Sync + 'static) -> Self {
        let children = RwLock::new(Children { places: HashMap::new(), list: Vec::new() });
        Self(Arc::new(Shared { names, new: Box::new(new), children }))
    }

    /// The metric of these label values, made where there is none yet. An empty value means that the label is absent.
    ///
    /// A hot path keeps the handle: to count through it takes no look-up.
    pub fn with(&self, values: [&str; N]) -> M {
        let lookup = Lookup(values);
        let known = {
            let children = self.0.children.read().unwrap_or_else(PoisonError::into_inner);
            children
                .places
                .get(&lookup)
                .and_then(|place| children.list.get(*place))
                .map(|(_, metric)| metric.clone())
        };
        known.unwrap_or_else(|| self.make(&lookup))
    }

    /// Makes the metric, unless another thread was faster.
    fn make(&self, lookup: &Lookup<'_, N>) -> M {
        let mut children = self.0.children.write().unwrap_or_else(PoisonError::into_inner);
        let known = children.places.get(lookup).and_then(|place| children.list.get(*place));
        if let Some((_, metric)) = known {
            return metric.clone();
        }
        let metric = (self.0.new)();
        let values = lookup.0.map(Arc::from);
        let place = children.list.len();
        children.places.insert(values.clone(), place);
        children.list.push((values, metric.clone()));
        metric
    }

    /// Shows all metrics at `now_ms`.
    pub(super) fn visit(&self, now_ms: i64, visitor: &mut dyn Visitor) {
        let children = self.0.children.read().unwrap_or_else(PoisonError::into_inner);
        for (values, metric) in &children.list {
            let labels: Vec<(&str, &str)> = self
                .0
                .names
                .iter()
                .zip(values)
                .map(|(name, value)| (name.as_str(), &**value))
                .filter(|(_, value)| !value.is_empty())
                .collect();
            metric.visit(&labels, now_ms, visitor);
        }
    }
}

impl<M, const N: usize> fmt::Debug for Family<M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family").field("labels", &self.0.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Counter;
    use super::*;

    #[test]
    fn one_metric_for_each_combination() {
        let family = Family::new(["a".to_owned(), "b".to_owned()], Counter::default);
        family.with(["ab", "c"]).inc();
        family.with(["a", "bc"]).inc_by(5);
        family.clone().with(["ab", "c"]).inc();
        assert_eq!(family.with(["ab", "c"]).get(), 2.0);
        assert_eq!(family.with(["a", "bc"]).get(), 5.0);
        assert_eq!(family.0.children.read().unwrap().list.len(), 2);
    }
}
