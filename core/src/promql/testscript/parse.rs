//! Reads a script line by line.

use std::iter::Peekable;

use regex::Regex;

use super::notation::{is_start_line, parse_series, parse_start_line};
use super::script::{
    Command, Eval, EvalTime, Expect, ExpectedResult, ExpectedSeries, Load, LoadedSeries, Pattern, Script,
    ScriptError, Steps,
};
use crate::model::Labels;
use crate::model::duration::parse_duration_ms;
use crate::promql::lex::{Lexer, TokenKind};

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// At the first line that is no part of one.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut lines = Lines { lines: numbered_lines(text).peekable() };
        let mut commands = Vec::new();
        while let Some(line) = lines.lines.next() {
            let keyword = line.text.split([' ', '\t']).next().unwrap_or_default().to_ascii_lowercase();
            match keyword.as_str() {
                "" => {}
                "clear" => commands.push(Command::Clear),
                "load" | "load_with_nhcb" => {
                    let load = parse_load(line, &mut lines, keyword == "load_with_nhcb")?;
                    commands.push(Command::Load(load));
                }
                _ if keyword.starts_with("eval") => {
                    commands.push(Command::Eval(Box::new(parse_eval(line, &keyword, &mut lines)?)));
                }
                _ => return Err(line.error(format!("unknown command {keyword:?}"))),
            }
        }
        Ok(Self { commands })
    }
}

/// A trimmed line; a comment counts as blank.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    number: usize,
}

impl Line<'_> {
    fn error(self, message: impl Into<String>) -> ScriptError {
        ScriptError { line: self.number, message: message.into() }
    }

    fn duration_ms(self, text: &str) -> Result<i64, ScriptError> {
        parse_duration_ms(text).ok_or_else(|| self.error(format!("{text:?} is no duration")))
    }
}

fn numbered_lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().enumerate().map(|(index, line)| {
        let line = line.trim();
        Line { text: if line.starts_with('#') { "" } else { line }, number: index + 1 }
    })
}

struct Lines<'t, I: Iterator<Item = Line<'t>>> {
    lines: Peekable<I>,
}

impl<'t, I: Iterator<Item = Line<'t>>> Lines<'t, I> {
    /// The next line of the block, which a blank one ends.
    fn next_in_block(&mut self) -> Option<Line<'t>> {
        self.lines.next_if(|line| !line.text.is_empty())
    }
}

fn parse_load<'t>(
    line: Line<'t>,
    lines: &mut Lines<'t, impl Iterator<Item = Line<'t>>>,
    with_custom_buckets: bool,
) -> Result<Load, ScriptError> {
    let step = line.text.split_once([' ', '\t']).map_or("", |(_, step)| step.trim());
    let mut load = Load { step_ms: line.duration_ms(step)?, series: Vec::new(), with_custom_buckets };
    let mut default_starts_ms = Vec::new();
    let mut pending: Option<(Line<'_>, Labels, Vec<Option<i64>>)> = None;
    while let Some(line) = lines.next_in_block() {
        if is_start_line(line.text) {
            let (labels, starts_ms) =
                parse_start_line(line.text).map_err(|error| line.error(error.to_string()))?;
            match labels {
                Some(labels) => pending = Some((line, labels, starts_ms)),
                None => default_starts_ms = starts_ms,
            }
            continue;
        }
        let (labels, values) = parse_series(line.text).map_err(|error| line.error(error.to_string()))?;
        let starts_ms = match pending.take() {
            Some((start_line, start_labels, starts_ms)) => {
                if start_labels != labels || starts_ms.len() != values.len() {
                    return Err(start_line.error("start times must belong to the series of the next line"));
                }
                starts_ms
            }
            None => default_starts_ms.iter().copied().cycle().take(values.len()).collect(),
        };
        let values = values.into_iter().map(|written| Some(written?.value)).collect();
        load.series.push(LoadedSeries { labels, values, starts_ms });
    }
    match pending {
        Some((line, ..)) => Err(line.error("start times must stand before a series")),
        None => Ok(load),
    }
}

fn parse_eval<'t>(
    line: Line<'t>,
    keyword: &str,
    lines: &mut Lines<'t, impl Iterator<Item = Line<'t>>>,
) -> Result<Eval, ScriptError> {
    let mut eval = parse_eval_line(line)?;
    match keyword {
        "eval" => {}
        "eval_fail" => eval.expect.fail = Some(Pattern::Any),
        "eval_ordered" => eval.expect.ordered = true,
        "eval_warn" => eval.expect.warnings.push(Pattern::Any),
        "eval_info" => eval.expect.infos.push(Pattern::Any),
        _ => return Err(line.error(format!("unknown command {keyword:?}"))),
    }
    let mut series: Vec<ExpectedSeries> = Vec::new();
    let mut steps = None;
    while let Some(line) = lines.next_in_block() {
        if let Some(expectation) = line.text.strip_prefix("expect ") {
            if let Some(range) = expectation.trim_start().strip_prefix("range vector ") {
                steps = Some(parse_steps(line, range)?.0);
            } else {
                parse_expect(line, expectation.trim_start(), &mut eval.expect)?;
            }
        } else if let Some(message) = line.text.strip_prefix("expected_fail_message ") {
            eval.expect.fail = Some(Pattern::Exact(message.trim().to_owned()));
        } else if let Some(pattern) = line.text.strip_prefix("expected_fail_regexp ") {
            eval.expect.fail = Some(Pattern::Regex(parse_regex(line, pattern)?));
        } else if let Some(number) = parse_scalar(line.text) {
            eval.expect.result = ExpectedResult::Scalar(number);
        } else {
            let (labels, values) = parse_series(line.text).map_err(|error| line.error(error.to_string()))?;
            if values.len() > 1 && steps.is_none() && matches!(eval.time, EvalTime::Instant(_)) {
                return Err(line.error("an instant query has one value a series"));
            }
            series.retain(|known| known.labels != labels);
            series.push(ExpectedSeries { labels, values });
        }
    }
    if let Some(steps) = steps {
        // The range vector's end says when the query runs.
        eval.time = EvalTime::Instant(steps.end_ms);
        eval.expect.result = ExpectedResult::RangeVector(steps, series);
    } else if !series.is_empty() {
        eval.expect.result = ExpectedResult::Series(series);
    }
    Ok(eval)
}

/// `eval instant at T Q` or `eval range from A to B step S Q`.
fn parse_eval_line(line: Line<'_>) -> Result<Eval, ScriptError> {
    let (_, rest) = split_word(line.text);
    let (kind, rest) = split_word(rest);
    let (time, expr) = match kind {
        "instant" => {
            let (at, expr) = split_word(rest.strip_prefix("at ").unwrap_or(rest).trim_start());
            (EvalTime::Instant(line.duration_ms(at)?), expr)
        }
        "range" => {
            let (steps, expr) = parse_steps(line, rest)?;
            (EvalTime::Range(steps), expr)
        }
        _ => return Err(line.error("expected `instant at T query` or `range from A to B step S query`")),
    };
    Ok(Eval { line: line.number, expr: expr.to_owned(), time, expect: Expect::default() })
}

/// `from A to B step S`, and what comes behind.
fn parse_steps<'t>(line: Line<'t>, text: &'t str) -> Result<(Steps, &'t str), ScriptError> {
    let mut rest = text;
    let mut next_ms = |keyword: &str| {
        let (word, after) = split_word(rest);
        if word != keyword {
            return Err(line.error(format!("expected {keyword}, found {word:?}")));
        }
        let (duration, after) = split_word(after);
        rest = after;
        line.duration_ms(duration)
    };
    let (start_ms, end_ms, step_ms) = (next_ms("from")?, next_ms("to")?, next_ms("step")?);
    Ok((Steps { start_ms, end_ms, step_ms }, rest))
}

fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// What stands behind `expect `.
fn parse_expect(line: Line<'_>, text: &str, expect: &mut Expect) -> Result<(), ScriptError> {
    let (kind, rest) = split_word(text);
    if kind == "string" {
        let mut lexer = Lexer::new(rest);
        let Ok(TokenKind::String(value)) = lexer.next_token().map(|token| token.kind) else {
            return Err(line.error("expected a string in quotes"));
        };
        expect.result = ExpectedResult::String(value);
        return Ok(());
    }
    let pattern = if let Some(message) = rest.strip_prefix("msg:") {
        Pattern::Exact(message.trim().to_owned())
    } else if let Some(pattern) = rest.strip_prefix("regex:") {
        Pattern::Regex(parse_regex(line, pattern)?)
    } else if rest.is_empty() {
        Pattern::Any
    } else {
        return Err(line.error("expected msg: or regex:"));
    };
    match kind {
        "fail" => expect.fail = Some(pattern),
        "ordered" => expect.ordered = true,
        "warn" => expect.warnings.push(pattern),
        "info" => expect.infos.push(pattern),
        "no_warn" => expect.no_warnings = true,
        "no_info" => expect.no_infos = true,
        _ => return Err(line.error(format!("unknown expectation {kind:?}"))),
    }
    Ok(())
}

fn parse_regex(line: Line<'_>, pattern: &str) -> Result<Regex, ScriptError> {
    Regex::new(pattern.trim()).map_err(|error| line.error(error.to_string()))
}

/// A line that is one number.
fn parse_scalar(text: &str) -> Option<f64> {
    text.parse().ok()
}
