//! The store that all targets share.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use p95_core::model::Matcher;
use p95_core::model::select::{Select, SelectError, SelectedSeries, TimeRange};
use p95_core::store::{Store, StoreOptions};

/// The store that all targets share. Its lock is held for one scrape or one selection, never while a query is evaluated.
pub(crate) struct SharedStore {
    store: RwLock<Store>,
}

impl SharedStore {
    pub(crate) fn new(options: StoreOptions) -> Self {
        Self { store: RwLock::new(Store::new(options)) }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Select for SharedStore {
    fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
        max_samples: usize,
    ) -> Result<Vec<SelectedSeries>, SelectError> {
        self.read().select(matchers, range, max_samples)
    }
}
