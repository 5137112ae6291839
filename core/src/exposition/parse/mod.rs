//! A streaming parser of exposition text: it yields events that borrow from the page.
//!
//! A sample's series stays raw bytes, already checked, until someone asks for its labels: a scraper that knows the bytes
//! from the last scrape never does. The parser accepts what Prometheus' own parsers accept at ingest.

mod cursor;
mod error;
mod line;
mod neighbour;
mod number;
mod scan;
mod series;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::model::MetricType;

use self::cursor::Cursor;
pub use self::error::ParseError;
use self::neighbour::Neighbour;
pub use self::series::{LabelPairs, RawSeries};

/// The format of a page.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Format {
    /// Prometheus' text format, versions 0.0.4 and 1.0.0.
    #[default]
    Text,
    /// OpenMetrics text, version 1.0.0 and before.
    OpenMetrics,
}

/// What a line of a page says.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// `# TYPE name type`
    Type {
        /// The family's name, unescaped where it was quoted.
        name: Cow<'a, str>,
        /// The type.
        metric_type: MetricType,
    },
    /// `# HELP name text`
    Help {
        /// The family's name, unescaped where it was quoted.
        name: Cow<'a, str>,
        /// The text, unescaped.
        help: Cow<'a, str>,
    },
    /// `# UNIT name unit` (OpenMetrics alone)
    Unit {
        /// The family's name, unescaped where it was quoted.
        name: Cow<'a, str>,
        /// The unit.
        unit: &'a str,
    },
    /// `series value timestamp`
    Sample(Sample<'a>),
}

/// A sample, as its line gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'a> {
    /// Which series it belongs to.
    pub series: RawSeries<'a>,
    /// The value.
    pub value: f64,
    /// Milliseconds since the Unix epoch, where the page says so.
    pub timestamp_ms: Option<i64>,
    /// The exemplar (OpenMetrics alone).
    pub exemplar: Option<Exemplar<'a>>,
}

/// An example of what a sample has counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar<'a> {
    /// Its labels, without a metric's name.
    pub labels: RawSeries<'a>,
    /// The observed value.
    pub value: f64,
    /// Milliseconds since the Unix epoch, where the page says so.
    pub timestamp_ms: Option<i64>,
}

/// A page on its way through the parser.
#[derive(Clone, Debug)]
pub struct Parser<'a> {
    cursor: Cursor<'a>,
    neighbour: Neighbour<'a>,
    format: Format,
    ended: bool,
}

impl<'a> Parser<'a> {
    /// A parser at the start of `page`.
    ///
    /// # Errors
    /// Where the page is not UTF-8.
    pub fn new(page: &'a [u8], format: Format) -> Result<Self, ParseError> {
        let text = simdutf8::basic::from_utf8(page).or_else(|_| {
            // Slower, but it says where.
            std::str::from_utf8(page).map_err(|error| ParseError::not_utf8(page, error.valid_up_to()))
        })?;
        Ok(Self { cursor: Cursor::new(text), neighbour: Neighbour::default(), format, ended: false })
    }

    /// The next event, or `None` at the end of the page.
    ///
    /// # Errors
    /// Where the page breaks its format; there is no event after an error.
    #[inline]
    pub fn next_event(&mut self) -> Result<Option<Event<'a>>, ParseError> {
        if self.ended {
            return Ok(None);
        }
        let event = match self.format {
            Format::Text => line::next_text(&mut self.cursor, &mut self.neighbour),
            Format::OpenMetrics => line::next_open_metrics(&mut self.cursor, &mut self.neighbour),
        };
        self.ended = !matches!(event, Ok(Some(_)));
        event
    }

    /// The next line's sample, if that line begins with the very bytes `raw` of a series that a parser of this format
    /// has yielded before; otherwise `None`, with nothing consumed.
    ///
    /// A page that repeats the last one in order is so read without a look at its labels.
    ///
    /// # Errors
    /// Where the line's value, timestamp or exemplar breaks the format.
    #[inline]
    pub fn next_sample_of(&mut self, raw: &str) -> Result<Option<Sample<'a>>, ParseError> {
        if self.ended {
            return Ok(None);
        }
        let sample = line::sample_of(&mut self.cursor, self.format, raw);
        self.ended = sample.is_err();
        sample
    }
}
