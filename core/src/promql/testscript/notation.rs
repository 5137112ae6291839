//! The notation of series: `name{labels} 1 2+3x2 _ stale {{schema:1 …}}`.

use super::histogram::{WrittenHistogram, parse_histogram};
use super::script::Written;
use crate::model::duration::parse_duration_ms;
use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, LabelsBuilder, STALE_NAN, SampleValue};
use crate::promql::lex::{Lexer, TokenKind};

/// A series and its values; or what is wrong.
pub(super) fn parse_series(text: &str) -> Result<(Labels, Vec<Option<Written>>), NotationError> {
    let (labels, values) = parse_labels(text)?;
    let mut list = Vec::new();
    let mut rest = values.trim_start();
    while !rest.is_empty() {
        rest = parse_item(rest, &mut list)?.trim_start();
    }
    Ok((labels, list))
}

/// Whether a line gives the start times of the series on the next line: its first word ends in `@st`.
pub(super) fn is_start_line(text: &str) -> bool {
    text.split([' ', '\t']).next().is_some_and(|word| word.ends_with("@st"))
}

/// A line of start times, relative to the samples': its series, or `None` where they hold for all that follow.
pub(super) fn parse_start_line(text: &str) -> Result<(Option<Labels>, Vec<Option<i64>>), NotationError> {
    let (series, starts) = text.split_once("@st").ok_or_else(|| NotationError::at("no @st", text))?;
    let labels = if series.is_empty() { None } else { Some(parse_labels(series)?.0) };
    let mut list = Vec::new();
    for item in starts.split_whitespace() {
        parse_start_item(item, &mut list)?;
    }
    Ok((labels, list))
}

/// What is wrong with the notation of a series.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}: {text:?}")]
pub(super) struct NotationError {
    reason: String,
    text: String,
}

impl NotationError {
    pub(super) fn at(reason: &str, text: &str) -> Self {
        Self { reason: reason.to_owned(), text: text.to_owned() }
    }
}

/// A series, and the text behind it.
fn parse_labels(text: &str) -> Result<(Labels, &str), NotationError> {
    let wrong = || NotationError::at("expected a series such as up{job=\"a\"}", text);
    let mut lexer = Lexer::new(text);
    let mut next = || lexer.next_token().map(|token| token.kind).map_err(|_| wrong());
    let mut labels = LabelsBuilder::default();
    if !text.starts_with('{') {
        let TokenKind::Identifier(name) = next()? else { return Err(wrong()) };
        labels.set(METRIC_NAME, &name);
        if !text.get(name.len()..).is_some_and(|rest| rest.starts_with('{')) {
            return Ok((labels.build(), text.get(name.len()..).unwrap_or_default()));
        }
    }
    if next()? != TokenKind::LeftBrace {
        return Err(wrong());
    }
    loop {
        let (name, is_quoted) = match next()? {
            TokenKind::RightBrace => break,
            TokenKind::Comma => continue,
            TokenKind::Identifier(name) => (name, false),
            TokenKind::String(name) => (name, true),
            _ => return Err(wrong()),
        };
        match next()? {
            TokenKind::Assign => {
                let TokenKind::String(value) = next()? else { return Err(wrong()) };
                labels.set(&name, &value);
            }
            after @ (TokenKind::Comma | TokenKind::RightBrace) if is_quoted => {
                labels.set(METRIC_NAME, &name);
                if after == TokenKind::RightBrace {
                    break;
                }
            }
            _ => return Err(wrong()),
        }
    }
    let rest = lexer.rest();
    Ok((labels.build(), rest))
}

/// Reads one item and appends its values; returns the text behind it.
fn parse_item<'t>(text: &'t str, list: &mut Vec<Option<Written>>) -> Result<&'t str, NotationError> {
    if let Some(rest) = text.strip_prefix('_') {
        let (times, rest) = parse_times(rest)?;
        list.extend(std::iter::repeat_n(None, times.unwrap_or(1)));
        return Ok(rest);
    }
    let (base, rest) = parse_value(text)?;
    let is_sum = match rest.bytes().next() {
        Some(b'+') => true,
        Some(b'-') => false,
        _ => {
            let (times, rest) = parse_times(rest)?;
            list.extend(std::iter::repeat_n(Some(base), times.map_or(1, |times| times + 1)));
            return Ok(rest);
        }
    };
    let (step, rest) = parse_value(rest.get(1..).unwrap_or_default())?;
    let (Some(times), rest) = parse_times(rest)? else {
        return Err(NotationError::at("expected xN behind the step", text));
    };
    // Summed up step by step, as Prometheus does it.
    let mut written = base;
    list.push(Some(written.clone()));
    for _ in 0..times {
        written.value = next_value(&written.value, &step.value, is_sum)
            .ok_or_else(|| NotationError::at("the step is of another kind, or has other buckets", text))?;
        list.push(Some(written.clone()));
    }
    Ok(rest)
}

fn next_value(value: &SampleValue, step: &SampleValue, is_sum: bool) -> Option<SampleValue> {
    Some(match (value, step) {
        (SampleValue::Float(value), SampleValue::Float(step)) => {
            SampleValue::Float(if is_sum { value + step } else { value - step })
        }
        (SampleValue::Histogram(value), SampleValue::Histogram(step)) => {
            let next = if is_sum { value.plus(step) } else { value.minus(step) };
            next.ok()?.0.into()
        }
        _ => return None,
    })
}

/// `xN`, if it comes next.
fn parse_times(text: &str) -> Result<(Option<usize>, &str), NotationError> {
    let Some(rest) = text.strip_prefix('x') else {
        return if text.is_empty() || text.starts_with([' ', '\t']) {
            Ok((None, text))
        } else {
            Err(NotationError::at("expected a blank behind a value", text))
        };
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits).unwrap_or((rest, ""));
    match number.parse::<usize>() {
        Ok(times) if times <= MAX_TIMES => Ok((Some(times), rest)),
        _ => Err(NotationError::at("expected a number of repetitions below a million", text)),
    }
}

/// The most repetitions that one item may ask for.
const MAX_TIMES: usize = 1_000_000;

/// A number, `stale` or a histogram, and the text behind it.
fn parse_value(text: &str) -> Result<(Written, &str), NotationError> {
    if text.starts_with("{{") {
        let (WrittenHistogram { histogram, names_hint }, rest) = parse_histogram(text)?;
        return Ok((Written { value: histogram.into(), names_hint }, rest));
    }
    let float = |value: f64| Written { value: SampleValue::Float(value), names_hint: false };
    if let Some(rest) = text.strip_prefix("stale") {
        return Ok((float(STALE_NAN), rest));
    }
    let length = number_length(text);
    let (number, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    let number = number.parse().map_err(|_| NotationError::at("expected a value", text))?;
    Ok((float(number), rest))
}

/// How many bytes belong to the number at the beginning of `text`. There is no hexadecimal: `0x3` is three more zeros.
fn number_length(text: &str) -> usize {
    let unsigned = text.trim_start_matches(['+', '-']);
    let sign = text.len() - unsigned.len();
    let lower = unsigned.get(..3).map(str::to_ascii_lowercase);
    if matches!(lower.as_deref(), Some("inf" | "nan")) {
        return sign + 3;
    }
    let mut previous = 0_u8;
    let is_part = |b: u8| {
        let belongs = b.is_ascii_digit()
            || matches!(b, b'.' | b'e' | b'E')
            || (matches!(b, b'+' | b'-') && matches!(previous, b'e' | b'E'));
        previous = b;
        belongs
    };
    sign + unsigned.bytes().map(is_part).take_while(|belongs| *belongs).count()
}

/// One item of start times: `_`, `_x3`, `-1m`, `-1mx2`, `-30s-1mx2`.
fn parse_start_item(item: &str, list: &mut Vec<Option<i64>>) -> Result<(), NotationError> {
    if let Some(rest) = item.strip_prefix('_') {
        let times = parse_times(rest)?.0.unwrap_or(1);
        list.extend(std::iter::repeat_n(None, times));
        return Ok(());
    }
    let (mut start_ms, rest) = parse_signed_duration(item)?;
    let (step_ms, rest) = match rest.bytes().next() {
        Some(b'+' | b'-') => parse_signed_duration(rest)?,
        _ => (0, rest),
    };
    let times = parse_times(rest)?.0.unwrap_or(0);
    for _ in 0..=times {
        list.push(Some(start_ms));
        start_ms += step_ms;
    }
    Ok(())
}

fn parse_signed_duration(text: &str) -> Result<(i64, &str), NotationError> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let length = unsigned.bytes().take_while(|b| b.is_ascii_alphanumeric() && *b != b'x').count();
    let (duration, rest) = unsigned.split_at_checked(length).unwrap_or((unsigned, ""));
    let duration_ms =
        parse_duration_ms(duration).ok_or_else(|| NotationError::at("expected a duration", text))?;
    Ok((if text.starts_with('-') { -duration_ms } else { duration_ms }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[Option<Written>]) -> String {
        let show = |written: &Option<Written>| match written.as_ref().map(|written| &written.value) {
            None => "_".to_owned(),
            Some(SampleValue::Float(number)) if crate::model::is_stale(*number) => "stale".to_owned(),
            Some(SampleValue::Float(number)) => number.to_string(),
            Some(SampleValue::Histogram(histogram)) => format!("count {}", histogram.count),
        };
        values.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn series() {
        #[track_caller]
        fn check(text: &str, labels: &str, values: &str) {
            let (found_labels, found_values) = parse_series(text).unwrap();
            assert_eq!(
                (found_labels.to_string(), shown(&found_values)),
                (labels.to_owned(), values.to_owned())
            );
        }
        check("up 1 2", "up", "1 2");
        check("up\t1", "up", "1");
        check("up{} -1.5e-1", "up", "-0.15");
        check("{a=\"b\"} 0x2 1x1", "{a=\"b\"}", "0 0 0 1 1");
        check("a:b{c='d',} 1+2x2 5-1x2", "a:b{c=\"d\"}", "1 3 5 5 4 3");
        check("{\"a.b\", c=\"d\"} _ _x2 stale", "{\"a.b\", c=\"d\"}", "_ _ _ stale");
        check("m Inf -Inf NaN +infx1", "m", "inf -inf NaN inf inf");
        check("m 1e3+1e-1x1 -2--1x1", "m", "1000 1000.1 -2 -1");
        check("m {{count:1}} {{count:2}}+{{count:3}}x2", "m", "count 1 count 2 count 5 count 8");
        check("m", "m", "");
    }

    #[test]
    fn mistakes() {
        for text in ["m 1y", "m 1+2", "m {{", "m{a=b} 1", "1 2", "m 1x", "m x", "m 1x9999999999"] {
            assert!(parse_series(text).is_err(), "{text}");
        }
    }

    #[test]
    fn start_times() {
        #[track_caller]
        fn check(text: &str, expect: &[Option<i64>]) {
            assert!(is_start_line(text));
            assert_eq!(parse_start_line(text).unwrap().1, expect, "{text}");
        }
        check("m@st _ -30s", &[None, Some(-30_000)]);
        check("m{a=\"b\"}@st _x2 -1mx1", &[None, None, Some(-60_000), Some(-60_000)]);
        check("@st -30s-1mx2 0s", &[Some(-30_000), Some(-90_000), Some(-150_000), Some(0)]);
        check("m@st 0-1mx1", &[Some(0), Some(-60_000)]);
        assert!(!is_start_line("m{a=\"x @st\"} 1"));
    }
}
