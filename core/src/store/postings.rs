//! Which series carry which label: the inverted index.

use hashbrown::{HashMap, HashTable};

use crate::model::labels::pack_pair;

/// For each pair of label name and value the slots of the series that carry it.
///
/// Pairs are numbered, and no two numbers are one pair: a series is a list of numbers, and two are the same where those
/// are. A number stays taken for as long as a series carries its pair.
#[derive(Debug, Default)]
pub(super) struct Postings {
    names: Vec<Name>,
    by_name: HashMap<Box<str>, u32>,
    lists: Vec<List>,
    free: Vec<u32>,
    by_pair: HashTable<u32>,
    hasher: foldhash::fast::FixedState,
    size_bytes: usize,
}

/// A label name, and the lists of its values in no order.
#[derive(Debug)]
struct Name {
    text: Box<str>,
    lists: Vec<u32>,
}

/// The series with one value of one label.
#[derive(Debug)]
struct List {
    name: u32,
    /// Where the value begins in `packed`, which it ends.
    value_at: u32,
    /// Name and value, ready to be put into a label set.
    packed: Box<str>,
    slots: Slots,
}

/// Ascending slots. Many values belong to one series alone, which then needs nothing on the heap.
#[derive(Debug)]
enum Slots {
    One(u32),
    Many(Vec<u32>),
}

impl Postings {
    /// The number of a pair, which is added where it is new; `guess` is looked at first. A new pair has to get a series.
    pub(super) fn pair(&mut self, name: &str, value: &str, guess: Option<u32>) -> u32 {
        let guess = guess.filter(|pair| self.text(*pair) == Some((name, value)));
        guess.or_else(|| self.find(name, value)).unwrap_or_else(|| self.insert(name, value))
    }

    /// The name and value of a pair.
    #[inline]
    pub(super) fn text(&self, pair: u32) -> Option<(&str, &str)> {
        let list = self.lists.get(pair as usize)?;
        Some((&self.names.get(list.name as usize)?.text, list.value()))
    }

    /// A pair as [`Labels::from_packed`](crate::model::Labels::from_packed) takes it.
    #[inline]
    pub(super) fn packed(&self, pair: u32) -> Option<&str> {
        self.lists.get(pair as usize).map(|list| &*list.packed)
    }

    /// Adds a series.
    pub(super) fn add(&mut self, slot: u32, pairs: &[u32]) {
        for pair in pairs {
            if let Some(list) = self.lists.get_mut(*pair as usize) {
                self.size_bytes += list.slots.insert(slot);
            }
        }
    }

    /// Takes series out. `is_gone` tells of every slot whether it is one of them; `pairs` are theirs, in any order.
    pub(super) fn remove(&mut self, mut pairs: Vec<u32>, is_gone: impl Fn(u32) -> bool) {
        pairs.sort_unstable();
        pairs.dedup();
        for at in pairs {
            let Some(list) = self.lists.get_mut(at as usize) else { continue };
            self.size_bytes = self.size_bytes.saturating_sub(list.slots.retain(|slot| !is_gone(slot)));
            if list.slots.as_slice().is_empty() {
                self.remove_list(at);
            }
        }
    }

    /// The ascending slots of the series with the label `name="value"`.
    pub(super) fn slots(&self, name: &str, value: &str) -> &[u32] {
        let list = self.find(name, value).and_then(|list| self.lists.get(list as usize));
        list.map_or(&[], |list| list.slots.as_slice())
    }

    /// The values of a label in no order, each with the ascending slots of the series that carry it.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = (&str, &[u32])> {
        let name = self.by_name.get(name).and_then(|name| self.names.get(*name as usize));
        name.map_or(&[][..], |name| &name.lists)
            .iter()
            .filter_map(|list| self.lists.get(*list as usize))
            .map(|list| (list.value(), list.slots.as_slice()))
    }

    /// The label names that some series carries, in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter(|name| !name.lists.is_empty()).map(|name| &*name.text)
    }

    /// What the index takes on the heap.
    pub(super) fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    fn find(&self, name: &str, value: &str) -> Option<u32> {
        let name = *self.by_name.get(name)?;
        let is_pair = |list: &u32| {
            self.lists.get(*list as usize).is_some_and(|list| list.name == name && list.value() == value)
        };
        self.by_pair.find(hash_pair(&self.hasher, name, value), is_pair).copied()
    }

    fn insert(&mut self, name: &str, value: &str) -> u32 {
        let packed = pack_pair(name, value);
        let name = self.intern_name(name);
        let value_at = u32::try_from(packed.len() - value.len()).unwrap_or(u32::MAX);
        let list = List { name, value_at, packed, slots: Slots::Many(Vec::new()) };
        self.size_bytes += list_bytes(&list);
        let hash = hash_pair(&self.hasher, name, value);
        let at = match self.free.pop() {
            Some(at) => {
                if let Some(vacant) = self.lists.get_mut(at as usize) {
                    *vacant = list;
                }
                at
            }
            None => {
                self.lists.push(list);
                u32::try_from(self.lists.len() - 1).unwrap_or(u32::MAX)
            }
        };
        if let Some(name) = self.names.get_mut(name as usize) {
            name.lists.push(at);
        }
        let rehash = |list: &u32| {
            self.lists.get(*list as usize).map_or(0, |list| hash_pair(&self.hasher, list.name, list.value()))
        };
        self.by_pair.insert_unique(hash, at, rehash);
        at
    }

    fn intern_name(&mut self, name: &str) -> u32 {
        if let Some(&at) = self.by_name.get(name) {
            return at;
        }
        let at = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(Name { text: name.into(), lists: Vec::new() });
        self.by_name.insert(name.into(), at);
        at
    }

    fn remove_list(&mut self, at: u32) {
        let Some(list) = self.lists.get_mut(at as usize) else { return };
        let hash = hash_pair(&self.hasher, list.name, list.value());
        if let Ok(entry) = self.by_pair.find_entry(hash, |found| *found == at) {
            entry.remove();
        }
        self.size_bytes = self.size_bytes.saturating_sub(list_bytes(list));
        list.packed = Box::default();
        if let Some(name) = self.names.get_mut(list.name as usize) {
            name.lists.retain(|list| *list != at);
        }
        self.free.push(at);
    }
}

impl List {
    #[inline]
    fn value(&self) -> &str {
        self.packed.get(self.value_at as usize..).unwrap_or_default()
    }
}

impl Slots {
    fn as_slice(&self) -> &[u32] {
        match self {
            Self::One(slot) => std::slice::from_ref(slot),
            Self::Many(slots) => slots,
        }
    }

    /// Inserts a slot where it is not there yet; returns the bytes that the heap grew by.
    fn insert(&mut self, slot: u32) -> usize {
        match self {
            Self::One(only) if *only == slot => 0,
            Self::One(only) => {
                *self = Self::Many(vec![slot.min(*only), slot.max(*only)]);
                2 * size_of::<u32>()
            }
            Self::Many(slots) if slots.is_empty() => {
                *self = Self::One(slot);
                0
            }
            Self::Many(slots) => {
                match slots.last() {
                    Some(last) if *last >= slot => {
                        let Err(at) = slots.binary_search(&slot) else { return 0 };
                        slots.insert(at, slot);
                    }
                    _ => slots.push(slot),
                }
                size_of::<u32>()
            }
        }
    }

    /// Keeps some slots; returns the bytes that the heap shrank by.
    fn retain(&mut self, keep: impl Fn(u32) -> bool) -> usize {
        match self {
            Self::One(slot) => {
                if !keep(*slot) {
                    *self = Self::Many(Vec::new());
                }
                0
            }
            Self::Many(slots) => {
                let before = slots.len();
                slots.retain(|slot| keep(*slot));
                slots.shrink_to(slots.len() * 2);
                (before - slots.len()) * size_of::<u32>()
            }
        }
    }
}

fn list_bytes(list: &List) -> usize {
    // The list itself, its text, and its places in the name and the table.
    size_of::<List>() + list.packed.len() + 3 * size_of::<u32>()
}

fn hash_pair(hasher: &foldhash::fast::FixedState, name: u32, value: &str) -> u64 {
    use std::hash::BuildHasher;
    hasher.hash_one((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(postings: &mut Postings, slot: u32, pairs: &[(&str, &str)]) -> Vec<u32> {
        let pairs = pairs.iter().map(|(n, v)| postings.pair(n, v, None)).collect::<Vec<_>>();
        postings.add(slot, &pairs);
        pairs
    }

    #[test]
    fn slots_ascend_in_whatever_order_they_come() {
        let mut postings = Postings::default();
        for slot in [5, 1, 9, 3, 3, 9] {
            add(&mut postings, slot, &[("a", "x"), ("id", &slot.to_string())]);
        }
        assert_eq!(postings.slots("a", "x"), [1, 3, 5, 9]);
        assert_eq!(postings.slots("id", "3"), [3]);
        assert_eq!(postings.slots("id", "4"), [0_u32; 0]);
        assert_eq!(postings.slots("b", "x"), [0_u32; 0]);
        assert_eq!(postings.values("id").count(), 4);
    }

    #[test]
    fn a_guess_is_only_a_guess() {
        let mut postings = Postings::default();
        let pairs = add(&mut postings, 0, &[("ab", "c"), ("a", "bc"), ("a", "x")]);
        for (at, (name, value)) in [("ab", "c"), ("a", "bc"), ("a", "x")].into_iter().enumerate() {
            for guess in [None, Some(pairs[0]), Some(pairs[1]), Some(pairs[2]), Some(99)] {
                assert_eq!(postings.pair(name, value, guess), pairs[at]);
            }
            assert_eq!(postings.text(pairs[at]), Some((name, value)));
        }
    }

    #[test]
    fn what_is_removed_leaves_nothing() {
        let mut postings = Postings::default();
        for round in 0..3 {
            let sets = (0..100).map(|i| add(&mut postings, i, &[("a", "x"), ("id", &i.to_string())]));
            let mut sets = sets.collect::<Vec<_>>();
            postings.remove(sets.split_off(1).concat(), |slot| slot >= 1);
            assert_eq!(postings.slots("a", "x"), [0], "round {round}");
            assert_eq!(postings.values("id").collect::<Vec<_>>(), [("0", &[0][..])]);
            postings.remove(sets.concat(), |slot| slot == 0);
            assert_eq!(postings.names().count(), 0);
            assert_eq!(postings.size_bytes(), 0);
        }
    }
}
