//! Which series carry which label: the inverted index.

use hashbrown::{HashMap, HashTable};

use crate::model::Labels;

/// For each pair of label name and value the slots of the series that carry it.
#[derive(Debug, Default)]
pub(super) struct Postings {
    names: Vec<Name>,
    by_name: HashMap<Box<str>, u32>,
    lists: Vec<List>,
    free: Vec<u32>,
    by_pair: HashTable<u32>,
    /// The lists of the series that was added last, by the position of the label. Series of one scrape resemble their
    /// neighbours, so most pairs are found here, without a hash.
    recent: Vec<u32>,
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
    value: Box<str>,
    slots: Slots,
}

/// Ascending slots. Many values belong to one series alone, which then needs nothing on the heap.
#[derive(Debug)]
enum Slots {
    One(u32),
    Many(Vec<u32>),
}

impl Postings {
    /// Adds a series.
    pub(super) fn add(&mut self, slot: u32, labels: &Labels) {
        for (position, (name, value)) in labels.iter().enumerate() {
            let recent = self.recent.get(position).copied();
            let list = recent.filter(|list| self.is_pair(*list, name, value));
            let list = list.unwrap_or_else(|| self.find_or_insert(name, value, slot));
            match self.recent.get_mut(position) {
                Some(recent) => *recent = list,
                None => self.recent.push(list),
            }
            if let Some(list) = self.lists.get_mut(list as usize) {
                self.size_bytes += list.slots.insert(slot);
            }
        }
    }

    /// Takes series out. `is_gone` tells of every slot whether it is one of them; `labels` are theirs.
    pub(super) fn remove<'a>(
        &mut self,
        labels: impl IntoIterator<Item = &'a Labels>,
        is_gone: impl Fn(u32) -> bool,
    ) {
        let mut touched = labels
            .into_iter()
            .flat_map(Labels::iter)
            .filter_map(|(name, value)| self.find(name, value))
            .collect::<Vec<_>>();
        touched.sort_unstable();
        touched.dedup();
        self.recent.clear();
        for at in touched {
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
            .map(|list| (&*list.value, list.slots.as_slice()))
    }

    /// The label names that some series carries, in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter(|name| !name.lists.is_empty()).map(|name| &*name.text)
    }

    /// What the index takes on the heap.
    pub(super) fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    fn is_pair(&self, list: u32, name: &str, value: &str) -> bool {
        self.lists.get(list as usize).is_some_and(|list| {
            *list.value == *value && self.names.get(list.name as usize).is_some_and(|n| *n.text == *name)
        })
    }

    fn find(&self, name: &str, value: &str) -> Option<u32> {
        let name = *self.by_name.get(name)?;
        let is_pair = |list: &u32| {
            self.lists.get(*list as usize).is_some_and(|list| list.name == name && *list.value == *value)
        };
        self.by_pair.find(hash_pair(&self.hasher, name, value), is_pair).copied()
    }

    /// The list of a pair, which is created with `slot` in it where there is none.
    fn find_or_insert(&mut self, name: &str, value: &str, slot: u32) -> u32 {
        if let Some(list) = self.find(name, value) {
            return list;
        }
        let name = self.intern_name(name);
        let list = List { name, value: value.into(), slots: Slots::One(slot) };
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
            self.lists.get(*list as usize).map_or(0, |list| hash_pair(&self.hasher, list.name, &list.value))
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
        let hash = hash_pair(&self.hasher, list.name, &list.value);
        if let Ok(entry) = self.by_pair.find_entry(hash, |found| *found == at) {
            entry.remove();
        }
        self.size_bytes = self.size_bytes.saturating_sub(list_bytes(list));
        list.value = Box::default();
        if let Some(name) = self.names.get_mut(list.name as usize) {
            name.lists.retain(|list| *list != at);
        }
        self.free.push(at);
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
    size_of::<List>() + list.value.len() + 3 * size_of::<u32>()
}

fn hash_pair(hasher: &foldhash::fast::FixedState, name: u32, value: &str) -> u64 {
    use std::hash::BuildHasher;
    hasher.hash_one((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::from_pairs(pairs.iter().copied())
    }

    #[test]
    fn slots_ascend_in_whatever_order_they_come() {
        let mut postings = Postings::default();
        for slot in [5, 1, 9, 3, 3, 9] {
            postings.add(slot, &labels(&[("a", "x"), ("id", &slot.to_string())]));
        }
        assert_eq!(postings.slots("a", "x"), [1, 3, 5, 9]);
        assert_eq!(postings.slots("id", "3"), [3]);
        assert_eq!(postings.slots("id", "4"), [0_u32; 0]);
        assert_eq!(postings.slots("b", "x"), [0_u32; 0]);
        assert_eq!(postings.values("id").count(), 4);
    }

    #[test]
    fn what_is_removed_leaves_nothing() {
        let mut postings = Postings::default();
        let sets = (0..100).map(|i| labels(&[("a", "x"), ("id", &i.to_string())])).collect::<Vec<_>>();
        for round in 0..3 {
            for (slot, set) in (0..).zip(&sets) {
                postings.add(slot, set);
            }
            postings.remove(sets.iter().skip(1), |slot| slot >= 1);
            assert_eq!(postings.slots("a", "x"), [0], "round {round}");
            assert_eq!(postings.values("id").collect::<Vec<_>>(), [("0", &[0][..])]);
            postings.remove(sets.iter().take(1), |slot| slot == 0);
            assert_eq!(postings.names().count(), 0);
            assert_eq!(postings.size_bytes(), 0);
        }
    }
}
