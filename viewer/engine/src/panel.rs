//! What a panel asks, and what it gets.

use p95_core::model::Labels;

use crate::SeriesStats;

/// What a panel asks.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PanelQuery {
    /// The panel's name; its result carries the same.
    pub id: String,
    /// The PromQL expressions.
    pub exprs: Vec<String>,
    /// At which times they are evaluated.
    pub mode: PanelMode,
    /// The last time, in milliseconds since the Unix epoch. `None` follows the newest scrape.
    pub end_ms: Option<i64>,
    /// The most series that an answer carries; the rest are counted.
    pub max_series: usize,
    /// What is made of the series.
    #[serde(default)]
    pub form: AnswerForm,
}

/// What is made of the series of an answer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerForm {
    /// They stay as they are.
    #[default]
    Series,
    /// They are the cumulative buckets of a histogram; the answer has what falls into each bucket alone, by ascending `le`.
    Buckets,
}

/// At which times a panel's expressions are evaluated.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PanelMode {
    /// At one time: a value for each series.
    Instant,
    /// At each step of a range.
    Range {
        /// The length of the range, in milliseconds.
        range_ms: i64,
        /// The most steps; the step is a round multiple of the interval, and steps lie at absolute multiples of it.
        max_points: usize,
    },
}

/// What a panel gets.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PanelResult {
    /// The panel's name.
    pub id: String,
    /// The first time at which the expressions were evaluated, in milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// The last time, which is the first for [`PanelMode::Instant`].
    pub end_ms: i64,
    /// The time between two steps, in milliseconds.
    pub step_ms: i64,
    /// An answer for each expression, in the panel's order.
    pub answers: Vec<Result<PanelAnswer, QueryFailure>>,
}

/// The answer to one expression.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PanelAnswer {
    /// The series, at most as many as the panel asked for.
    pub series: Vec<PanelSeries>,
    /// How many series there are in all.
    pub series_total: usize,
    /// Why it may be incomplete or dubious, as who answered says.
    pub warnings: Vec<String>,
}

/// One series of an answer, column by column. A step without a value has no entry: a gap is a gap.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PanelSeries {
    /// The series' labels; empty for a scalar.
    pub labels: Labels,
    /// The times, ascending, in milliseconds since the Unix epoch; a step apart or more, but for the last one.
    pub timestamps_ms: Vec<i64>,
    /// The value at each time.
    pub values: Vec<f64>,
    /// What the values are like; `None` where each of them is NaN.
    pub stats: Option<SeriesStats>,
}

/// Why a query has no answer.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct QueryFailure {
    /// What kind of failure it is.
    #[serde(default)]
    pub kind: QueryFailureKind,
    /// What is wrong, and what to write instead: one line.
    pub message: String,
    /// The place in the query's text, in bytes, where one is known.
    pub span: Option<p95_core::promql::ast::Span>,
}

/// Why a query has no answer, in kinds.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryFailureKind {
    /// The query has a mistake.
    Query,
    /// The data do not fit the query, or it costs more than it may.
    #[default]
    Execution,
    /// It took longer than it may.
    TimedOut,
    /// Nobody waits for the answer.
    Cancelled,
    /// What answers queries does not answer.
    Unavailable,
}

impl std::fmt::Display for QueryFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
