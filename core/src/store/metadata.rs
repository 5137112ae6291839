//! What families say of themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Metadata, MetricType};

/// The metadata of all families, by name. What was said last holds.
#[derive(Debug, Default)]
pub(super) struct MetadataIndex {
    by_family: BTreeMap<Arc<str>, Metadata>,
    /// The type that a family was declared as before the one that holds.
    other_types: BTreeMap<Arc<str>, MetricType>,
}

impl MetadataIndex {
    /// Remembers what a family says of itself.
    pub(super) fn set(&mut self, metadata: &Metadata) {
        match self.by_family.get_mut(&metadata.name) {
            Some(known) if known == metadata => {}
            Some(known) => {
                let before = known.metric_type;
                if before != metadata.metric_type && before != MetricType::Unknown {
                    self.other_types.insert(Arc::clone(&known.name), before);
                }
                known.clone_from(metadata);
            }
            None => {
                self.by_family.insert(Arc::clone(&metadata.name), metadata.clone());
            }
        }
    }

    /// The metadata of the family of this name.
    pub(super) fn get(&self, family: &str) -> Option<&Metadata> {
        self.by_family.get(family)
    }

    /// The families that were declared as several types, by ascending name, each with the last of them that does not hold.
    pub(super) fn other_types(&self) -> impl Iterator<Item = (&Arc<str>, MetricType)> {
        self.other_types.iter().map(|(name, metric_type)| (name, *metric_type))
    }

    /// All of it, by ascending name.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Metadata> {
        self.by_family.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_of_several_types_is_known_as_such() {
        #[track_caller]
        fn check(types: &[MetricType], expect: Option<MetricType>) {
            let mut index = MetadataIndex::default();
            for metric_type in types {
                let metric_type = *metric_type;
                index.set(&Metadata { name: "jobs".into(), metric_type, unit: "".into(), help: "".into() });
            }
            assert_eq!(index.other_types().map(|(_, other)| other).next(), expect, "{types:?}");
        }
        use MetricType::{Counter, Gauge, Unknown};
        check(&[Counter, Counter], None);
        check(&[Unknown, Counter], None);
        check(&[Counter, Gauge], Some(Counter));
        check(&[Counter, Gauge, Counter], Some(Gauge));
    }
}
