//! What becomes of a page.

use std::time::{Duration, Instant};

use p95_core::exposition::parse::{Event, Format, ParseError, Parser};

use crate::scrape::Page;
use crate::{PagePlace, ScrapeFailure, ScrapeRecord, Stage};

/// A page, or why there is none.
pub(crate) struct Scraped {
    /// When the scrape began: the timestamp of its samples, in milliseconds since the Unix epoch.
    pub(crate) start_ms: i64,
    /// How long it took until then.
    pub(crate) duration: Duration,
    /// The page.
    pub(crate) fetched: Result<Page, ScrapeFailure>,
}

/// Takes the pages of one target.
pub(crate) struct Intake;

impl Intake {
    /// Takes the outcome of a scrape: a page, whole, or none at all.
    pub(crate) fn take(&mut self, scraped: Scraped) -> ScrapeRecord {
        let begun = Instant::now();
        let (body_bytes, counted) = match scraped.fetched {
            Ok(page) => (page.body.len() as u64, count_samples(&page)),
            Err(failure) => (0, Err(failure)),
        };
        ScrapeRecord {
            start_ms: scraped.start_ms,
            duration_secs: scraped.duration.as_secs_f64(),
            ingest_secs: begun.elapsed().as_secs_f64(),
            body_bytes,
            samples: counted.as_ref().copied().unwrap_or_default(),
            series_added: 0,
            duplicates: 0,
            dropped: 0,
            failure: counted.err(),
        }
    }
}

fn count_samples(page: &Page) -> Result<u64, ScrapeFailure> {
    let failure = |error| parse_failure(error, &page.content_type);
    let format = Format::from_content_type(&page.content_type);
    let mut parser = Parser::new(&page.body, format).map_err(failure)?;
    let mut samples = 0;
    while let Some(event) = parser.next_event().map_err(failure)? {
        samples += u64::from(matches!(event, Event::Sample(_)));
    }
    Ok(samples)
}

fn parse_failure(error: ParseError, content_type: &str) -> ScrapeFailure {
    let hint = if content_type.to_ascii_lowercase().contains("text/html") {
        "this is a web page: is the path right? most services use /metrics"
    } else {
        "correct the page where it is made"
    };
    let place = PagePlace { line: error.line as u64, column: error.column as u64, text: error.text };
    ScrapeFailure { place: Some(place), ..ScrapeFailure::new(Stage::Parse, error.message, hint) }
}
