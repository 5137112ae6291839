//! The pages of one target, one after the other.

use std::time::Duration;

use super::cache::SeriesCache;
use super::commit::Staged;
use super::compose::Composer;
use super::error::{ScrapeError, shortened};
use super::families::Families;
use super::options::ScrapeOptions;
use super::own::{OwnSeries, OwnValues};
use super::report::ScrapeReport;
use super::slots::SlotSet;
use super::start::CREATED_SUFFIX;
use crate::exposition::parse::{Event, Format, Parser, Sample};
use crate::model::{Labels, STALE_NAN};
use crate::store::{SeriesId, Store};

/// For how short a line room is made ahead. A page of line breaks must not claim a multiple of its size.
const SHORT_LINE_BYTES: usize = 64;

/// Takes the pages of one target into a store, one after the other, always the same one.
///
/// Times are milliseconds since the Unix epoch. Where the clock jumps back, samples are dropped and counted until it has
/// caught up: a series never runs backwards.
#[derive(Debug)]
pub struct Scraper {
    pub(super) options: ScrapeOptions,
    pub(super) composer: Composer,
    pub(super) cache: SeriesCache,
    pub(super) families: Families,
    pub(super) own: OwnSeries,
    /// The samples of the page that is being read.
    pub(super) staged: Vec<Staged>,
    /// The series that have a sample among them.
    pub(super) staged_series: SlotSet,
    pub(super) report: ScrapeReport,
    /// The format of the last page.
    format: Option<Format>,
}

impl Scraper {
    /// A scraper of a target with these labels, usually `instance` and `job`.
    pub fn new(target: Labels, options: ScrapeOptions) -> Self {
        Self {
            options,
            composer: Composer::new(target, options),
            cache: SeriesCache::default(),
            families: Families::default(),
            own: OwnSeries::default(),
            staged: Vec::new(),
            staged_series: SlotSet::default(),
            report: ScrapeReport::default(),
            format: None,
        }
    }

    /// The target's labels.
    pub fn target(&self) -> &Labels {
        self.composer.target()
    }

    /// Stores a page that was asked for at `at_ms`.
    ///
    /// `elapsed` tells the time since then. It is asked once, when everything but `up` and its siblings is stored, so that
    /// `scrape_duration_seconds` covers parsing and storing, as Prometheus' does.
    ///
    /// # Errors
    /// Where the page breaks its format or exceeds a limit. Then nothing of it is stored, and the scrape has been
    /// recorded as a failure, as [`Scraper::fail`] does it.
    pub fn ingest(
        &mut self,
        store: &mut Store,
        page: &[u8],
        format: Format,
        at_ms: i64,
        elapsed: impl FnOnce() -> Duration,
    ) -> Result<ScrapeReport, ScrapeError> {
        let mark = self.cache.mark();
        if self.cache.entries().is_empty() {
            self.reserve(store, page);
        }
        self.report = ScrapeReport::default();
        self.staged.clear();
        self.staged_series.clear();
        // A page cannot write the series that the scrape itself writes.
        for id in self.own.ids(store, self.composer.target()) {
            self.staged_series.insert(id);
        }
        let staged = self.stage(store, page, format);
        if let Err(error) = staged {
            let added = self.cache.rewind(mark);
            store.remove_empty(added.into_iter().map(|entry| entry.id));
            self.record_failure(store, at_ms, elapsed, self.report.samples);
            return Err(error);
        }
        self.commit(store, at_ms);
        let values = OwnValues {
            is_up: true,
            duration_secs: elapsed().as_secs_f64(),
            samples: self.report.samples,
            series_added: self.report.series_added,
        };
        self.own.write(store, self.composer.target(), at_ms, values);
        store.enforce_limits(at_ms);
        Ok(self.report)
    }

    /// Records a scrape that brought no page: all series end, and `up` is 0. `elapsed` is as for [`Scraper::ingest`].
    pub fn fail(&mut self, store: &mut Store, at_ms: i64, elapsed: impl FnOnce() -> Duration) {
        self.record_failure(store, at_ms, elapsed, 0);
    }

    /// Ends all series, `up` among them: the target is scraped no more.
    pub fn stop(&mut self, store: &mut Store, at_ms: i64) {
        self.end_series(store, at_ms, |_| true);
        self.own.end(store, at_ms);
        self.cache = SeriesCache::default();
    }

    fn record_failure(
        &mut self,
        store: &mut Store,
        at_ms: i64,
        elapsed: impl FnOnce() -> Duration,
        samples: usize,
    ) {
        self.end_series(store, at_ms, |_| true);
        let duration_secs = elapsed().as_secs_f64();
        let values = OwnValues { is_up: false, duration_secs, samples, series_added: 0 };
        self.own.write(store, self.composer.target(), at_ms, values);
        store.enforce_limits(at_ms);
    }

    /// Makes room for the series of a target's first page: one a line at most, and few lines are shorter than the bound.
    fn reserve(&mut self, store: &mut Store, page: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', page).count();
        let series = lines.min(page.len() / SHORT_LINE_BYTES);
        self.cache.reserve(page.len(), series);
        self.staged.reserve_exact(series);
        store.reserve(series);
    }

    /// Reads a page to its end, and stores nothing but series without samples.
    fn stage(&mut self, store: &mut Store, page: &[u8], format: Format) -> Result<(), ScrapeError> {
        if let Some(limit) = self.options.limits.body_size_limit.filter(|limit| page.len() > *limit) {
            return Err(ScrapeError::BodySize { limit, size_bytes: page.len() });
        }
        // What one format lets pass the other may not.
        let may_predict = self.format.replace(format) == Some(format);
        let is_first = self.cache.entries().is_empty();
        self.families.begin_page();
        let mut parser = Parser::new(page, format)?;
        let mut previous = None;
        loop {
            if let Some(expected) = self.cache.expected(previous).filter(|_| may_predict)
                && let Some(sample) = parser.next_sample_of(self.cache.raw(expected))?
            {
                self.stage_known(store, expected, &sample)?;
                previous = Some(expected);
                continue;
            }
            match parser.next_event()? {
                None => return Ok(()),
                Some(Event::Sample(sample)) => {
                    // On the first page a search would find duplicates alone, and those are found anyway.
                    let known = if is_first { None } else { self.cache.find(sample.series.raw()) };
                    let at = match known {
                        Some(at) => {
                            self.stage_known(store, at, &sample)?;
                            at
                        }
                        None => self.stage_new(store, format, &sample)?,
                    };
                    self.cache.link(previous, at);
                    previous = Some(at);
                }
                Some(comment) => self.families.take(&comment),
            }
        }
    }

    #[inline]
    fn stage_known(&mut self, store: &mut Store, at: u32, sample: &Sample<'_>) -> Result<(), ScrapeError> {
        let Some(mut id) = self.cache.get(at).map(|entry| entry.id) else { return Ok(()) };
        if !store.contains(id) {
            id = self.series_for(store, sample)?;
            if let Some(entry) = self.cache.get_mut(at) {
                entry.id = id;
            }
        }
        self.stage_sample(at, id, sample)
    }

    fn stage_new(
        &mut self,
        store: &mut Store,
        format: Format,
        sample: &Sample<'_>,
    ) -> Result<u32, ScrapeError> {
        let id = self.series_for(store, sample)?;
        let at = self.cache.insert(sample.series.raw(), id);
        if format == Format::OpenMetrics
            && sample.series.raw().contains(CREATED_SUFFIX)
            && sample.series.metric_name().ends_with(CREATED_SUFFIX)
            && let Some(entry) = self.cache.get_mut(at)
        {
            entry.is_created = true;
        }
        self.stage_sample(at, id, sample)?;
        Ok(at)
    }

    #[inline]
    fn stage_sample(&mut self, at: u32, id: SeriesId, sample: &Sample<'_>) -> Result<(), ScrapeError> {
        self.report.samples += 1;
        if let Some(limit) = self.options.limits.sample_limit.filter(|limit| self.report.samples > *limit) {
            return Err(ScrapeError::Samples { limit, series: shortened(sample.series.raw()) });
        }
        if !self.staged_series.insert(id) {
            self.report.duplicates += 1;
            return Ok(());
        }
        let timestamp_ms = sample.timestamp_ms.filter(|_| self.options.honor_timestamps);
        self.staged.push(Staged::new(at, timestamp_ms, sample.value));
        Ok(())
    }

    fn series_for(&mut self, store: &mut Store, sample: &Sample<'_>) -> Result<SeriesId, ScrapeError> {
        let metric_type = self.families.type_of(sample.series);
        self.composer.series_for(store, sample.series, metric_type)
    }

    /// Ends the live series that `has_ended` names with a stale marker; returns how many.
    pub(super) fn end_series(
        &mut self,
        store: &mut Store,
        at_ms: i64,
        has_ended: impl Fn(SeriesId) -> bool,
    ) -> usize {
        let ended = self.cache.end(|entry| has_ended(entry.id));
        for entry in ended.iter().filter(|entry| !entry.has_timestamps) {
            if !store.is_ended(entry.id) {
                store.append(entry.id, at_ms, STALE_NAN);
            }
        }
        ended.len()
    }
}
