//! A set of series of the store.

use crate::store::SeriesId;

/// A set of series, one bit each.
#[derive(Debug, Default)]
pub(super) struct SlotSet {
    words: Vec<u64>,
}

impl SlotSet {
    /// Adds a series; `false` where it was there.
    #[inline]
    pub(super) fn insert(&mut self, id: SeriesId) -> bool {
        let at = (id.slot / 64) as usize;
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        let Some(word) = self.words.get_mut(at) else { return false };
        let bit = 1 << (id.slot % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Whether a series is there.
    #[inline]
    pub(super) fn contains(&self, id: SeriesId) -> bool {
        self.words.get((id.slot / 64) as usize).is_some_and(|word| word & (1 << (id.slot % 64)) != 0)
    }
}
