//! Calls of functions.

use std::cmp::Ordering;

use super::rate::secs;
use super::{Function, date, histogram, label, math, over_time, regression, stats};
use crate::model::Labels;
use crate::model::labels::METRIC_NAME;
use crate::promql::ast::{Call, Expr, ExprKind, Span};
use crate::promql::eval::{ABSENT, EvalError, Evaluator, GridSeries, GridValue, is_absent, unwrapped};

/// What a call is worth at each step.
pub(crate) fn call(evaluator: &mut Evaluator<'_>, call: &Call, span: Span) -> Result<GridValue, EvalError> {
    let function = call.function;
    if let Some(of_window) = over_time::of_window(function) {
        warn_of_odd_counter(evaluator, call)?;
        let series = windows(evaluator, call, span, 0, |window, _| of_window(window))?;
        return Ok(GridValue::Vector(series));
    }
    if let Some(f) = math::of_one_number(function) {
        let series = evaluator.eval_vector(arg(call, 0, span)?)?;
        return evaluator.map_values(series, span, f).map(GridValue::Vector);
    }
    if let Some(part) = date::part(function) {
        let series = match call.args.first() {
            Some(times) => evaluator.eval_vector(times)?,
            None => vec![of_numbers(evaluator.grid.times().map(secs).collect())],
        };
        return evaluator.map_values(series, span, part).map(GridValue::Vector);
    }
    match function {
        Function::Time => Ok(GridValue::Scalar(evaluator.grid.times().map(secs).collect())),
        Function::Pi => Ok(constant(evaluator, std::f64::consts::PI)),
        Function::Start => Ok(constant(evaluator, secs(evaluator.outer.start_ms))),
        Function::End => Ok(constant(evaluator, secs(evaluator.outer.end_ms()))),
        Function::Range => Ok(constant(evaluator, secs(evaluator.outer.end_ms() - evaluator.outer.start_ms))),
        Function::Step => {
            let step_ms = if evaluator.outer.count == 1 { 0 } else { evaluator.outer.step_ms };
            Ok(constant(evaluator, secs(step_ms)))
        }
        Function::MinOf | Function::MaxOf => {
            let pick = if function == Function::MinOf { f64::min } else { f64::max };
            let (a, b) = (scalar(evaluator, call, 0, span)?, scalar(evaluator, call, 1, span)?);
            Ok(GridValue::Scalar(a.into_iter().zip(b).map(|(a, b)| pick(a, b)).collect()))
        }
        Function::Scalar => {
            let series = evaluator.eval_vector(arg(call, 0, span)?)?;
            Ok(GridValue::Scalar((0..evaluator.grid.count).map(|step| only_value(&series, step)).collect()))
        }
        _ => vector(evaluator, call, span).map(GridValue::Vector),
    }
}

/// The functions whose result is a vector and that are neither of one number nor of a window alone.
fn vector(evaluator: &mut Evaluator<'_>, call: &Call, span: Span) -> Result<Vec<GridSeries>, EvalError> {
    match call.function {
        Function::Vector => Ok(vec![of_numbers(scalar(evaluator, call, 0, span)?)]),
        Function::Absent => {
            let series = evaluator.eval_vector(arg(call, 0, span)?)?;
            Ok(absent(evaluator, &series, arg(call, 0, span)?))
        }
        Function::AbsentOverTime => {
            let series = windows(evaluator, call, span, 0, |_, _| Some(1.0))?;
            Ok(absent(evaluator, &series, arg(call, 0, span)?))
        }
        Function::Timestamp => timestamps(evaluator, call, span),
        Function::Sort | Function::SortDesc => sorted(evaluator, call, span),
        Function::LabelReplace => label::replace(evaluator, call, span),
        Function::LabelJoin => label::join(evaluator, call, span),
        Function::Clamp => {
            let (min, max) = (scalar(evaluator, call, 1, span)?, scalar(evaluator, call, 2, span)?);
            with_numbers(evaluator, call, span, |value, step| {
                let (min, max) = (at(&min, step), at(&max, step));
                if min > max { ABSENT } else { math::clamp(value, min, max) }
            })
        }
        Function::ClampMin => {
            let min = scalar(evaluator, call, 1, span)?;
            with_numbers(evaluator, call, span, |value, step| {
                math::clamp(value, at(&min, step), f64::INFINITY)
            })
        }
        Function::ClampMax => {
            let max = scalar(evaluator, call, 1, span)?;
            with_numbers(evaluator, call, span, |value, step| {
                math::clamp(value, f64::NEG_INFINITY, at(&max, step))
            })
        }
        Function::Round => {
            let to = if call.args.len() > 1 { scalar(evaluator, call, 1, span)? } else { Vec::new() };
            with_numbers(evaluator, call, span, |value, step| {
                math::round(value, to.get(step).copied().unwrap_or(1.0))
            })
        }
        Function::PredictLinear => {
            let ahead_secs = scalar(evaluator, call, 1, span)?;
            windows(evaluator, call, span, 0, |window, step| {
                regression::predict(window, at(&ahead_secs, step))
            })
        }
        Function::QuantileOverTime => {
            let quantiles = scalar(evaluator, call, 0, span)?;
            warn_of_odd_quantiles(evaluator, &quantiles, arg(call, 0, span)?);
            windows(evaluator, call, span, 1, |window, step| {
                Some(stats::quantile(at(&quantiles, step), &mut over_time::values(window)))
            })
        }
        Function::HistogramQuantile => {
            let quantiles = scalar(evaluator, call, 0, span)?;
            warn_of_odd_quantiles(evaluator, &quantiles, arg(call, 0, span)?);
            classic(evaluator, arg(call, 1, span)?, |buckets, step| {
                histogram::quantile(at(&quantiles, step), buckets)
            })
        }
        Function::HistogramFraction => {
            let (lower, upper) = (scalar(evaluator, call, 0, span)?, scalar(evaluator, call, 1, span)?);
            classic(evaluator, arg(call, 2, span)?, |buckets, step| {
                histogram::fraction(at(&lower, step), at(&upper, step), buckets)
            })
        }
        other => Err(EvalError::unsupported(call.name_span, other.name())),
    }
}

fn classic(
    evaluator: &mut Evaluator<'_>,
    expr: &Expr,
    f: impl Fn(&mut Vec<histogram::Bucket>, usize) -> histogram::Outcome,
) -> Result<Vec<GridSeries>, EvalError> {
    let series = evaluator.eval_vector(expr)?;
    Ok(histogram::map_classic(&series, evaluator.grid.count, expr.span, &mut evaluator.annotations, f))
}

/// Applies `f` to each window of the range vector at `position`.
fn windows(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
    position: usize,
    f: impl Fn(crate::promql::eval::Window<'_>, usize) -> Option<f64>,
) -> Result<Vec<GridSeries>, EvalError> {
    let range = evaluator.eval_range(arg(call, position, span)?)?;
    let mut series = evaluator.over_windows(&range, span, f)?;
    if over_time::keeps_name(call.function) {
        return Ok(series);
    }
    series.iter_mut().for_each(|one| one.labels = one.labels.without_metric_name());
    evaluator.merge_same_labels(series, span)
}

/// Applies `f` to each value of the first argument and its step, and drops the metric's name.
fn with_numbers(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
    f: impl Fn(f64, usize) -> f64,
) -> Result<Vec<GridSeries>, EvalError> {
    let mut series = evaluator.eval_vector(arg(call, 0, span)?)?;
    for one in &mut series {
        one.labels = one.labels.without_metric_name();
        let present = one.values.iter_mut().enumerate().filter(|(_, value)| !is_absent(**value));
        present.for_each(|(step, value)| *value = f(*value, step));
    }
    series.retain(|one| !one.is_empty());
    evaluator.merge_same_labels(series, span)
}

/// 1 at each step at which no series has a value, with the labels that the selector asks for by `=`.
fn absent(evaluator: &Evaluator<'_>, series: &[GridSeries], expr: &Expr) -> Vec<GridSeries> {
    let mut result = GridSeries::absent(labels_asked_for(expr), evaluator.grid.count);
    for (step, value) in result.values.iter_mut().enumerate() {
        let is_present = |one: &GridSeries| one.values.get(step).is_some_and(|value| !is_absent(*value));
        if !series.iter().any(is_present) {
            *value = 1.0;
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
    let equal = conditions().filter(|matcher| matcher.op() == crate::model::MatchOp::Equal);
    Labels::from_pairs(
        equal.filter(|matcher| is_only(matcher.name())).map(|matcher| (matcher.name(), matcher.value())),
    )
}

/// The times of samples: of a selector the samples' own, else that of the step.
fn timestamps(evaluator: &mut Evaluator<'_>, call: &Call, span: Span) -> Result<Vec<GridSeries>, EvalError> {
    let expr = arg(call, 0, span)?;
    if let ExprKind::Selector(selector) = &unwrapped(expr).kind {
        let series = evaluator.select_timestamps(selector, expr.span)?;
        return evaluator.map_values(series, span, |value| value);
    }
    let times: Vec<f64> = evaluator.grid.times().map(secs).collect();
    with_numbers(evaluator, call, span, |_, step| at(&times, step))
}

/// The series in the order of their values, NaN last. A range query sorts by labels in the end.
fn sorted(evaluator: &mut Evaluator<'_>, call: &Call, span: Span) -> Result<Vec<GridSeries>, EvalError> {
    let mut series = evaluator.eval_vector(arg(call, 0, span)?)?;
    if evaluator.outer.count > 1 {
        let message = "sort is ineffective for range queries since results are always ordered by labels";
        evaluator.annotations.warn(span, message);
        return Ok(series);
    }
    let value = |one: &GridSeries| one.values.first().copied().unwrap_or(f64::NAN);
    series.sort_by(|a, b| {
        let (a, b) = (value(a), value(b));
        let ascending = a.partial_cmp(&b).unwrap_or(Ordering::Equal);
        let by_value = if call.function == Function::Sort { ascending } else { ascending.reverse() };
        a.is_nan().cmp(&b.is_nan()).then(by_value)
    });
    Ok(series)
}

/// Tells where `rate` or `increase` is asked of what does not look like a counter.
fn warn_of_odd_counter(evaluator: &mut Evaluator<'_>, call: &Call) -> Result<(), EvalError> {
    let (Function::Rate | Function::Increase, Some(expr)) = (call.function, call.args.first()) else {
        return Ok(());
    };
    let ExprKind::Matrix(matrix) = &unwrapped(expr).kind else { return Ok(()) };
    let Some(name) = &matrix.selector.name else { return Ok(()) };
    if !["_total", "_sum", "_count", "_bucket"].iter().any(|suffix| name.ends_with(suffix)) {
        let message = format!(
            "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {name:?}"
        );
        evaluator.annotations.info(expr.span, message);
    }
    Ok(())
}

fn warn_of_odd_quantiles(evaluator: &mut Evaluator<'_>, quantiles: &[f64], expr: &Expr) {
    for q in quantiles.iter().filter(|q| !(0.0..=1.0).contains(*q)) {
        evaluator.annotations.warn(expr.span, stats::invalid_quantile(*q));
    }
}

fn arg(call: &Call, position: usize, span: Span) -> Result<&Expr, EvalError> {
    let missing = || EvalError::execution(span, format!("{} expects more arguments", call.function));
    call.args.get(position).ok_or_else(missing)
}

fn scalar(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    position: usize,
    span: Span,
) -> Result<Vec<f64>, EvalError> {
    evaluator.eval_scalar(arg(call, position, span)?)
}

fn constant(evaluator: &Evaluator<'_>, number: f64) -> GridValue {
    GridValue::Scalar(vec![number; evaluator.grid.count])
}

fn of_numbers(values: Vec<f64>) -> GridSeries {
    GridSeries { labels: Labels::empty(), values }
}

/// The value of the only series that has one, else NaN.
fn only_value(series: &[GridSeries], step: usize) -> f64 {
    let mut present =
        series.iter().filter_map(|one| one.values.get(step)).filter(|value| !is_absent(**value));
    match (present.next(), present.next()) {
        (Some(only), None) => *only,
        _ => f64::NAN,
    }
}

fn at(numbers: &[f64], step: usize) -> f64 {
    numbers.get(step).copied().unwrap_or(f64::NAN)
}
