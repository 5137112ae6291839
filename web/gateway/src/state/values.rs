//! Which values the labels of a family have, and how many.

use hashbrown::HashMap;
use p95_core::model::Labels;

/// The value for what is one too many.
pub(super) const OTHER: &str = "other";

/// The values of each label, and how many series have them.
#[derive(Clone, Debug, Default)]
pub(super) struct LabelValues(HashMap<String, HashMap<String, usize>>);

impl LabelValues {
    pub(super) fn add(&mut self, labels: &Labels) {
        for (name, value) in labels {
            let values = self.0.entry_ref(name).or_default();
            *values.entry_ref(value).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, labels: &Labels) {
        for (name, value) in labels {
            let Some(values) = self.0.get_mut(name) else { continue };
            if let Some(uses) = values.get_mut(value) {
                *uses -= 1;
                if *uses == 0 {
                    values.remove(value);
                }
            }
        }
    }

    /// The labels as they are kept: a value beyond `limit` values of its label becomes `other`.
    pub(super) fn within(&self, labels: &Labels, limit: usize) -> Labels {
        let is_kept = |name: &str, value: &str| {
            self.0.get(name).is_none_or(|values| values.contains_key(value) || values.len() < limit)
        };
        if limit > 0 && labels.iter().all(|(name, value)| is_kept(name, value)) {
            return labels.clone();
        }
        let kept =
            |(name, value)| if limit > 0 && is_kept(name, value) { (name, value) } else { (name, OTHER) };
        Labels::from_pairs(labels.iter().map(kept))
    }
}
