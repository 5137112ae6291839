//! The store that all targets share.

use std::sync::Arc;

use p95_core::model::select::TimeRange;
use p95_core::overview::Seen;
use p95_core::store::{Store, StoreOptions};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The store that all targets share. Its lock is held for a part of one scrape or for one selection, never while a page
/// is parsed or a query is evaluated. Who waits for it gets it in turn.
pub(crate) struct SharedStore {
    store: RwLock<Store>,
}

/// The store, while nobody else has it.
pub(crate) type StoreWriter<'a> = RwLockWriteGuard<'a, Store>;

impl SharedStore {
    pub(crate) fn new(options: StoreOptions) -> Self {
        Self { store: RwLock::new(Store::new(options)) }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read()
    }

    pub(crate) fn write(&self) -> StoreWriter<'_> {
        self.store.write()
    }

    /// What the families say of themselves, and the label sets of the series that have samples around or in `range`.
    pub(crate) fn seen(&self, range: TimeRange) -> Seen {
        let store = self.read();
        let metadata = Vec::from_iter(store.metadata().cloned());
        let other_types = Vec::from_iter(store.other_types().map(|(name, other)| (Arc::clone(name), other)));
        let series = store.series(&[], range);
        // Those who write wait for a list, not for what is made of it.
        drop(store);
        let mut seen = Seen::new(&metadata, &series);
        other_types.into_iter().for_each(|(name, other)| seen.add_other_type(name, other));
        seen
    }

    /// Lets those have the store who wait for it, and takes it back.
    pub(crate) fn give_way(writer: &mut StoreWriter<'_>) {
        RwLockWriteGuard::bump(writer);
    }
}
