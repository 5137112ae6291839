//! Reading a page to its end, before anything of it is stored.

use super::cache::Kind;
use super::commit::Staged;
use super::error::{ScrapeError, shortened};
use super::scraper::Scraper;
use super::start::CREATED_SUFFIX;
use crate::exposition::parse::{Event, Format, Parser, Sample};
use crate::model::{Exemplar, Labels};

/// For how short a line room is made ahead. A page of line breaks must not claim a multiple of its size.
const SHORT_LINE_BYTES: usize = 64;

impl Scraper {
    /// Reads a page to its end: its samples are staged, and its series known to the cache.
    pub(super) fn stage(&mut self, page: &[u8], format: Format) -> Result<(), ScrapeError> {
        if let Some(limit) = self.options.limits.body_size_limit.filter(|limit| page.len() > *limit) {
            return Err(ScrapeError::BodySize { limit, size_bytes: page.len() });
        }
        // What one format lets pass the other may not.
        let may_predict = self.format.replace(format) == Some(format);
        let is_first = self.cache.entries().is_empty();
        if is_first {
            self.reserve(page);
        }
        self.families.begin_page();
        let mut parser = Parser::new(page, format)?;
        let mut previous = None;
        loop {
            if let Some(expected) = self.cache.expected(previous).filter(|_| may_predict)
                && let Some(sample) = parser.next_sample_of(self.cache.raw(expected))?
            {
                self.stage_sample(expected, &sample)?;
                previous = Some(expected);
                continue;
            }
            match parser.next_event()? {
                None => return Ok(()),
                Some(Event::Sample(sample)) => {
                    // On the first page a search would find duplicates alone, and those are found anyway.
                    let known = if is_first { None } else { self.cache.find(sample.series.raw()) };
                    let at = match known {
                        Some(at) => at,
                        None => self.meet(format, &sample)?,
                    };
                    self.stage_sample(at, &sample)?;
                    self.cache.link(previous, at);
                    previous = Some(at);
                }
                Some(comment) => self.families.take(&comment),
            }
        }
    }

    /// Makes room for the series of a target's first page: one a line at most, and few lines are shorter than the bound.
    fn reserve(&mut self, page: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', page).count();
        let series = lines.min(page.len() / SHORT_LINE_BYTES);
        self.cache.reserve(page.len(), series);
        self.staged.reserve_exact(series);
    }

    /// Adds a series to the cache that it does not know yet.
    pub(super) fn meet(&mut self, format: Format, sample: &Sample<'_>) -> Result<u32, ScrapeError> {
        let metric_type = self.families.type_of(sample.series);
        let is_kept = self.composer.check(sample.series, metric_type)?;
        let raw = sample.series.raw();
        let is_created = format == Format::OpenMetrics
            && raw.contains(CREATED_SUFFIX)
            && sample.series.metric_name().ends_with(CREATED_SUFFIX);
        Ok(self.cache.insert(raw, Kind { metric_type, is_created, is_kept }))
    }

    #[inline]
    pub(super) fn stage_sample(&mut self, at: u32, sample: &Sample<'_>) -> Result<(), ScrapeError> {
        self.report.samples += 1;
        if self.cache.get(at).is_some_and(|entry| entry.kind.is_kept) {
            self.report.kept += 1;
            if let Some(limit) = self.options.limits.sample_limit.filter(|limit| self.report.kept > *limit) {
                return Err(ScrapeError::Samples { limit, series: shortened(sample.series.raw()) });
            }
        }
        if let Some(exemplar) = &sample.exemplar {
            let labels = Labels::from_pairs(exemplar.labels.labels());
            let (value, timestamp_ms) = (exemplar.value, exemplar.timestamp_ms);
            self.exemplars.push((at, Exemplar { labels, value, timestamp_ms }));
        }
        let timestamp_ms = sample.timestamp_ms.filter(|_| self.options.honor_timestamps);
        self.staged.push(Staged::new(at, timestamp_ms, sample.value));
        Ok(())
    }
}
