//! A gauge in several open pages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::frame::SessionId;
use crate::options::GaugeMerge;

/// The values of a gauge, one for each page.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(super) struct GaugeValues(BTreeMap<SessionId, PageValue>);

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
struct PageValue {
    value: f64,
    sequence: u64,
    at_ms: i64,
}

impl GaugeValues {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn has(&self, session: SessionId) -> bool {
        self.0.contains_key(&session)
    }

    /// Takes a page's value, unless a later frame has brought one.
    pub(super) fn set(&mut self, session: SessionId, sequence: u64, at_ms: i64, value: f64) {
        if self.0.get(&session).is_none_or(|held| held.sequence <= sequence) {
            self.0.insert(session, PageValue { value, sequence, at_ms });
        }
    }

    pub(super) fn retain(&mut self, mut is_live: impl FnMut(SessionId) -> bool) {
        self.0.retain(|session, _| is_live(*session));
    }

    pub(super) fn any_dead(&self, mut is_live: impl FnMut(SessionId) -> bool) -> bool {
        self.0.keys().any(|session| !is_live(*session))
    }

    /// The one number for the pages that are open; `None` where none is.
    pub(super) fn merged(&self, merge: GaugeMerge, is_live: impl Fn(SessionId) -> bool) -> Option<f64> {
        let open = || self.0.iter().filter(|(session, _)| is_live(**session)).map(|(_, held)| held);
        let values = || open().map(|held| held.value);
        match merge {
            GaugeMerge::Last => open().max_by_key(|held| held.at_ms).map(|held| held.value),
            GaugeMerge::Max => values().reduce(f64::max),
            GaugeMerge::Min => values().reduce(f64::min),
            GaugeMerge::Sum => values().reduce(|sum, value| sum + value),
            GaugeMerge::Avg => {
                values().reduce(|sum, value| sum + value).map(|sum| sum / values().count() as f64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pages_are_one_number() {
        let mut gauge = GaugeValues::default();
        for (session, sequence, at_ms, value) in
            [(1, 1, 10, 5.0), (2, 1, 20, 1.0), (3, 7, 15, 3.0), (3, 6, 30, 99.0), (4, 1, 5, 1000.0)]
        {
            gauge.set(SessionId(session), sequence, at_ms, value);
        }
        let merged = |merge| gauge.merged(merge, |session| session != SessionId(4));
        assert_eq!(merged(GaugeMerge::Last), Some(1.0));
        assert_eq!(merged(GaugeMerge::Sum), Some(9.0));
        assert_eq!(merged(GaugeMerge::Max), Some(5.0));
        assert_eq!(merged(GaugeMerge::Min), Some(1.0));
        assert_eq!(merged(GaugeMerge::Avg), Some(3.0));
        assert_eq!(gauge.merged(GaugeMerge::Sum, |_| false), None);
    }
}
