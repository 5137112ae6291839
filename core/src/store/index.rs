//! The way from a label set to its series.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::series::Series;

/// All series, in slots that are numbered from 0, and an index of them by the pairs of label name and value that they
/// carry, as [`Postings`](super::postings::Postings) numbers them.
///
/// The index is found by hash and decided by value: two label sets of one hash stay two series.
#[derive(Debug, Default)]
pub(super) struct SeriesIndex {
    slots: Vec<Option<Series>>,
    keys: Vec<Key>,
    /// The pairs of all series, one after the other.
    pairs: Vec<u32>,
    /// How many of them belong to series that are gone.
    garbage: usize,
    free: Vec<u32>,
    by_pairs: HashTable<u32>,
    hasher: foldhash::fast::FixedState,
}

/// What identifies the series in a slot.
#[derive(Clone, Copy, Debug)]
struct Key {
    pairs_start: usize,
    pairs_count: u32,
    hash: u32,
    /// How often the slot changed hands.
    generation: u32,
}

/// What [`SeriesIndex::find_or_insert`] did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) slot: u32,
    pub(super) inserted: bool,
}

impl SeriesIndex {
    /// The slot of the series with these pairs, sorted by name, which is created where there is none.
    pub(super) fn find_or_insert(&mut self, pairs: &[u32]) -> Found {
        let hash = self.hash(pairs);
        let key_of = |slot: &u32| self.keys.get(*slot as usize);
        let has_pairs = |slot: &u32| {
            key_of(slot).is_some_and(|key| key.hash == hash && pairs_of(&self.pairs, key) == pairs)
        };
        let rehash = |slot: &u32| key_of(slot).map_or(0, |key| spread(key.hash));
        let vacant = match self.by_pairs.entry(spread(hash), has_pairs, rehash) {
            Entry::Occupied(found) => return Found { slot: *found.get(), inserted: false },
            Entry::Vacant(vacant) => vacant,
        };
        // Memory ends long before four billion series do.
        let slot = self.free.pop().unwrap_or(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        vacant.insert(slot);
        self.put(slot, pairs, hash);
        Found { slot, inserted: true }
    }

    /// Makes room for as many more series.
    pub(super) fn reserve(&mut self, series: usize) {
        self.slots.reserve_exact(series);
        self.keys.reserve_exact(series);
        let keys = &self.keys;
        self.by_pairs.reserve(series, |slot| keys.get(*slot as usize).map_or(0, |key| spread(key.hash)));
    }

    /// The pairs of the series in a slot, sorted by name.
    pub(super) fn pairs(&self, slot: u32) -> &[u32] {
        self.keys.get(slot as usize).map_or(&[], |key| pairs_of(&self.pairs, key))
    }

    /// The series in a slot.
    pub(super) fn get(&self, slot: u32) -> Option<&Series> {
        self.slots.get(slot as usize)?.as_ref()
    }

    /// The series in a slot.
    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Series> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// How often a slot changed hands.
    pub(super) fn generation(&self, slot: u32) -> Option<u32> {
        self.keys.get(slot as usize).map(|key| key.generation)
    }

    /// Takes a series out. Its slot may be taken by another one.
    pub(super) fn remove(&mut self, slot: u32) -> Option<Series> {
        let series = self.slots.get_mut(slot as usize)?.take()?;
        let key = self.keys.get_mut(slot as usize)?;
        key.generation = key.generation.wrapping_add(1);
        self.garbage += key.pairs_count as usize;
        key.pairs_count = 0;
        if let Ok(entry) = self.by_pairs.find_entry(spread(key.hash), |found| *found == slot) {
            entry.remove();
        }
        self.free.push(slot);
        Some(series)
    }

    /// Gives the memory of pairs back that series have left behind, once they are many.
    pub(super) fn tidy(&mut self) {
        if self.garbage <= self.pairs.len() / 2 {
            return;
        }
        let mut pairs = Vec::with_capacity(self.pairs.len() - self.garbage);
        for key in &mut self.keys {
            let own = key.pairs_start..key.pairs_start + key.pairs_count as usize;
            key.pairs_start = pairs.len();
            pairs.extend_from_slice(self.pairs.get(own).unwrap_or_default());
        }
        self.pairs = pairs;
        self.garbage = 0;
    }

    /// All series with their slots, by ascending slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Series)> {
        (0..).zip(&self.slots).filter_map(|(slot, series)| Some((slot, series.as_ref()?)))
    }

    /// All series with their slots, by ascending slot.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut Series)> {
        (0..).zip(&mut self.slots).filter_map(|(slot, series)| Some((slot, series.as_mut()?)))
    }

    /// The number of series.
    pub(super) fn len(&self) -> usize {
        self.by_pairs.len()
    }

    /// What a series with so many pairs takes, apart from its samples.
    pub(super) fn bytes_of(pairs: usize) -> usize {
        size_of::<Series>() + size_of::<Key>() + (pairs + 1) * size_of::<u32>()
    }

    /// Puts a series without samples into a free slot, or the one behind the last.
    fn put(&mut self, slot: u32, pairs: &[u32], hash: u32) {
        let pairs_start = self.pairs.len();
        self.pairs.extend_from_slice(pairs);
        let pairs_count = u32::try_from(pairs.len()).unwrap_or(u32::MAX);
        let key = Key { pairs_start, pairs_count, hash, generation: 0 };
        match (self.slots.get_mut(slot as usize), self.keys.get_mut(slot as usize)) {
            (Some(vacant), Some(last)) => {
                *vacant = Some(Series::default());
                *last = Key { generation: last.generation, ..key };
            }
            _ => {
                self.slots.push(Some(Series::default()));
                self.keys.push(key);
            }
        }
    }

    fn hash(&self, pairs: &[u32]) -> u32 {
        let hash = self.hasher.hash_one(pairs);
        (hash ^ (hash >> 32)) as u32
    }
}

fn pairs_of<'a>(pairs: &'a [u32], key: &Key) -> &'a [u32] {
    pairs.get(key.pairs_start..key.pairs_start + key.pairs_count as usize).unwrap_or_default()
}

/// The hash table looks at the top and the bottom of 64 bits; 32 are kept per series.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hash_is_not_one_series() {
        let mut index = SeriesIndex::default();
        let first = index.find_or_insert(&[1]).slot;
        // As if the first had the hash of the second.
        let hash = index.hash(&[2]);
        index.keys[first as usize].hash = hash;
        index.by_pairs.clear();
        index.by_pairs.insert_unique(spread(hash), first, |_| 0);
        let second = index.find_or_insert(&[2]);
        assert!(second.inserted);
        assert_ne!(second.slot, first);
    }

    #[test]
    fn a_slot_that_changes_hands_says_so() {
        let mut index = SeriesIndex::default();
        let found = index.find_or_insert(&[1, 2]);
        assert!(!index.find_or_insert(&[1, 2]).inserted);
        assert_eq!(index.generation(found.slot), Some(0));
        assert!(index.remove(found.slot).is_some());
        assert!(index.remove(found.slot).is_none());
        assert_eq!(index.len(), 0);
        assert_eq!(index.pairs(found.slot), [0_u32; 0]);
        let next = index.find_or_insert(&[1, 2, 3]);
        assert_eq!((next.slot, index.generation(next.slot)), (found.slot, Some(1)));
        assert_eq!(index.pairs(next.slot), [1, 2, 3]);
    }

    #[test]
    fn pairs_of_those_that_are_gone_are_given_back() {
        let mut index = SeriesIndex::default();
        for round in 0..10 {
            let slots = (0..100).map(|i| index.find_or_insert(&[round, i]).slot).collect::<Vec<_>>();
            for slot in slots.into_iter().skip(1) {
                index.remove(slot);
            }
            index.tidy();
            assert!(index.pairs.len() <= 2 * (2 * index.len() + 200), "{}", index.pairs.len());
        }
        assert_eq!(index.len(), 10);
        let mut pairs = index.iter().map(|(slot, _)| index.pairs(slot).to_vec()).collect::<Vec<_>>();
        pairs.sort();
        assert_eq!(pairs, (0..10).map(|round| vec![round, 0]).collect::<Vec<_>>());
        assert!(!index.find_or_insert(&[3, 0]).inserted);
    }
}
