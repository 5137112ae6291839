//! What a scrape brought.

/// What a scrape brought.
///
/// ```
/// use std::time::Duration;
/// use p95_core::exposition::parse::Format;
/// use p95_core::ingest::{ScrapeOptions, Scraper};
/// use p95_core::model::Labels;
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let mut scraper = Scraper::new(Labels::empty(), ScrapeOptions::default());
/// scraper.ingest(&mut store, b"a 1\nb 1\n", Format::Text, 1_000, || Duration::ZERO)?;
/// let report = scraper.ingest(&mut store, b"b 2\nc 1\nc 9\n", Format::Text, 2_000, || Duration::ZERO)?;
/// assert_eq!((report.samples, report.duplicates), (3, 1));
/// assert_eq!((report.series_added, report.series_ended), (1, 1));
/// # Ok::<(), p95_core::ingest::ScrapeError>(())
/// ```
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
///
/// ```
/// use std::time::Duration;
/// use p95_core::exposition::parse::Format;
/// use p95_core::ingest::{ScrapeOptions, Scraper};
/// use p95_core::model::Labels;
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let mut scraper = Scraper::new(Labels::empty(), ScrapeOptions::default());
/// scraper.ingest(&mut store, b"a 1 1000\n", Format::Text, 1_000, || Duration::ZERO)?;
/// let report = scraper.ingest(&mut store, b"a 1 500\n", Format::Text, 2_000, || Duration::ZERO)?;
/// assert_eq!((report.dropped.out_of_order, report.dropped.total()), (1, 1));
/// # Ok::<(), p95_core::ingest::ScrapeError>(())
/// ```
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
