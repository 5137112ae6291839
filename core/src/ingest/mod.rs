//! A scrape into the store, whole or not at all.
//!
//! A [`Scraper`] belongs to one target. It knows the raw bytes of each series from the last page: a page that says the
//! same series again is stored without a look at its labels.
//!
//! ```
//! use std::time::Duration;
//!
//! use p95_core::exposition::parse::Format;
//! use p95_core::ingest::{ScrapeOptions, Scraper};
//! use p95_core::model::{Labels, Matcher};
//! use p95_core::store::{Store, StoreOptions};
//!
//! let mut store = Store::new(StoreOptions::default());
//! let target = Labels::from_pairs([("instance", "localhost:8000"), ("job", "p95")]);
//! let mut scraper = Scraper::new(target, ScrapeOptions::default());
//!
//! let elapsed = || Duration::from_millis(10);
//! let report = scraper.ingest(&mut store, b"requests_total 7\n", Format::Text, 1_000, elapsed).unwrap();
//! assert_eq!((report.samples, report.series_added), (1, 1));
//! assert_eq!(store.label_values("__name__", &[Matcher::equal("job", "p95")]).len(), 6);
//! ```

mod cache;
mod commit;
mod compose;
mod error;
mod families;
mod float_label;
mod history;
mod native;
mod options;
mod own;
mod page;
pub mod relabel;
mod report;
mod scraper;
mod slots;
mod stage;
mod start;
#[cfg(test)]
mod tests;

pub use error::ScrapeError;
pub use history::{History, HistoryReport};
pub use options::{ScrapeLimits, ScrapeOptions};
pub use page::PageRead;
pub use report::{Dropped, ScrapeReport};
pub use scraper::Scraper;
