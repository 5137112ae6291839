//! A page that was read to its end and waits to be stored.

use std::time::Duration;

use super::cache::Mark;
use super::own::OwnValues;
use super::report::ScrapeReport;
use super::scraper::Scraper;
use crate::store::Store;

/// From how many new series on room is made for all of them at once.
const MANY_SERIES: usize = 1024;

/// A page that was read to its end. None of it can be seen in the store until [`PageRead::commit`]; where it is dropped
/// instead, none ever is.
///
/// A page with very many new series can have them created some at a time, so that others get at the store in between.
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
/// let mut page = scraper.read(b"a 1\nb 2\n", Format::Text)?;
/// page.create(&mut store, 1);
/// assert_eq!((page.missing(), store.stats().samples), (1, 0));
/// let report = page.commit(&mut store, 1_000, || Duration::from_millis(10));
/// assert_eq!((report.samples, report.series_added), (2, 2));
/// # Ok::<(), p95_core::ingest::ScrapeError>(())
/// ```
#[derive(Debug)]
pub struct PageRead<'s> {
    scraper: &'s mut Scraper,
    /// The first entry of the cache whose series has not been created.
    next: usize,
}

impl<'s> PageRead<'s> {
    /// The page whose new series are those in the cache behind `mark`.
    pub(super) fn new(scraper: &'s mut Scraper, mark: Mark) -> Self {
        Self { scraper, next: mark.entries }
    }

    /// How many series are yet to be created.
    pub fn missing(&self) -> usize {
        self.scraper.cache.entries().len().saturating_sub(self.next)
    }

    /// Creates some of the series that are missing. They have no samples yet, and no query finds them.
    pub fn create(&mut self, store: &mut Store, at_most: usize) {
        if self.missing() >= MANY_SERIES {
            store.reserve(self.missing());
        }
        let end = self.next + self.missing().min(at_most);
        for at in std::mem::replace(&mut self.next, end)..end {
            self.scraper.series_of(store, u32::try_from(at).unwrap_or(u32::MAX));
        }
    }

    /// Stores the page, which was asked for at `at_ms`, and ends the series that it no longer has.
    ///
    /// `elapsed` tells the time since then. It is asked once, when everything but `up` and its siblings is stored, so that
    /// `scrape_duration_seconds` covers parsing and storing, as Prometheus' does.
    pub fn commit(
        mut self,
        store: &mut Store,
        at_ms: i64,
        elapsed: impl FnOnce() -> Duration,
    ) -> ScrapeReport {
        self.create(store, usize::MAX);
        let scraper = self.scraper;
        scraper.commit(store, at_ms);
        let report = std::mem::take(&mut scraper.report);
        let values = OwnValues {
            is_up: true,
            duration_secs: elapsed().as_secs_f64(),
            samples: report.samples,
            kept: report.kept,
            series_added: report.series_added,
        };
        scraper.own.write(store, scraper.composer.target(), at_ms, values);
        store.enforce_limits(at_ms);
        report
    }
}
