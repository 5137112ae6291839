//! Evaluation: a syntax tree and a source of series to an answer.
//!
//! A query is evaluated node by node, each over all its steps at once: what a node costs per series is paid once, not once a
//! step.

mod aggregate;
mod binary;
mod choose;
mod cost;
mod element;
mod error;
mod evaluator;
mod grid;
mod group;
mod interrupt;
mod matching;
mod names;
mod options;
mod range;
mod select;
mod series;
mod sets;
mod smoothed;
#[cfg(test)]
mod tests;
mod value;
mod window;

use crate::model::{FloatSample, Labels, SampleValue};

use super::ast::{Expr, ExprKind, Span};
use super::select::Select;

pub use error::{EvalError, EvalErrorKind};
pub(crate) use evaluator::Evaluator;
pub(crate) use grid::Grid;
pub use options::EngineOptions;
pub(crate) use select::{InfoSeries, SampleTime};
pub(crate) use series::{ABSENT, GridSeries, GridValue, is_absent};
pub(crate) use smoothed::{interpolated, interpolated_histogram};
pub use value::{Evaluated, MatrixSeries, QueryValue, VectorSample};
pub(crate) use window::{Remarks, Window};

/// Evaluates `expr` at one time, in milliseconds since the Unix epoch.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::promql::eval::{EngineOptions, QueryValue, instant};
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let up = store.series_for(&Labels::from_pairs([("__name__", "up"), ("job", "shop")]));
/// store.append(up, 1_000, 1.0);
/// let query = parse("up + 1", &ParseOptions::default())?;
/// let QueryValue::Vector(series) = instant(&store, &query, 2_000, &EngineOptions::default())?.value else {
///     unreachable!()
/// };
/// assert_eq!((series[0].labels.to_string().as_str(), series[0].sample.value), (r#"{job="shop"}"#, 2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the data do not fit the query, or it costs more than `options` allow.
pub fn instant(
    source: &dyn Select,
    expr: &Expr,
    at_ms: i64,
    options: &EngineOptions,
) -> Result<Evaluated, EvalError> {
    let grid = Grid::instant(at_ms);
    let mut evaluator = Evaluator::new(source, options, grid, at_ms);
    evaluator.check_cost(expr, grid)?;
    if let ExprKind::Matrix(_) | ExprKind::Subquery(_) = unwrapped(expr).kind {
        let series = evaluator.matrix(unwrapped(expr))?;
        return Ok(Evaluated {
            value: QueryValue::Matrix(series),
            annotations: evaluator.into_annotations(),
        });
    }
    let value = match evaluator.eval(expr)? {
        GridValue::Scalar(values) => {
            let value = values.first().copied().unwrap_or(f64::NAN);
            QueryValue::Scalar(FloatSample { timestamp_ms: at_ms, value })
        }
        GridValue::String(text) => QueryValue::String(text),
        GridValue::Vector(series) => {
            let series = evaluator.with_names_settled(series);
            evaluator.check_unique(&series, expr.span)?;
            QueryValue::Vector(series.into_iter().filter_map(|series| at_only_step(series, at_ms)).collect())
        }
    };
    Ok(Evaluated { value, annotations: evaluator.into_annotations() })
}

/// Evaluates `expr` at `start_ms` and every `step_ms` after it up to `end_ms`, in milliseconds (since the Unix epoch).
///
/// The answer is a [`QueryValue::Matrix`], also for a number.
///
/// ```
/// use p95_core::promql::eval::{EngineOptions, QueryValue, range};
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::store::Store;
///
/// let query = parse("time() * 2", &ParseOptions::default())?;
/// let answer = range(&Store::default(), &query, 0, 2_500, 1_000, &EngineOptions::default())?;
/// let QueryValue::Matrix(series) = answer.value else { unreachable!() };
/// let values = series[0].samples.floats.iter().map(|sample| sample.value);
/// assert_eq!(Vec::from_iter(values), [0.0, 2.0, 4.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the range is empty, where `expr` is a text or a range vector, where the data do not fit the query, or where it
/// costs more than `options` allow.
pub fn range(
    source: &dyn Select,
    expr: &Expr,
    start_ms: i64,
    end_ms: i64,
    step_ms: i64,
    options: &EngineOptions,
) -> Result<Evaluated, EvalError> {
    let Some(grid) = Grid::range(start_ms, end_ms, step_ms) else {
        return Err(EvalError::execution(
            Span::default(),
            "expected a positive step, and an end not before the start",
        ));
    };
    if grid.count > options.max_steps {
        let (count, limit) = (grid.count, options.max_steps);
        let message = format!("{count} steps are more than max_steps={limit} allows: take a longer step");
        return Err(EvalError::limit(expr.span, message));
    }
    if let ExprKind::Matrix(_) | ExprKind::Subquery(_) | ExprKind::String(_) = unwrapped(expr).kind {
        let message = "a range query takes a scalar or an instant vector, and this is neither";
        return Err(EvalError::execution(expr.span, message));
    }
    let mut evaluator = Evaluator::new(source, options, grid, end_ms);
    evaluator.check_cost(expr, grid)?;
    let series = match evaluator.eval(expr)? {
        GridValue::Scalar(values) => vec![GridSeries::new(Labels::empty(), values)],
        GridValue::String(_) => Vec::new(),
        GridValue::Vector(series) => {
            let series = evaluator.with_names_settled(series);
            evaluator.merge_same_labels(series, expr.span)?
        }
    };
    let mut matrix: Vec<MatrixSeries> =
        series.into_iter().filter_map(|series| points(series, grid)).collect();
    matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
    Ok(Evaluated { value: QueryValue::Matrix(matrix), annotations: evaluator.into_annotations() })
}

/// The value of a series at the only step, or `None` where it has none.
fn at_only_step(series: GridSeries, at_ms: i64) -> Option<VectorSample> {
    let (value, histogram) = match series.get(0)? {
        SampleValue::Float(value) => (value, None),
        SampleValue::Histogram(histogram) => (f64::NAN, Some(histogram)),
    };
    let sample = FloatSample { timestamp_ms: at_ms, value };
    Some(VectorSample { labels: series.labels, sample, histogram })
}

/// The samples of a series, or `None` where it has none.
fn points(series: GridSeries, grid: Grid) -> Option<MatrixSeries> {
    let samples = window::samples_of(&series, grid);
    (!samples.is_empty()).then_some(MatrixSeries { labels: series.labels, samples })
}

/// The expression inside any parentheses.
pub(crate) fn unwrapped(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => unwrapped(inner),
        _ => expr,
    }
}
