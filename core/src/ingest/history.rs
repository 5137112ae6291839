//! Text with timestamps into the store: a past that was written down.

use hashbrown::HashMap;

use super::compose::Composer;
use super::error::ScrapeError;
use super::families::Families;
use super::options::ScrapeOptions;
use crate::exposition::parse::{Event, Format, ParseError, Parser, Sample};
use crate::model::Labels;
use crate::store::{Appended, SeriesId, Store};

/// Reads OpenMetrics text in which every sample has a time, such as
/// `session::write_openmetrics` writes, into a store. No labels are added. The samples of a
/// series have to be in order of time; those that are not are dropped and counted.
#[derive(Debug)]
pub struct History<'a> {
    parser: Parser<'a>,
    families: Families,
    composer: Composer,
    /// The series that were met, as the text writes them, with their last times.
    known: HashMap<&'a str, Known>,
    report: HistoryReport,
}

/// A series that was met.
#[derive(Clone, Copy, Debug)]
struct Known {
    id: SeriesId,
    last_ms: i64,
}

/// What a text brought.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct HistoryReport {
    /// Samples that were stored.
    pub samples: u64,
    /// Samples that were not: without a time, out of order, or with another value at the same time.
    pub dropped: u64,
    /// The first time, in milliseconds since the Unix epoch.
    pub first_ms: Option<i64>,
    /// The last time.
    pub last_ms: Option<i64>,
    /// The shortest time between two samples of one series, in milliseconds.
    pub interval_ms: Option<i64>,
}

impl<'a> History<'a> {
    /// Begins to read.
    ///
    /// # Errors
    /// Where the text is no UTF-8.
    pub fn new(text: &'a [u8]) -> Result<Self, ParseError> {
        Ok(Self {
            parser: Parser::new(text, Format::OpenMetrics)?,
            families: Families::default(),
            composer: Composer::new(Labels::empty(), ScrapeOptions::default()),
            known: HashMap::new(),
            report: HistoryReport::default(),
        })
    }

    /// Stores so many more samples; false at the end of the text. In between, others may use the store.
    ///
    /// # Errors
    /// Where the text breaks its format; what came before is stored.
    pub fn read(&mut self, store: &mut Store, at_most: usize) -> Result<bool, ScrapeError> {
        for _ in 0..at_most {
            loop {
                match self.parser.next_event()? {
                    None => {
                        self.families.commit(store);
                        return Ok(false);
                    }
                    Some(Event::Sample(sample)) => {
                        self.store_sample(store, &sample);
                        break;
                    }
                    Some(comment) => self.families.take(&comment),
                }
            }
        }
        Ok(true)
    }

    /// What was stored so far.
    pub fn report(&self) -> HistoryReport {
        self.report
    }

    fn store_sample(&mut self, store: &mut Store, sample: &Sample<'a>) {
        let Some(timestamp_ms) = sample.timestamp_ms else {
            self.report.dropped += 1;
            return;
        };
        let raw = sample.series.raw();
        let known = self.known.get(raw).copied().filter(|known| store.contains(known.id));
        let id = match known {
            Some(known) => known.id,
            None => {
                let metric_type = self.families.type_of(sample.series);
                let Some(id) = self.composer.series_for(store, sample.series, metric_type) else { return };
                id
            }
        };
        let report = &mut self.report;
        match store.append(id, timestamp_ms, sample.value) {
            Appended::Stored | Appended::AlreadyThere => report.samples += 1,
            Appended::Conflicting | Appended::OutOfOrder | Appended::NoSeries => {
                report.dropped += 1;
                return;
            }
        }
        report.first_ms = Some(report.first_ms.map_or(timestamp_ms, |first_ms| first_ms.min(timestamp_ms)));
        report.last_ms = report.last_ms.max(Some(timestamp_ms));
        if let Some(step_ms) = known.map(|known| timestamp_ms - known.last_ms).filter(|step_ms| *step_ms > 0)
        {
            report.interval_ms =
                Some(report.interval_ms.map_or(step_ms, |interval_ms| interval_ms.min(step_ms)));
        }
        self.known.insert(raw, Known { id, last_ms: timestamp_ms });
    }
}
