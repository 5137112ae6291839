//! The store that all targets share.

use p95_core::model::select::TimeRange;
use p95_core::model::{Labels, Metadata};
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

    /// What the families say of themselves, and the label sets of the series that have samples around or in `range`, in no
    /// order.
    pub(crate) fn listed(&self, range: TimeRange) -> (Vec<Metadata>, Vec<Labels>) {
        let store = self.read();
        (store.metadata().cloned().collect(), store.series(&[], range))
    }

    /// Lets those have the store who wait for it, and takes it back.
    pub(crate) fn give_way(writer: &mut StoreWriter<'_>) {
        RwLockWriteGuard::bump(writer);
    }
}
