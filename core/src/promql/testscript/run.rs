//! Runs a script.

use std::fmt;

use super::at_variants::{depends_on_query_range, with_fixed_times};
use super::compare::{Difference, Found, check_instant, check_matrix, check_vector};
use super::script::{Command, Eval, EvalTime, Expect, ExpectedResult, Pattern, Script, Steps};
use super::storage::Storage;
use crate::model::SampleValue;
use crate::promql::annotations::Annotation;
use crate::promql::ast::Expr;
use crate::promql::eval::{self, EngineOptions, EvalError, Evaluated, QueryValue};
use crate::promql::{ParseOptions, Position, parse};

/// What came of one evaluation.
///
/// ```
/// use p95_core::promql::testscript::{Failure, Script, run};
///
/// let script = Script::parse("load 1m\n  up 1\n\neval instant at 0 up\n  up 2\n")?;
/// let outcome = &run(&script)[0];
/// assert_eq!((outcome.line, outcome.expr.as_str(), outcome.expects_values), (4, "up", true));
/// assert!(matches!(outcome.failure, Some(Failure::Answer(_))));
/// # Ok::<(), p95_core::promql::testscript::ScriptError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The line of the evaluation, counted from 1.
    pub line: usize,
    /// The query.
    pub expr: String,
    /// Whether the expected result has a value, so that an engine which answers nothing could not satisfy it.
    pub expects_values: bool,
    /// `None` where all came as expected.
    pub failure: Option<Failure>,
}

/// How an evaluation did not go as expected.
///
/// ```
/// use p95_core::promql::testscript::{Failure, Script, run};
///
/// let script = Script::parse("load 1m\n  up 1\n\neval instant at 0 up\n  expect fail\n")?;
/// assert_eq!(run(&script)[0].failure, Some(Failure::NoError));
/// # Ok::<(), p95_core::promql::testscript::ScriptError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
    /// The query failed, or with another message than it should.
    Error(String),
    /// The query should have failed.
    NoError,
    /// A warning or remark is missing, or was not expected.
    Annotation(String),
    /// The answer is another one.
    Answer(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(message) => write!(f, "error: {message}"),
            Self::NoError => f.write_str("expected an error, got none"),
            Self::Annotation(message) | Self::Answer(message) => f.write_str(message),
        }
    }
}

/// Runs a script from the beginning, with all experimental syntax; one outcome for each evaluation.
///
/// An instant query is not only evaluated at its time. With its times fixed by `@` it must answer the same at other times,
/// and each of these as a step of a range query too.
///
/// [`Script`] has an example.
pub fn run(script: &Script) -> Vec<Outcome> {
    let mut storage = Storage::default();
    let mut outcomes = Vec::new();
    for command in &script.commands {
        match command {
            Command::Clear => storage = Storage::default(),
            Command::Load(load) => storage.load(load),
            Command::Eval(eval) => outcomes.push(Outcome {
                line: eval.line,
                expr: eval.expr.clone(),
                expects_values: eval.expect.fail.is_none() && eval.expect.result.is_non_empty(),
                failure: evaluate(eval, &storage).err(),
            }),
        }
    }
    outcomes
}

fn evaluate(eval: &Eval, storage: &Storage) -> Result<(), Failure> {
    let expr = match parse(&eval.expr, &ParseOptions::experimental()) {
        Ok(expr) => expr,
        Err(error) => return check_error(&eval.expect, error.message()),
    };
    let engine = Engine { storage, options: engine_options() };
    match eval.time {
        EvalTime::Range(steps) => {
            let Some(found) = check_success(eval, engine.range(&expr, steps))? else { return Ok(()) };
            let ExpectedResult::Series(expected) = &eval.expect.result else {
                return Err(Failure::Answer("a range query cannot yield a number or a string".to_owned()));
            };
            check_range_answer(steps, expected, &found)
        }
        EvalTime::Instant(at_ms) => {
            check_at(eval, &engine, &expr, at_ms)?;
            let Some(fixed) = with_fixed_times(&expr, at_ms) else { return Ok(()) };
            for other_ms in other_times_ms(at_ms) {
                check_at(eval, &engine, &fixed, other_ms).map_err(|failure| {
                    failure.within(&format!("with times fixed by @, evaluated at {other_ms} ms"))
                })?;
            }
            Ok(())
        }
    }
}

/// The times at which a query with fixed times is evaluated again, as Prometheus chooses them.
fn other_times_ms(at_ms: i64) -> Vec<i64> {
    if at_ms == 0 { vec![-1000, 0, 1000] } else { vec![-10 * at_ms, 0, at_ms / 5, at_ms, 10 * at_ms] }
}

/// Evaluates an instant query, and again as the middle step of a range query.
fn check_at(eval: &Eval, engine: &Engine<'_>, expr: &Expr, at_ms: i64) -> Result<(), Failure> {
    let Some(found) = check_success(eval, engine.instant(expr, at_ms))? else { return Ok(()) };
    check_instant(&eval.expect, &found.value)?;
    let fits_range = matches!(eval.expect.result, ExpectedResult::Scalar(_) | ExpectedResult::Series(_))
        && matches!(found.value, QueryValue::Scalar(_) | QueryValue::Vector(_));
    if !fits_range || depends_on_query_range(expr) {
        return Ok(());
    }
    let steps = Steps { start_ms: at_ms - 60_000, end_ms: at_ms + 60_000, step_ms: 60_000 };
    check_middle_step(eval, engine, expr, steps, at_ms)
        .map_err(|failure| failure.within("as a step of a range query"))
}

fn check_middle_step(
    eval: &Eval,
    engine: &Engine<'_>,
    expr: &Expr,
    steps: Steps,
    at_ms: i64,
) -> Result<(), Failure> {
    let found = engine.range(expr, steps).map_err(|error| Failure::Error(error.message))?;
    let QueryValue::Matrix(series) = &found.value else {
        return Err(Failure::Answer("expected a range vector".to_owned()));
    };
    let mut vector = Found::new();
    for series in series {
        let floats = series.samples.floats.iter().map(|s| (s.timestamp_ms, SampleValue::Float(s.value)));
        let histograms = series.samples.histograms.iter();
        let histograms = histograms.map(|s| (s.timestamp_ms, SampleValue::Histogram(s.histogram.clone())));
        let at_time = floats.chain(histograms).find(|(timestamp_ms, _)| *timestamp_ms == at_ms);
        vector.extend(at_time.map(|(_, value)| (series.labels.clone(), value)));
    }
    match &eval.expect.result {
        // A range query is sorted by labels, whatever the instant query's order.
        ExpectedResult::Series(expected) => Ok(check_vector(expected, &vector, false)?),
        ExpectedResult::Scalar(_) => match vector.as_slice() {
            [(_, SampleValue::Float(value))] => {
                let sample = crate::model::FloatSample { timestamp_ms: at_ms, value: *value };
                Ok(check_instant(&eval.expect, &QueryValue::Scalar(sample))?)
            }
            _ => Err(Failure::Answer(format!("expected a number, got {} series", vector.len()))),
        },
        ExpectedResult::String(_) | ExpectedResult::RangeVector(..) => Ok(()),
    }
}

fn check_range_answer(
    steps: Steps,
    expected: &[super::script::ExpectedSeries],
    found: &Evaluated,
) -> Result<(), Failure> {
    let QueryValue::Matrix(found) = &found.value else {
        return Err(Failure::Answer("expected a range vector".to_owned()));
    };
    Ok(check_matrix(steps, expected, found)?)
}

/// Checks whether a query failed as it should; where it was to succeed and did, also what it said besides.
fn check_success(eval: &Eval, result: Result<Evaluated, EvalError>) -> Result<Option<Evaluated>, Failure> {
    match result {
        Err(error) => check_error(&eval.expect, &error.message).map(|()| None),
        Ok(_) if eval.expect.fail.is_some() => Err(Failure::NoError),
        Ok(found) => {
            check_annotations(eval, &found)?;
            Ok(Some(found))
        }
    }
}

fn check_error(expect: &Expect, message: &str) -> Result<(), Failure> {
    match &expect.fail {
        Some(pattern) if pattern.matches(message) => Ok(()),
        Some(pattern) => Err(Failure::Error(format!("expected an error {pattern}, got {message:?}"))),
        None => Err(Failure::Error(message.to_owned())),
    }
}

fn check_annotations(eval: &Eval, found: &Evaluated) -> Result<(), Failure> {
    let shown = |annotation: &Annotation| {
        format!("{annotation} ({})", Position::in_text(&eval.expr, annotation.span.0))
    };
    let warnings: Vec<_> = found.annotations.warnings().map(shown).collect();
    let infos: Vec<_> = found.annotations.infos().map(shown).collect();
    check_messages("warning", &eval.expect.warnings, eval.expect.no_warnings, &warnings)?;
    check_messages("remark", &eval.expect.infos, eval.expect.no_infos, &infos)
}

/// Each expected message must have come; and where any was expected, no other.
fn check_messages(
    kind: &str,
    expected: &[Pattern],
    expects_none: bool,
    found: &[String],
) -> Result<(), Failure> {
    if let Some(missing) =
        expected.iter().find(|pattern| !found.iter().any(|message| pattern.matches(message)))
    {
        return Err(Failure::Annotation(format!("expected a {kind} {missing}, got {found:?}")));
    }
    let is_unexpected = |message: &&String| {
        expects_none || (!expected.is_empty() && !expected.iter().any(|pattern| pattern.matches(message)))
    };
    match found.iter().find(is_unexpected) {
        Some(message) => Err(Failure::Annotation(format!("expected no such {kind}, got {message:?}"))),
        None => Ok(()),
    }
}

impl Failure {
    fn within(self, place: &str) -> Self {
        match self {
            Self::Error(message) => Self::Error(format!("{message} ({place})")),
            Self::Annotation(message) => Self::Annotation(format!("{message} ({place})")),
            Self::Answer(message) => Self::Answer(format!("{message} ({place})")),
            Self::NoError => Self::NoError,
        }
    }
}

impl From<Difference> for Failure {
    fn from(difference: Difference) -> Self {
        Self::Answer(difference.to_string())
    }
}

/// The engine as scripts expect it.
struct Engine<'s> {
    storage: &'s Storage,
    options: EngineOptions,
}

impl Engine<'_> {
    fn instant(&self, expr: &Expr, at_ms: i64) -> Result<Evaluated, EvalError> {
        eval::instant(self.storage, expr, at_ms, &self.options)
    }

    fn range(&self, expr: &Expr, steps: Steps) -> Result<Evaluated, EvalError> {
        eval::range(self.storage, expr, steps.start_ms, steps.end_ms, steps.step_ms, &self.options)
    }
}

fn engine_options() -> EngineOptions {
    EngineOptions { delayed_name_removal: true, use_start_timestamps: true, ..EngineOptions::default() }
}
