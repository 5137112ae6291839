//! What families say of themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Metadata;

/// The metadata of all families, by name. What was said last holds.
#[derive(Debug, Default)]
pub(super) struct MetadataIndex {
    by_family: BTreeMap<Arc<str>, Metadata>,
}

impl MetadataIndex {
    /// Remembers what a family says of itself.
    pub(super) fn set(&mut self, metadata: &Metadata) {
        match self.by_family.get_mut(&metadata.name) {
            Some(known) if known == metadata => {}
            Some(known) => known.clone_from(metadata),
            None => {
                self.by_family.insert(Arc::clone(&metadata.name), metadata.clone());
            }
        }
    }

    /// The metadata of the family of this name.
    pub(super) fn get(&self, family: &str) -> Option<&Metadata> {
        self.by_family.get(family)
    }

    /// All of it, by ascending name.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Metadata> {
        self.by_family.values()
    }
}
