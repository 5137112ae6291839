//! What a panel asks, and what it gets.

use p95_core::model::Labels;

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
    /// What the evaluator wants to be known.
    pub warnings: Vec<String>,
}

/// One series of an answer, column by column. A step without a value has no entry: a gap is a gap.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PanelSeries {
    /// The series' labels; empty for a scalar.
    pub labels: Labels,
    /// The times, ascending, in milliseconds since the Unix epoch.
    pub timestamps_ms: Vec<i64>,
    /// The value at each time.
    pub values: Vec<f64>,
    /// What the values are like; `None` where each of them is NaN.
    pub stats: Option<SeriesStats>,
}

/// What the values of a series are like, those that are NaN left out.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct SeriesStats {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The arithmetic mean over the steps that have a value.
    pub mean: f64,
}

impl SeriesStats {
    /// Of these values; `None` where none of them is a number.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let numbers = || values.iter().copied().filter(|value| !value.is_nan());
        let count = numbers().count();
        #[expect(clippy::cast_precision_loss, reason = "a chart has fewer than 2^53 steps")]
        let mean = numbers().sum::<f64>() / count as f64;
        let (min, max) = (numbers().reduce(f64::min)?, numbers().reduce(f64::max)?);
        Some(Self { min, max, mean })
    }
}

/// Why a query has no answer.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct QueryFailure {
    /// What is wrong, and what to write instead: one line.
    pub message: String,
    /// The place in the query's text, in bytes, where one is known.
    pub span: Option<p95_core::promql::ast::Span>,
}

impl std::fmt::Display for QueryFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stats_leave_out_what_is_no_number() {
        #[track_caller]
        fn check(values: &[f64], expect: Option<[f64; 3]>) {
            let stats = SeriesStats::of(values).map(|stats| [stats.min, stats.max, stats.mean]);
            assert_eq!(stats, expect, "{values:?}");
        }
        check(&[1.0, 4.0, 1.0], Some([1.0, 4.0, 2.0]));
        check(&[f64::NAN, -1.0], Some([-1.0, -1.0, -1.0]));
        check(&[1.0, f64::INFINITY], Some([1.0, f64::INFINITY, f64::INFINITY]));
        check(&[f64::NAN], None);
        check(&[], None);
    }
}
