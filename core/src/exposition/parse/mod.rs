//! A streaming parser of exposition text: it yields events that borrow from the page.
//!
//! A sample's series stays raw bytes, already checked, until someone asks for its labels: a scraper that knows the bytes
//! from the last scrape never does. The parser accepts what Prometheus' own parsers accept at ingest; in its strict mode,
//! what the standards allow.

mod cursor;
mod error;
mod line;
mod neighbour;
mod number;
mod scan;
mod series;
mod strict;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::model::MetricType;

use self::cursor::Cursor;
pub use self::error::ParseError;
use self::neighbour::Neighbour;
pub use self::series::{LabelPairs, RawSeries};
pub(crate) use self::strict::Checker;
pub use self::strict::Rule;

/// The format of a page.
///
/// ```
/// use p95_core::exposition::parse::Format;
/// assert_eq!(Format::from_content_type("application/openmetrics-text; version=1.0.0"), Format::OpenMetrics);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Format {
    /// Prometheus' text format, versions 0.0.4 and 1.0.0.
    #[default]
    Text,
    /// OpenMetrics text, version 1.0.0 and before.
    OpenMetrics,
}

/// What a line of a page says.
///
/// ```
/// use p95_core::exposition::parse::{Event, Format, Parser};
/// use p95_core::model::MetricType;
///
/// let mut parser = Parser::new(b"# TYPE load gauge\nload 0.7\n", Format::Text)?;
/// let Some(Event::Type { name, metric_type }) = parser.next_event()? else { unreachable!() };
/// assert_eq!((&*name, metric_type), ("load", MetricType::Gauge));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
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
///
/// ```
/// use p95_core::exposition::parse::{Event, Format, Parser};
///
/// let mut parser = Parser::new(b"load{cpu=\"0\"} 0.7 1500\n", Format::Text)?;
/// let Some(Event::Sample(sample)) = parser.next_event()? else { unreachable!() };
/// assert_eq!((sample.series.raw(), sample.value), ("load{cpu=\"0\"}", 0.7));
/// assert_eq!(sample.timestamp_ms, Some(1500));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
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
///
/// ```
/// use p95_core::exposition::parse::{Event, Format, Parser};
///
/// let mut parser = Parser::new(b"a_total 3 # {id=\"7\"} 1 1.5\n# EOF\n", Format::OpenMetrics)?;
/// let Some(Event::Sample(sample)) = parser.next_event()? else { unreachable!() };
/// let exemplar = sample.exemplar.unwrap();
/// assert_eq!((exemplar.labels.raw(), exemplar.timestamp_ms), ("{id=\"7\"}", Some(1500)));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
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
///
/// ```
/// use p95_core::exposition::parse::{Event, Format, Parser};
///
/// let mut parser = Parser::new(b"# HELP up x\nup 1\ndown 0\n", Format::Text)?;
/// let mut sum = 0.0;
/// while let Some(event) = parser.next_event()? {
///     if let Event::Sample(sample) = event {
///         sum += sample.value;
///     }
/// }
/// assert_eq!(sum, 1.0);
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Debug)]
pub struct Parser<'a> {
    cursor: Cursor<'a>,
    neighbour: Neighbour<'a>,
    format: Format,
    ended: bool,
    /// The checks of the strict mode.
    checker: Option<Box<Checker<'a>>>,
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
        let neighbour = Neighbour::default();
        Ok(Self { cursor: Cursor::new(text), neighbour, format, ended: false, checker: None })
    }

    /// A parser at the start of `page` that accepts what the standard allows and nothing else: OpenMetrics 1.0, or what
    /// Prometheus' documents say of the text format.
    ///
    /// What can only be seen at the end of a family is told there: the error may stand above events that were read.
    ///
    /// ```
    /// use p95_core::exposition::parse::{Format, Parser, Rule};
    ///
    /// let page = b"# TYPE jobs counter\njobs_total -1\n# EOF\n";
    /// let mut parser = Parser::strict(page, Format::OpenMetrics)?;
    /// parser.next_event()?;
    /// let error = parser.next_event().unwrap_err();
    /// assert_eq!((error.line, error.column, error.rule), (2, 12, Rule::CounterValue));
    /// assert_eq!(error.rule.remedy(), "expose a gauge, or count from 0");
    /// # Ok::<(), p95_core::exposition::parse::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// Where the page is not UTF-8.
    pub fn strict(page: &'a [u8], format: Format) -> Result<Self, ParseError> {
        let mut parser = Self::new(page, format)?;
        parser.checker = Some(Box::new(Checker::new(parser.cursor.page(), format)));
        Ok(parser)
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
        if self.checker.is_some() {
            return self.next_checked();
        }
        let event = self.next_lenient();
        self.ended = !matches!(event, Ok(Some(_)));
        event
    }

    /// The byte of the page that is read next.
    pub(crate) fn at(&self) -> usize {
        self.cursor.at()
    }

    /// The whole page.
    pub(crate) fn page(&self) -> &'a str {
        self.cursor.page()
    }

    #[inline]
    fn next_lenient(&mut self) -> Result<Option<Event<'a>>, ParseError> {
        match self.format {
            Format::Text => line::next_text(&mut self.cursor, &mut self.neighbour),
            Format::OpenMetrics => line::next_open_metrics(&mut self.cursor, &mut self.neighbour),
        }
    }

    /// The next event, unless it breaks a rule of the strict mode.
    #[cold]
    fn next_checked(&mut self) -> Result<Option<Event<'a>>, ParseError> {
        let from = self.cursor.at();
        let event = self.next_lenient();
        self.ended = !matches!(event, Ok(Some(_)));
        let Some(checker) = &mut self.checker else { return event };
        match &event {
            Ok(Some(event)) => checker.event(event, from, self.cursor.at()),
            Ok(None) => checker.finish(from),
            Err(_) => return event,
        }
        let Some(found) = checker.violations.take().into_iter().next() else { return event };
        self.ended = true;
        Err(ParseError::breaking(found.rule, self.cursor.page(), found.at, found.message))
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
        // The strict mode looks at labels, known or not.
        if self.ended || self.checker.is_some() {
            return Ok(None);
        }
        let sample = line::sample_of(&mut self.cursor, self.format, raw);
        self.ended = sample.is_err();
        sample
    }
}
