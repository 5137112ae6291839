//! What functions of vectors share: their arguments, their windows, and the functions of whole vectors.

use super::rate::secs;
use super::{Function, over_time};
use crate::model::labels::{METRIC_NAME, TYPE};
use crate::model::{Labels, MatchOp, SampleValue};
use crate::promql::ast::{Call, Expr, ExprKind, Span};
use crate::promql::eval::{
    EvalError, Evaluator, GridSeries, GridValue, Remarks, SampleTime, Window, is_absent, unwrapped,
};
use crate::promql::wording;

pub(super) fn arg(call: &Call, position: usize, span: Span) -> Result<&Expr, EvalError> {
    let missing = || EvalError::execution(span, format!("{} expects more arguments", call.function));
    call.args.get(position).ok_or_else(missing)
}

pub(super) fn scalar(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    position: usize,
    span: Span,
) -> Result<Vec<f64>, EvalError> {
    evaluator.eval_scalar(arg(call, position, span)?)
}

pub(super) fn at(numbers: &[f64], step: usize) -> f64 {
    numbers.get(step).copied().unwrap_or(f64::NAN)
}

pub(super) fn constant(evaluator: &Evaluator<'_>, number: f64) -> GridValue {
    GridValue::Scalar(vec![number; evaluator.grid.count])
}

pub(super) fn of_numbers(values: Vec<f64>) -> GridSeries {
    GridSeries::new(Labels::empty(), values)
}

/// Applies `f` to each window of the range vector at `position`.
pub(super) fn windows(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
    position: usize,
    f: impl Fn(&Window<'_>, usize, &mut Remarks<'_>) -> Option<SampleValue>,
) -> Result<Vec<GridSeries>, EvalError> {
    let expr = arg(call, position, span)?;
    let range = evaluator.eval_range(expr)?;
    let series = evaluator.over_windows(&range, expr.span, f)?;
    if matches!(call.function, Function::Rate | Function::Increase) {
        tell_of_odd_counters(evaluator, &series, expr.span);
    }
    if over_time::keeps_name(call.function) { Ok(series) } else { evaluator.without_names(series, span) }
}

/// Tells where `rate` or `increase` is asked of what does not look like a counter.
fn tell_of_odd_counters(evaluator: &mut Evaluator<'_>, series: &[GridSeries], span: Span) {
    for one in series.iter().filter(|one| one.values.iter().any(|value| !is_absent(*value))) {
        let name = one.labels.metric_name();
        if name.is_empty() {
            continue;
        }
        if evaluator.options.type_and_unit_labels {
            let metric_type = one.labels.get(TYPE).unwrap_or_default();
            if !["counter", "histogram"].contains(&metric_type) {
                evaluator.annotations.info(span, wording::no_counter_by_type(name, metric_type));
            }
        } else if !["_total", "_sum", "_count", "_bucket"].iter().any(|suffix| name.ends_with(suffix)) {
            evaluator.annotations.info(span, wording::no_counter_by_name(name));
        }
    }
}

/// The number of the only series that has one, else NaN.
pub(super) fn to_scalar(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<GridValue, EvalError> {
    let series = evaluator.eval_vector(arg(call, 0, span)?)?;
    let only_number = |step: usize| {
        let mut present = series.iter().filter_map(|one| one.float(step));
        match (present.next(), present.next()) {
            (Some(only), None) => only,
            _ => f64::NAN,
        }
    };
    Ok(GridValue::Scalar((0..evaluator.grid.count).map(only_number).collect()))
}

/// 1 at each step at which no series has a value, with the labels that the selector asks for by `=`.
pub(super) fn absent(evaluator: &Evaluator<'_>, series: &[GridSeries], expr: &Expr) -> Vec<GridSeries> {
    let mut result = GridSeries::absent(labels_asked_for(expr), evaluator.grid.count);
    for step in 0..evaluator.grid.count {
        if !series.iter().any(|one| one.has(step)) {
            result.set(step, SampleValue::Float(1.0));
        }
    }
    if result.is_empty() { Vec::new() } else { vec![result] }
}

fn labels_asked_for(expr: &Expr) -> Labels {
    let selector = match &unwrapped(expr).kind {
        ExprKind::Selector(selector) => selector,
        ExprKind::Matrix(matrix) => &matrix.selector,
        _ => return Labels::empty(),
    };
    let conditions = || selector.matchers.iter().filter(|matcher| matcher.name() != METRIC_NAME);
    let is_only = |name: &str| conditions().filter(|matcher| matcher.name() == name).count() == 1;
    let equal = conditions().filter(|matcher| matcher.op() == MatchOp::Equal);
    Labels::from_pairs(
        equal.filter(|matcher| is_only(matcher.name())).map(|matcher| (matcher.name(), matcher.value())),
    )
}

/// The times of samples: of a selector the samples' own, else that of the step. A result of a calculation has no start.
pub(super) fn timestamps(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
    time: SampleTime,
) -> Result<Vec<GridSeries>, EvalError> {
    let expr = arg(call, 0, span)?;
    if let ExprKind::Selector(selector) = &unwrapped(expr).kind {
        let series = evaluator.select_times(selector, expr.span, time)?;
        return evaluator.without_names(series, span);
    }
    let series = evaluator.eval_vector(expr)?;
    if time == SampleTime::Start {
        return Ok(Vec::new());
    }
    let times: Vec<f64> = evaluator.grid.times().map(secs).collect();
    let of_steps = |one: &GridSeries| {
        let mut result = one.emptied();
        for (step, time) in times.iter().enumerate().filter(|(step, _)| one.has(*step)) {
            result.set(step, SampleValue::Float(*time));
        }
        result
    };
    evaluator.without_names(series.iter().map(of_steps).collect(), span)
}
