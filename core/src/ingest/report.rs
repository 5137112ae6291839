//! What a scrape brought.

/// What a scrape brought.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ScrapeReport {
    /// Samples of the page, those not stored among them.
    pub samples: usize,
    /// Samples that relabelling kept.
    pub kept: usize,
    /// Series that the scrape before did not have.
    pub series_added: usize,
    /// Series that the scrape before had, and this one has not: they ended with a stale marker.
    pub series_ended: usize,
    /// Samples of series that stood in the page before: the first one is stored.
    pub duplicates: usize,
    /// Samples that were not stored, by reason.
    pub dropped: Dropped,
    /// Families whose metadata is new or another than before.
    pub metadata_changed: usize,
}

/// Samples that were not stored, by reason.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Dropped {
    /// The series has a later sample already.
    pub out_of_order: usize,
    /// The series has another value at the same time already.
    pub conflicting: usize,
    /// The page's timestamp is older than the store's retention.
    pub too_old: usize,
    /// The page's timestamp is more than ten minutes ahead of the scrape.
    pub too_far_ahead: usize,
}

impl Dropped {
    /// All of them.
    pub fn total(&self) -> usize {
        self.out_of_order + self.conflicting + self.too_old + self.too_far_ahead
    }
}
