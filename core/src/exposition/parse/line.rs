//! Lines: what may stand on one, in each format.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::neighbour::Neighbour;
use super::number::{leading_decimal, parse_millis, parse_seconds, parse_value, to_millis};
use super::series::{RawSeries, exemplar_labels, series};
use super::{Event, Exemplar, Format, ParseError, Sample};
use crate::exposition::escape::{Escapes, unescape};
use crate::model::MetricType;

/// The next event of a page in the text format.
#[inline]
pub(super) fn next_text<'a>(
    cursor: &mut Cursor<'a>,
    neighbour: &mut Neighbour<'a>,
) -> Result<Option<Event<'a>>, ParseError> {
    loop {
        cursor.eat_blanks();
        match cursor.peek() {
            None => return Ok(None),
            Some(b'\n') => cursor.skip(1),
            Some(b'#') => {
                if let Some(event) = text_comment(cursor)? {
                    return Ok(Some(event));
                }
            }
            Some(_) => {
                let series = series(cursor, Format::Text, neighbour)?;
                return Ok(Some(Event::Sample(text_value(cursor, series)?)));
            }
        }
    }
}

/// The next event of a page in OpenMetrics.
#[inline]
pub(super) fn next_open_metrics<'a>(
    cursor: &mut Cursor<'a>,
    neighbour: &mut Neighbour<'a>,
) -> Result<Option<Event<'a>>, ParseError> {
    match cursor.peek() {
        None => Err(cursor.error("expected '# EOF' at the end of the page: it may have been cut off")),
        Some(b'#') => open_metrics_comment(cursor),
        Some(_) => {
            let series = series(cursor, Format::OpenMetrics, neighbour)?;
            Ok(Some(Event::Sample(open_metrics_value(cursor, series)?)))
        }
    }
}

/// The sample of the next line, if that line begins with the known series `raw`.
#[inline]
pub(super) fn sample_of<'a>(
    cursor: &mut Cursor<'a>,
    format: Format,
    raw: &str,
) -> Result<Option<Sample<'a>>, ParseError> {
    let start = cursor.at();
    if !cursor.eat_text(raw) {
        return Ok(None);
    }
    let series = RawSeries::known(cursor.since(start));
    let end = cursor.at();
    // Behind the whole of a series comes a blank, and behind a bare name and its blanks no brace.
    let is_whole = cursor.peek() == Some(b' ') && {
        cursor.eat_blanks();
        cursor.peek() != Some(b'{')
    };
    cursor.rewind(if is_whole { end } else { start });
    if !is_whole {
        return Ok(None);
    }
    match format {
        Format::Text => text_value(cursor, series),
        Format::OpenMetrics => open_metrics_value(cursor, series),
    }
    .map(Some)
}

/// `# TYPE …` and `# HELP …`; any other comment says nothing.
fn text_comment<'a>(cursor: &mut Cursor<'a>) -> Result<Option<Event<'a>>, ParseError> {
    cursor.skip(1);
    let is_spaced = cursor.eat_blanks();
    let keyword = cursor.word();
    if !is_spaced || !matches!(keyword, "TYPE" | "HELP") || !cursor.eat_blanks() {
        cursor.line();
        return Ok(None);
    }
    let name = family_name(cursor)?;
    cursor.eat_blanks();
    let at = cursor.at();
    let rest = cursor.line();
    // The next line begins here, for whoever expects a certain series on it.
    cursor.eat(b'\n');
    if keyword == "HELP" {
        return Ok(Some(Event::Help { name, help: unescape(rest, Escapes::Help) }));
    }
    match MetricType::from_name(rest.trim_end_matches([' ', '\t'])).filter(|known| is_text_type(*known)) {
        Some(metric_type) => Ok(Some(Event::Type { name, metric_type })),
        None => Err(cursor.error_at(at, "expected counter, gauge, histogram, summary or untyped")),
    }
}

/// Whether the text format has a word for the type; `unknown`, which some clients write, is taken for its `untyped`.
fn is_text_type(metric_type: MetricType) -> bool {
    use MetricType as T;
    matches!(metric_type, T::Unknown | T::Counter | T::Gauge | T::Histogram | T::Summary)
}

/// What follows a series in the text format: a value, and perhaps a timestamp.
#[inline(always)]
fn text_value<'a>(cursor: &mut Cursor<'a>, series: RawSeries<'a>) -> Result<Sample<'a>, ParseError> {
    cursor.eat_blanks();
    let value = value(cursor)?;
    if cursor.eat(b'\n') {
        return Ok(Sample { series, value, timestamp_ms: None, exemplar: None });
    }
    cursor.eat_blanks();
    let mut timestamp_ms = None;
    if !matches!(cursor.peek(), None | Some(b'\n')) {
        let at = cursor.at();
        timestamp_ms = parse_millis(cursor.word());
        if timestamp_ms.is_none() {
            return Err(
                cursor.error_at(at, "expected a timestamp in whole milliseconds, or the end of the line")
            );
        }
        cursor.eat_blanks();
    }
    match cursor.peek() {
        None | Some(b'\n') => cursor.skip(1),
        Some(_) => return Err(cursor.error("expected the end of the line")),
    }
    Ok(Sample { series, value, timestamp_ms, exemplar: None })
}

/// `# TYPE`, `# HELP`, `# UNIT`, `# EOF`: OpenMetrics has no other comment.
fn open_metrics_comment<'a>(cursor: &mut Cursor<'a>) -> Result<Option<Event<'a>>, ParseError> {
    let start = cursor.at();
    if cursor.eat_text("# EOF") {
        cursor.eat(b'\n');
        return match cursor.peek() {
            None => Ok(None),
            Some(_) => Err(cursor.error("expected nothing behind '# EOF'")),
        };
    }
    let keyword = ["# TYPE ", "# HELP ", "# UNIT "].into_iter().find(|keyword| cursor.eat_text(keyword));
    let Some(keyword) = keyword else {
        return Err(cursor.error_at(start, "expected '# TYPE', '# HELP', '# UNIT' or '# EOF'"));
    };
    let name = family_name(cursor)?;
    // HELP and UNIT may be empty, and then the blank before them may be missing.
    let is_spaced = cursor.eat(b' ');
    let at = cursor.at();
    let rest = cursor.line();
    if !is_spaced && !rest.is_empty() {
        return Err(cursor.error_at(at, "expected a blank behind the family's name"));
    }
    if !cursor.eat(b'\n') {
        return Err(cursor.error("expected a line break: the page may have been cut off"));
    }
    match keyword {
        "# HELP " => Ok(Some(Event::Help { name, help: unescape(rest, Escapes::Quoted) })),
        "# UNIT " => match rest.is_empty() || has_unit(&name, rest) {
            true => Ok(Some(Event::Unit { name, unit: rest })),
            false => Err(cursor
                .error_at(at, format!("expected a unit that the name {} ends with", name.escape_debug()))),
        },
        _ => match MetricType::from_name(rest).filter(|_| rest != "untyped") {
            Some(metric_type) => Ok(Some(Event::Type { name, metric_type })),
            None => Err(cursor.error_at(
                at,
                "expected counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown",
            )),
        },
    }
}

fn has_unit(name: &str, unit: &str) -> bool {
    name.strip_suffix(unit).is_some_and(|stem| stem.ends_with('_'))
}

/// What follows a series in OpenMetrics: a value, perhaps a timestamp, perhaps an exemplar.
#[inline(always)]
fn open_metrics_value<'a>(cursor: &mut Cursor<'a>, series: RawSeries<'a>) -> Result<Sample<'a>, ParseError> {
    blank(cursor)?;
    let value = value(cursor)?;
    let timestamp_ms = seconds(cursor)?;
    let mut exemplar = None;
    if cursor.eat_text(" # ") {
        let labels = exemplar_labels(cursor)?;
        blank(cursor)?;
        exemplar = Some(Exemplar { labels, value: self::value(cursor)?, timestamp_ms: seconds(cursor)? });
    }
    if !cursor.eat(b'\n') {
        return Err(cursor.error("expected the end of the line"));
    }
    Ok(Sample { series, value, timestamp_ms, exemplar })
}

fn blank(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.eat(b' ') { Ok(()) } else { Err(cursor.error("expected a blank")) }
}

/// A timestamp in seconds behind a blank, if there is one.
#[inline]
fn seconds(cursor: &mut Cursor<'_>) -> Result<Option<i64>, ParseError> {
    if cursor.peek() != Some(b' ') || cursor.peek_second() == Some(b'#') {
        return Ok(None);
    }
    cursor.skip(1);
    let at = cursor.at();
    if let Some(decimal) = leading_decimal(cursor.rest()) {
        cursor.skip(decimal.length_bytes);
        return Ok(Some(to_millis(decimal.value)));
    }
    match parse_seconds(cursor.word()) {
        Some(timestamp_ms) => Ok(Some(timestamp_ms)),
        None => Err(cursor.error_at(at, "expected a timestamp in seconds")),
    }
}

#[inline]
fn value(cursor: &mut Cursor<'_>) -> Result<f64, ParseError> {
    match leading_decimal(cursor.rest()) {
        Some(decimal) => {
            cursor.skip(decimal.length_bytes);
            Ok(decimal.value)
        }
        None => long_value(cursor),
    }
}

#[inline(never)]
fn long_value(cursor: &mut Cursor<'_>) -> Result<f64, ParseError> {
    let at = cursor.at();
    match parse_value(cursor.word()) {
        Some(value) => Ok(value),
        None => Err(cursor.error_at(at, "expected a value: a number, +Inf, -Inf or NaN")),
    }
}

fn family_name<'a>(cursor: &mut Cursor<'a>) -> Result<Cow<'a, str>, ParseError> {
    let at = cursor.at();
    let name = if cursor.eat(b'"') {
        unescape(cursor.quoted()?, Escapes::Quoted)
    } else {
        Cow::Borrowed(cursor.metric_name())
    };
    if name.is_empty() { Err(cursor.error_at(at, "expected a metric's name")) } else { Ok(name) }
}
