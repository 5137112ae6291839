//! From a page to the store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use p95_core::exposition::parse::Format;
use p95_core::ingest::{ScrapeError, ScrapeOptions, ScrapeReport, Scraper};
use p95_core::model::Labels;

use crate::scrape::Page;
use crate::store::SharedStore;
use crate::target::TargetOptions;
use crate::{PagePlace, ScrapeFailure, ScrapeRecord, Stage};

/// A page, or why there is none.
pub(crate) struct Scraped {
    /// When the scrape began: the timestamp of its samples, in milliseconds since the Unix epoch.
    pub(crate) start_ms: i64,
    /// How long it took until its body was read.
    pub(crate) duration: Duration,
    /// The page.
    pub(crate) fetched: Result<Page, ScrapeFailure>,
}

/// What became of it.
pub(crate) struct Taken {
    pub(crate) record: ScrapeRecord,
    /// Whether there are other series or metadata than before.
    pub(crate) is_changed: bool,
}

/// Takes the pages of one target into the store.
pub(crate) struct Intake {
    store: Arc<SharedStore>,
    scraper: Scraper,
}

impl Intake {
    pub(crate) fn new(store: Arc<SharedStore>, target: Labels, options: &TargetOptions) -> Self {
        let options = ScrapeOptions {
            honor_labels: options.honor_labels,
            honor_timestamps: options.honor_timestamps,
            limits: options.limits.for_pages(),
        };
        Self { store, scraper: Scraper::new(target, options) }
    }

    /// Takes the outcome of a scrape: a page, whole, or none at all. A failure is stored as an empty page.
    pub(crate) fn take(&mut self, scraped: Scraped) -> Taken {
        let begun = Instant::now();
        let Scraped { start_ms, duration, fetched } = scraped;
        let duration_secs = duration.as_secs_f64();
        let mut body_bytes = 0;
        let ingested = match fetched {
            Ok(page) => {
                body_bytes = page.body.len() as u64;
                let format = Format::from_content_type(&page.content_type);
                let mut store = self.store.write();
                self.scraper
                    .ingest(&mut store, &page.body, format, start_ms, duration_secs)
                    .map_err(|error| page_failure(error, &page.content_type))
            }
            Err(failure) => {
                self.scraper.fail(&mut self.store.write(), start_ms, duration_secs);
                Err(failure)
            }
        };
        let (report, failure) = match ingested {
            Ok(report) => (report, None),
            Err(failure) => (ScrapeReport::default(), Some(failure)),
        };
        let is_changed =
            failure.is_some() || report.series_added + report.series_ended + report.metadata_changed > 0;
        let record = ScrapeRecord {
            start_ms,
            duration_secs,
            ingest_secs: begun.elapsed().as_secs_f64(),
            body_bytes,
            samples: report.samples as u64,
            series_added: report.series_added as u64,
            duplicates: report.duplicates as u64,
            dropped: report.dropped.total() as u64,
            failure,
        };
        Taken { record, is_changed }
    }

    /// Ends the series of a target that is scraped no more.
    pub(crate) fn stop(&mut self, now_ms: i64) {
        self.scraper.stop(&mut self.store.write(), now_ms);
    }
}

fn page_failure(error: ScrapeError, content_type: &str) -> ScrapeFailure {
    match error {
        ScrapeError::Parse(error) => {
            let hint = if content_type.to_ascii_lowercase().contains("text/html") {
                "this is a web page: is the path right? most services use /metrics"
            } else {
                "correct the page where it is made"
            };
            let place = PagePlace { line: error.line as u64, column: error.column as u64, text: error.text };
            ScrapeFailure { place: Some(place), ..ScrapeFailure::new(Stage::Parse, error.message, hint) }
        }
        limit => ScrapeFailure::new(Stage::Limit, limit.to_string(), "raise the limit, or shrink the page"),
    }
}
