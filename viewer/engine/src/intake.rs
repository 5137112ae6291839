//! From a page to the store.

use std::sync::Arc;
use std::time::Duration;

use p95_core::exposition::encode::OPENMETRICS_CONTENT_TYPE;
use p95_core::exposition::parse::Format;
use p95_core::exposition::{ContentType, WireFormat, protobuf};
use p95_core::ingest::relabel::RelabelRules;
use p95_core::ingest::{PageRead, ScrapeError, ScrapeOptions, ScrapeReport, Scraper};
use p95_core::model::Labels;
use web_time::Instant;

use crate::scrape::Page;
use crate::store::SharedStore;
use crate::target::TargetOptions;
use crate::{PagePlace, ScrapeFailure, ScrapeRecord, Stage};

/// How many series are created before others get their turn at the store: about a millisecond's worth.
const SERIES_AT_ONCE: usize = 2_048;

/// A page, or why there is none.
pub(crate) struct Scraped {
    /// When the scrape began: the timestamp of its samples, in milliseconds since the Unix epoch.
    pub(crate) start_ms: i64,
    /// The same moment, for the time that has passed since.
    pub(crate) begun: Instant,
    /// The page.
    pub(crate) fetched: Result<Page, ScrapeFailure>,
}

/// What became of it.
pub(crate) struct Taken {
    pub(crate) record: ScrapeRecord,
    /// Whether there are other series or metadata than before.
    pub(crate) is_changed: bool,
    /// The page, where there was one.
    pub(crate) page: Option<Page>,
}

/// Takes the pages of one target into the store.
pub(crate) struct Intake {
    store: Arc<SharedStore>,
    scraper: Scraper,
}

impl Intake {
    pub(crate) fn new(store: Arc<SharedStore>, target: Labels, options: &TargetOptions) -> Self {
        // A target whose rules cannot be used is never fetched.
        let rules = RelabelRules::new(&options.metric_relabel_configs).unwrap_or_default();
        let options = ScrapeOptions {
            honor_labels: options.honor_labels,
            honor_timestamps: options.honor_timestamps,
            limits: options.limits.for_pages(),
        };
        Self { store, scraper: Scraper::new(target, options).with_metric_relabelling(rules) }
    }

    /// Takes the outcome of a scrape: a page, whole, or none at all. A failure is stored as an empty page.
    pub(crate) fn take(&mut self, scraped: Scraped) -> Taken {
        let Scraped { start_ms, begun, fetched } = scraped;
        self.take_timed(start_ms, || begun.elapsed(), fetched)
    }

    /// As [`Self::take`]; `elapsed` is the time since the scrape began.
    pub(crate) fn take_timed(
        &mut self,
        start_ms: i64,
        elapsed: impl Fn() -> Duration,
        fetched: Result<Page, ScrapeFailure>,
    ) -> Taken {
        let duration = elapsed();
        let mut body_bytes = 0;
        let mut kept = None;
        let ingested = match fetched {
            Ok(page) => {
                body_bytes = page.body.len() as u64;
                let read = if ContentType::parse(&page.content_type).format == WireFormat::Protobuf {
                    read_protobuf(&mut self.scraper, &page.body, &mut kept)
                } else {
                    let page = kept.insert(page);
                    let format = Format::from_content_type(&page.content_type);
                    self.scraper
                        .read(&page.body, format)
                        .map_err(|error| page_failure(error, &page.content_type))
                };
                match read {
                    Ok(read) => Ok(store_page(read, &self.store, start_ms, &elapsed)),
                    Err(error) => {
                        self.scraper.fail(&mut self.store.write(), start_ms, &elapsed);
                        Err(error)
                    }
                }
            }
            Err(failure) => {
                self.scraper.fail(&mut self.store.write(), start_ms, &elapsed);
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
            duration_secs: duration.as_secs_f64(),
            ingest_secs: elapsed().saturating_sub(duration).as_secs_f64(),
            body_bytes,
            samples: report.samples as u64,
            series_added: report.series_added as u64,
            duplicates: report.duplicates as u64,
            dropped: report.dropped.total() as u64,
            failure,
        };
        Taken { record, is_changed, page: kept }
    }

    /// Ends the series of a target that is scraped no more, or was not for a while.
    pub(crate) fn stop(&mut self, at_ms: i64) {
        self.scraper.stop(&mut self.store.write(), at_ms);
    }
}

/// Stores a page. Others have their turn at the store while its series are created; its samples come all at once.
fn store_page(
    mut page: PageRead<'_>,
    store: &SharedStore,
    start_ms: i64,
    elapsed: impl FnOnce() -> Duration,
) -> ScrapeReport {
    let mut store = store.write();
    while page.missing() > 0 {
        page.create(&mut store, SERIES_AT_ONCE);
        SharedStore::give_way(&mut store);
    }
    page.commit(&mut store, start_ms, elapsed)
}

/// Reads a page in protobuf. What is kept of it for people to read is its content as OpenMetrics.
fn read_protobuf<'s>(
    scraper: &'s mut Scraper,
    body: &[u8],
    kept: &mut Option<Page>,
) -> Result<PageRead<'s>, ScrapeFailure> {
    let families = protobuf::decode(body).map_err(|error| {
        ScrapeFailure::new(Stage::Parse, error.to_string(), "correct the page where it is made")
    })?;
    let content_type = OPENMETRICS_CONTENT_TYPE.to_owned();
    *kept = Some(Page { body: Scraper::page_of(&families).into_bytes(), content_type });
    scraper.read_families(&families).map_err(|error| page_failure(error, OPENMETRICS_CONTENT_TYPE))
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

#[cfg(test)]
mod tests {
    use p95_core::model::Matcher;
    use p95_core::model::select::{Select as _, TimeRange};
    use p95_core::store::StoreOptions;
    use std::fmt::Write as _;

    use super::*;

    /// The value of `scrape_duration_seconds` at a time.
    fn stored_duration_secs(store: &SharedStore, at_ms: i64) -> f64 {
        let range = TimeRange { start_ms: at_ms, end_ms: at_ms };
        let found =
            store.read().select(&[Matcher::equal("__name__", "scrape_duration_seconds")], range, 10).unwrap();
        found[0].samples.floats[0].value
    }

    #[test]
    fn the_duration_of_a_scrape_covers_parsing_and_storing() {
        let store = Arc::new(SharedStore::new(StoreOptions::default()));
        let target = Labels::from_pairs([("instance", "h:1"), ("job", "p95")]);
        let mut intake = Intake::new(Arc::clone(&store), target, &TargetOptions::default());
        let mut take = |start_ms, fetched| {
            let begun = Instant::now() - Duration::from_secs(2);
            let record = intake.take(Scraped { start_ms, begun, fetched }).record;
            (record, stored_duration_secs(&store, start_ms))
        };
        let body = (0..20_000).fold(String::new(), |mut body, series| {
            writeln!(body, "a{{l=\"{series}\"}} 1").unwrap();
            body
        });
        let (record, stored_secs) = take(1_000, Ok(Page { body: body.into(), content_type: String::new() }));
        assert!((2.0..3.0).contains(&record.duration_secs), "{record:?}");
        // All but the last steps of the intake come before the duration is stored.
        let ingest_secs = stored_secs - record.duration_secs;
        assert!(ingest_secs > 0.5 * record.ingest_secs, "{stored_secs} s stored, {record:?}");
        assert!(ingest_secs <= record.ingest_secs, "{stored_secs} s stored, {record:?}");

        let failure = ScrapeFailure::new(Stage::Connect, "refused", "start it");
        let (record, stored_secs) = take(2_000, Err(failure));
        assert!(stored_secs >= record.duration_secs, "{stored_secs} s stored, {record:?}");
    }
}
