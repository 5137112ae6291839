//! A series as its line writes it: `name{label="value"}`.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::neighbour::Neighbour;
use super::{Format, ParseError};
use crate::exposition::escape::{Escapes, unescape};
use crate::model::labels::METRIC_NAME;

/// The bytes of a series, checked by the parser: names are valid, quotes close, no label stands twice.
///
/// ```
/// use p95_core::exposition::parse::{Event, Format, Parser};
///
/// let mut parser = Parser::new(br#"hits{page="say \"hi\""} 1"#, Format::Text)?;
/// let Some(Event::Sample(sample)) = parser.next_event()? else { unreachable!() };
/// assert_eq!(sample.series.metric_name(), "hits");
/// let labels: Vec<_> = sample.series.labels().collect();
/// assert_eq!(labels, [("__name__".into(), "hits".into()), ("page".into(), "say \"hi\"".into())]);
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct RawSeries<'a> {
    raw: &'a str,
}

impl<'a> RawSeries<'a> {
    /// The bytes: the metric's name and the braces, as they stand in the page.
    #[inline]
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The labels in the page's order, the metric's name first as `__name__`, unescaped. Empty values are among them.
    pub fn labels(&self) -> LabelPairs<'a> {
        LabelPairs { cursor: Cursor::new(self.raw), place: Place::Name }
    }

    /// The metric's name, unescaped; empty for an exemplar's labels.
    pub fn metric_name(&self) -> Cow<'a, str> {
        self.labels().find(|(name, _)| name == METRIC_NAME).map(|(_, value)| value).unwrap_or_default()
    }

    /// Bytes that were a series in an earlier page.
    #[inline]
    pub(crate) fn known(raw: &'a str) -> Self {
        Self { raw }
    }
}

/// The labels of a [`RawSeries`].
///
/// ```
/// use p95_core::exposition::parse::{Event, Format, Parser};
/// use p95_core::model::Labels;
///
/// let mut parser = Parser::new(b"hits{page=\"/\"} 1\n", Format::Text)?;
/// let Some(Event::Sample(sample)) = parser.next_event()? else { unreachable!() };
/// assert_eq!(Labels::from_pairs(sample.series.labels()).to_string(), "hits{page=\"/\"}");
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LabelPairs<'a> {
    cursor: Cursor<'a>,
    place: Place,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Name,
    Braces,
}

impl<'a> Iterator for LabelPairs<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.place == Place::Name {
            self.place = Place::Braces;
            let name = self.cursor.metric_name();
            self.cursor.eat_blanks();
            self.cursor.eat(b'{');
            if !name.is_empty() {
                return Some((METRIC_NAME.into(), name.into()));
            }
        }
        self.cursor.eat_blanks();
        self.cursor.eat(b',');
        self.cursor.eat_blanks();
        let name = if self.cursor.eat(b'"') {
            self.cursor.unescaped().ok()?
        } else {
            Cow::Borrowed(self.cursor.checked_label_name())
        };
        self.cursor.eat_blanks();
        if !self.cursor.eat(b'=') {
            // A quoted text without a value is the metric's name.
            return (!name.is_empty()).then(|| (METRIC_NAME.into(), name));
        }
        self.cursor.eat_blanks();
        self.cursor.eat(b'"');
        Some((name, self.cursor.unescaped().ok()?))
    }
}

/// The series that stands next, with all its braces hold checked. `neighbour` is the one that was checked last, and becomes
/// this one.
#[inline(always)]
pub(super) fn series<'a>(
    cursor: &mut Cursor<'a>,
    format: Format,
    neighbour: &mut Neighbour<'a>,
) -> Result<RawSeries<'a>, ParseError> {
    let (start, page) = (cursor.at(), cursor.rest());
    let Some(same_bytes) = neighbour.resume(page) else {
        return whole_series(cursor, format, neighbour);
    };
    cursor.skip(same_bytes);
    label_value(cursor, format)?;
    if !cursor.eat(b'}') {
        braces(cursor, format, start, Named::Before, neighbour)?;
    }
    neighbour.end(page);
    Ok(RawSeries { raw: cursor.since(start) })
}

/// A series that has nothing in common with the last one.
#[inline(never)]
fn whole_series<'a>(
    cursor: &mut Cursor<'a>,
    format: Format,
    neighbour: &mut Neighbour<'a>,
) -> Result<RawSeries<'a>, ParseError> {
    let (start, page) = (cursor.at(), cursor.rest());
    neighbour.clear();
    let has_name = !cursor.metric_name().is_empty();
    let mut end = cursor.at();
    if format == Format::Text {
        cursor.eat_blanks();
    }
    let mut named = if has_name { Named::Before } else { Named::Not };
    if cursor.eat(b'{') {
        named = braces(cursor, format, start, named, neighbour)?;
        end = cursor.at();
    }
    match named {
        Named::Before => neighbour.end(page),
        Named::Within => neighbour.clear(),
        Named::Not => return Err(cursor.error_at(start, "expected a metric's name")),
    }
    // Blanks behind a bare name belong to the value, not to the series.
    cursor.rewind(end);
    Ok(RawSeries { raw: cursor.since(start) })
}

/// The labels of an exemplar, which have no metric's name.
pub(super) fn exemplar_labels<'a>(cursor: &mut Cursor<'a>) -> Result<RawSeries<'a>, ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'{') {
        return Err(cursor.error("expected '{' to open the exemplar's labels"));
    }
    braces(cursor, Format::OpenMetrics, start, Named::Before, &mut Neighbour::default())?;
    Ok(RawSeries { raw: cursor.since(start) })
}

/// Where a metric's name stood.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Named {
    Not,
    Before,
    Within,
}

/// Steps over the inside of braces from a label on, and the closing one. The series begins at `start`; `labels` are those
/// before.
fn braces<'a>(
    cursor: &mut Cursor<'a>,
    format: Format,
    start: usize,
    mut named: Named,
    labels: &mut Neighbour<'a>,
) -> Result<Named, ParseError> {
    loop {
        skip_blanks(cursor, format);
        if cursor.eat(b'}') {
            return Ok(named);
        }
        let name_at = cursor.at();
        if labels.expected().is_some_and(|name| cursor.eat_label(name)) {
            labels.repeat(cursor.at() - start);
            label_value(cursor, format)?;
            continue;
        }
        let is_quoted = cursor.eat(b'"');
        let name = if is_quoted { cursor.quoted()? } else { cursor.label_name() };
        if name.is_empty() {
            return Err(cursor.error_at(name_at, "expected a label's name or '}'"));
        }
        skip_blanks(cursor, format);
        if cursor.eat(b'=') {
            if name == METRIC_NAME {
                return Err(cursor.error_at(
                    name_at,
                    "expected a label other than __name__: the name stands before the braces",
                ));
            }
            skip_blanks(cursor, format);
            // Two quoted spellings may be one name once their escapes are resolved.
            let resolved = if is_quoted { unescape(name, Escapes::Quoted) } else { Cow::Borrowed(name) };
            if !labels.insert(resolved, is_quoted, cursor.at() + 1 - start) {
                return Err(cursor.error_at(
                    name_at,
                    format!("expected each label once: {} stands here again", name.escape_debug()),
                ));
            }
            if !cursor.eat(b'"') {
                return Err(cursor.error("expected '\"' to open the label's value"));
            }
            label_value(cursor, format)?;
            continue;
        }
        if !is_quoted {
            return Err(cursor.error("expected '=' behind the label's name"));
        }
        if named != Named::Not {
            return Err(cursor.error_at(name_at, "expected a label: the metric has a name already"));
        }
        named = Named::Within;
        separator(cursor, format)?;
    }
}

/// Steps over a label's value and what parts it from the next label.
#[inline]
fn label_value(cursor: &mut Cursor<'_>, format: Format) -> Result<(), ParseError> {
    cursor.quoted()?;
    separator(cursor, format)
}

/// Steps over a comma, if there is one; the closing brace stays.
#[inline]
fn separator(cursor: &mut Cursor<'_>, format: Format) -> Result<(), ParseError> {
    skip_blanks(cursor, format);
    if cursor.eat(b',') || cursor.peek() == Some(b'}') {
        return Ok(());
    }
    Err(cursor.error("expected ',' or '}' behind the label's value"))
}

#[inline]
fn skip_blanks(cursor: &mut Cursor<'_>, format: Format) {
    if format == Format::Text {
        cursor.eat_blanks();
    }
}
