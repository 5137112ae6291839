//! Statesets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Metric, Moment};
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::MetricType;

/// Named states, each of which holds or does not.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Descriptor, Registry, StateSet};
///
/// let mut registry = Registry::default();
/// let breaker = registry.register(Descriptor::new("breaker", ""), StateSet::new(["closed", "open"]))?;
/// assert!(breaker.set_only("open"));
/// assert!(!breaker.set("ajar", true), "there is no such state");
/// let page = registry.encode(Format::Text, 0);
/// assert!(page.ends_with("breaker{breaker=\"closed\"} 0\nbreaker{breaker=\"open\"} 1\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StateSet(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    states: Box<[(Box<str>, AtomicBool)]>,
    writes: AtomicU64,
}

impl StateSet {
    /// A set of these states, none of which holds. One that occurs twice counts once.
    pub fn new<'a>(states: impl IntoIterator<Item = &'a str>) -> Self {
        let mut states: Vec<(Box<str>, AtomicBool)> =
            states.into_iter().map(|state| (state.into(), AtomicBool::new(false))).collect();
        let mut seen = std::collections::BTreeSet::new();
        states.retain(|(state, _)| seen.insert(state.clone()));
        Self(Arc::new(Parts { states: states.into(), writes: AtomicU64::new(0) }))
    }

    /// Says whether `state` holds. Returns whether it is in the set; if not, nothing changes.
    pub fn set(&self, state: &str, holds: bool) -> bool {
        let found = self.0.states.iter().find(|(name, _)| **name == *state);
        if let Some((_, flag)) = found {
            flag.store(holds, Ordering::Relaxed);
            self.0.writes.fetch_add(1, Ordering::Relaxed);
        }
        found.is_some()
    }

    /// Says that `state` holds and no other, as in an enumeration. Returns whether it is in the set; if not, nothing
    /// changes.
    pub fn set_only(&self, state: &str) -> bool {
        let is_known = self.0.states.iter().any(|(name, _)| **name == *state);
        if is_known {
            self.0.states.iter().for_each(|(name, flag)| flag.store(**name == *state, Ordering::Relaxed));
            self.0.writes.fetch_add(1, Ordering::Relaxed);
        }
        is_known
    }
}

impl Metric for StateSet {
    const TYPE: MetricType = MetricType::StateSet;

    fn visit(&self, labels: LabelPairs<'_>, _moment: Moment, visitor: &mut dyn Visitor) {
        let states: Vec<(&str, bool)> =
            self.0.states.iter().map(|(name, flag)| (&**name, flag.load(Ordering::Relaxed))).collect();
        visitor.stateset(labels, &states);
    }

    fn activity(&self) -> u64 {
        self.0.writes.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_state_changes_nothing() {
        let set = StateSet::new(["a", "b", "a"]);
        assert!(set.set_only("b") && set.set("a", true));
        assert!(!set.set_only("c") && !set.set("c", true));
        let held: Vec<bool> = set.0.states.iter().map(|(_, flag)| flag.load(Ordering::Relaxed)).collect();
        assert_eq!(held, [true, true]);
    }
}
