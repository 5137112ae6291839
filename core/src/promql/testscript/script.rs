//! A script, read.

use regex::Regex;

use crate::model::{Labels, SampleValue};

/// A script, read: commands that run one after the other.
///
/// ```
/// use p95_core::promql::testscript::{Script, run};
///
/// let script = Script::parse("load 1m\n  hits 0+10x5\n\neval instant at 5m sum(hits)\n  {} 50\n")?;
/// let outcomes = run(&script);
/// assert_eq!((outcomes.len(), outcomes[0].failure.is_none()), (1, true));
/// # Ok::<(), p95_core::promql::testscript::ScriptError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) commands: Vec<Command>,
}

/// What is wrong with a script.
///
/// ```
/// use p95_core::promql::testscript::Script;
///
/// let error = Script::parse("clear\nunload 1m\n").unwrap_err();
/// assert_eq!(error.to_string(), "line 2: unknown command \"unload\"");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ScriptError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    /// Forget all series.
    Clear,
    /// Add samples.
    Load(Load),
    /// Evaluate a query.
    Eval(Box<Eval>),
}

#[derive(Clone, Debug)]
pub(super) struct Load {
    pub(super) step_ms: i64,
    pub(super) series: Vec<LoadedSeries>,
    /// Whether classic histograms are stored as native ones with custom buckets too.
    pub(super) with_custom_buckets: bool,
}

/// One value a step, from time 0 on.
#[derive(Clone, Debug)]
pub(super) struct LoadedSeries {
    pub(super) labels: Labels,
    pub(super) values: Vec<Option<SampleValue>>,
    /// One start time a step, relative to the sample's time; empty where none is given.
    pub(super) starts_ms: Vec<Option<i64>>,
}

#[derive(Clone, Debug)]
pub(super) struct Eval {
    /// The line, counted from 1.
    pub(super) line: usize,
    pub(super) expr: String,
    pub(super) time: EvalTime,
    pub(super) expect: Expect,
}

/// When a query is evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) enum EvalTime {
    Instant(i64),
    Range(Steps),
}

/// `start_ms`, `start_ms + step_ms`, … up to `end_ms`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    pub(super) start_ms: i64,
    pub(super) end_ms: i64,
    pub(super) step_ms: i64,
}

/// What a query must answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Expect {
    /// `None`: it must succeed. Otherwise it must fail with a fitting message.
    pub(super) fail: Option<Pattern>,
    pub(super) ordered: bool,
    pub(super) warnings: Vec<Pattern>,
    pub(super) infos: Vec<Pattern>,
    pub(super) no_warnings: bool,
    pub(super) no_infos: bool,
    pub(super) result: ExpectedResult,
}

#[derive(Clone, Debug)]
pub(super) enum ExpectedResult {
    Scalar(f64),
    String(String),
    /// One series a line, in the script's order: one value for an instant query, one a step for a range query.
    Series(Vec<ExpectedSeries>),
    /// An instant query that yields a range vector, with one value a step.
    RangeVector(Steps, Vec<ExpectedSeries>),
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) value: SampleValue,
    /// Whether the hint of a histogram is written out, so that it matters.
    pub(super) names_hint: bool,
}

#[derive(Clone, Debug)]
pub(super) struct ExpectedSeries {
    pub(super) labels: Labels,
    pub(super) values: Vec<Option<Written>>,
}

impl Default for ExpectedResult {
    fn default() -> Self {
        Self::Series(Vec::new())
    }
}

impl ExpectedResult {
    /// Whether an engine that answers nothing could not satisfy it.
    pub(super) fn is_non_empty(&self) -> bool {
        match self {
            Self::Scalar(_) => true,
            Self::String(text) => !text.is_empty(),
            Self::Series(series) | Self::RangeVector(_, series) => {
                series.iter().any(|series| series.values.iter().any(Option::is_some))
            }
        }
    }
}

/// What a message must look like.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Any,
    Exact(String),
    Regex(Regex),
}

impl Pattern {
    pub(super) fn matches(&self, message: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(expected) => expected == message,
            Self::Regex(regex) => regex.is_match(message),
        }
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("of any text"),
            Self::Exact(expected) => write!(f, "{expected:?}"),
            Self::Regex(regex) => write!(f, "matching {:?}", regex.as_str()),
        }
    }
}
