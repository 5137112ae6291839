//! The series that the calling thread used last, so that to find one again takes no lock.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

/// How many series a thread remembers. Each has one place; a later one of the same place takes it over.
const PLACES: usize = 512;

/// A series of any family, by the family's number and the hash of its label values.
#[derive(Clone)]
struct Remembered {
    family: u64,
    hash: u64,
    series: Arc<dyn Any + Send + Sync>,
}

thread_local! {
    static PLACES_OF_THREAD: RefCell<Vec<Option<Remembered>>> = const { RefCell::new(Vec::new()) };
}

/// Calls `act` with the series that stands where this family's with this hash would, if there is one.
///
/// It may be another with the same hash: `act` compares the values.
#[inline]
pub(super) fn find<S: Any, R>(family: u64, hash: u64, act: impl FnOnce(&S) -> Option<R>) -> Option<R> {
    let found = PLACES_OF_THREAD.try_with(|places| {
        let places = places.try_borrow().ok()?;
        let place = places.get(place_of(family, hash))?.as_ref()?;
        let is_it = place.family == family && place.hash == hash;
        act(is_it.then(|| place.series.downcast_ref())??)
    });
    found.ok().flatten()
}

/// Remembers a series. While `act` of a [`find`] runs, nothing is remembered.
pub(super) fn remember(family: u64, hash: u64, series: Arc<dyn Any + Send + Sync>) {
    let forgotten = PLACES_OF_THREAD.try_with(|places| {
        let mut places = places.try_borrow_mut().ok()?;
        if places.is_empty() {
            places.resize(PLACES, None);
        }
        places.get_mut(place_of(family, hash))?.replace(Remembered { family, hash, series })
    });
    // Dropped out here: the last handle of a metric may run code of whoever wrote it.
    drop(forgotten);
}

/// Families of equal label values must not fight for one place, so the family's number moves it.
#[inline]
fn place_of(family: u64, hash: u64) -> usize {
    (hash.wrapping_add(family.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> (u64::BITS - PLACES.ilog2())) as usize
}
