//! The way from a label set to its series.

use hashbrown::HashTable;

use super::series::Series;
use crate::model::Labels;

/// All series, in slots that are numbered from 0, and an index of them by their labels.
///
/// The index is found by hash and decided by value: two label sets of one hash stay two series.
#[derive(Debug, Default)]
pub(super) struct SeriesIndex {
    slots: Vec<Option<Series>>,
    /// How often each slot changed hands.
    generations: Vec<u32>,
    free: Vec<u32>,
    by_labels: HashTable<u32>,
    hasher: foldhash::fast::FixedState,
}

/// What [`SeriesIndex::find_or_insert`] did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) slot: u32,
    pub(super) inserted: bool,
}

impl SeriesIndex {
    /// The slot of the series with these labels, which is created where there is none.
    pub(super) fn find_or_insert(&mut self, labels: &Labels) -> Found {
        let hash = self.hash(labels);
        let has_labels = |slot: &u32| {
            slot_of(&self.slots, *slot).is_some_and(|series| series.hash == hash && series.labels == *labels)
        };
        if let Some(&slot) = self.by_labels.find(spread(hash), has_labels) {
            return Found { slot, inserted: false };
        }
        let slot = self.put(Series::new(labels.clone(), hash));
        let rehash = |slot: &u32| slot_of(&self.slots, *slot).map_or(0, |series| spread(series.hash));
        self.by_labels.insert_unique(spread(hash), slot, rehash);
        Found { slot, inserted: true }
    }

    /// The series in a slot.
    pub(super) fn get(&self, slot: u32) -> Option<&Series> {
        slot_of(&self.slots, slot)
    }

    /// The series in a slot.
    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Series> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// How often a slot changed hands.
    pub(super) fn generation(&self, slot: u32) -> Option<u32> {
        self.generations.get(slot as usize).copied()
    }

    /// Takes a series out. Its slot may be taken by another one.
    pub(super) fn remove(&mut self, slot: u32) -> Option<Series> {
        let series = self.slots.get_mut(slot as usize)?.take()?;
        if let Some(generation) = self.generations.get_mut(slot as usize) {
            *generation = generation.wrapping_add(1);
        }
        if let Ok(entry) = self.by_labels.find_entry(spread(series.hash), |found| *found == slot) {
            entry.remove();
        }
        self.free.push(slot);
        Some(series)
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
        self.by_labels.len()
    }

    fn put(&mut self, series: Series) -> u32 {
        if let Some(slot) = self.free.pop() {
            if let Some(vacant) = self.slots.get_mut(slot as usize) {
                *vacant = Some(series);
            }
            return slot;
        }
        self.slots.push(Some(series));
        self.generations.push(0);
        // Memory ends long before four billion series do.
        u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
    }

    fn hash(&self, labels: &Labels) -> u32 {
        use std::hash::BuildHasher;
        let packed: &str = std::borrow::Borrow::borrow(labels);
        let hash = self.hasher.hash_one(packed.as_bytes());
        (hash ^ (hash >> 32)) as u32
    }
}

fn slot_of(slots: &[Option<Series>], slot: u32) -> Option<&Series> {
    slots.get(slot as usize)?.as_ref()
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
        let labels = |name: &str| Labels::from_pairs([("__name__", name)]);
        let first = index.find_or_insert(&labels("a")).slot;
        // As if "a" had the hash of "b".
        let hash_of_b = index.hash(&labels("b"));
        index.get_mut(first).unwrap().hash = hash_of_b;
        index.by_labels.clear();
        index.by_labels.insert_unique(spread(hash_of_b), first, |_| 0);
        let second = index.find_or_insert(&labels("b"));
        assert!(second.inserted);
        assert_ne!(second.slot, first);
    }

    #[test]
    fn a_slot_that_changes_hands_says_so() {
        let mut index = SeriesIndex::default();
        let a = Labels::from_pairs([("l", "ab"), ("m", "c")]);
        let b = Labels::from_pairs([("l", "a"), ("m", "bc")]);
        let found = index.find_or_insert(&a);
        assert!(!index.find_or_insert(&a).inserted);
        assert_eq!(index.generation(found.slot), Some(0));
        assert_eq!(index.remove(found.slot).unwrap().labels, a);
        assert!(index.remove(found.slot).is_none());
        assert_eq!(index.len(), 0);
        let next = index.find_or_insert(&b);
        assert_eq!((next.slot, index.generation(next.slot)), (found.slot, Some(1)));
    }
}
