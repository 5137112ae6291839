//! Statesets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Metric;
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::MetricType;

/// Named states, each of which holds or does not.
#[derive(Clone, Debug)]
pub struct StateSet(Arc<[(Box<str>, AtomicBool)]>);

impl StateSet {
    /// A set of these states, none of which holds.
    pub fn new<'a>(states: impl IntoIterator<Item = &'a str>) -> Self {
        let mut states: Vec<(Box<str>, AtomicBool)> =
            states.into_iter().map(|state| (state.into(), AtomicBool::new(false))).collect();
        let mut seen = std::collections::BTreeSet::new();
        states.retain(|(state, _)| seen.insert(state.clone()));
        Self(states.into())
    }

    /// Says whether `state` holds. One that is not in the set is passed over.
    pub fn set(&self, state: &str, holds: bool) {
        self.0
            .iter()
            .filter(|(name, _)| **name == *state)
            .for_each(|(_, flag)| flag.store(holds, Ordering::Relaxed));
    }

    /// Says that `state` holds and no other, as in an enumeration.
    pub fn set_only(&self, state: &str) {
        self.0.iter().for_each(|(name, flag)| flag.store(**name == *state, Ordering::Relaxed));
    }
}

impl Metric for StateSet {
    const TYPE: MetricType = MetricType::StateSet;

    fn visit(&self, labels: LabelPairs<'_>, _now_ms: i64, visitor: &mut dyn Visitor) {
        let states: Vec<(&str, bool)> =
            self.0.iter().map(|(name, flag)| (&**name, flag.load(Ordering::Relaxed))).collect();
        visitor.stateset(labels, &states);
    }
}
