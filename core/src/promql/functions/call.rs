//! Calls of functions.

use super::rate::secs;
use super::vector::{self, arg, at, constant, of_numbers, scalar, windows};
use super::{Function, date, histograms, info, label, math, over_time, regression, sort, stats};
use crate::model::SampleValue;
use crate::promql::ast::{Call, Span};
use crate::promql::eval::{ABSENT, EvalError, Evaluator, GridSeries, GridValue, SampleTime};

/// What a call is worth at each step.
pub(crate) fn call(evaluator: &mut Evaluator<'_>, call: &Call, span: Span) -> Result<GridValue, EvalError> {
    let function = call.function;
    if let Some(of_window) = over_time::of_window(function) {
        let series = windows(evaluator, call, span, 0, |window, _, remarks| of_window(window, remarks))?;
        return Ok(GridValue::Vector(series));
    }
    if let Some(f) = math::of_one_number(function) {
        let series = evaluator.eval_vector(arg(call, 0, span)?)?;
        return evaluator.map_values(series, span, |value, _| f(value)).map(GridValue::Vector);
    }
    if let Some(f) = histograms::of_native(function) {
        return histograms::map_native(evaluator, call, span, f).map(GridValue::Vector);
    }
    if let Some(part) = date::part(function) {
        let series = match call.args.first() {
            Some(times) => evaluator.eval_vector(times)?,
            None => vec![of_numbers(evaluator.grid.times().map(secs).collect())],
        };
        return evaluator.map_values(series, span, |value, _| part(value)).map(GridValue::Vector);
    }
    match function {
        Function::Time => Ok(GridValue::Scalar(evaluator.grid.times().map(secs).collect())),
        Function::Pi => Ok(constant(evaluator, std::f64::consts::PI)),
        Function::Start => Ok(constant(evaluator, secs(evaluator.outer.start_ms))),
        Function::End => Ok(constant(evaluator, secs(evaluator.outer_end_ms))),
        Function::Range => Ok(constant(evaluator, secs(evaluator.outer_end_ms - evaluator.outer.start_ms))),
        Function::Step => {
            let step_ms = if evaluator.outer.count == 1 { 0 } else { evaluator.outer.step_ms };
            Ok(constant(evaluator, secs(step_ms)))
        }
        Function::MinOf | Function::MaxOf => {
            let pick = if function == Function::MinOf { math::min_of } else { math::max_of };
            let (a, b) = (scalar(evaluator, call, 0, span)?, scalar(evaluator, call, 1, span)?);
            Ok(GridValue::Scalar(a.into_iter().zip(b).map(|(a, b)| pick(a, b)).collect()))
        }
        Function::Scalar => vector::to_scalar(evaluator, call, span),
        _ => vector_of(evaluator, call, span).map(GridValue::Vector),
    }
}

/// The functions whose result is a vector and that are neither of one value nor of a window alone.
fn vector_of(evaluator: &mut Evaluator<'_>, call: &Call, span: Span) -> Result<Vec<GridSeries>, EvalError> {
    match call.function {
        Function::Vector => Ok(vec![of_numbers(scalar(evaluator, call, 0, span)?)]),
        Function::Absent => {
            let series = evaluator.eval_vector(arg(call, 0, span)?)?;
            Ok(vector::absent(evaluator, &series, arg(call, 0, span)?))
        }
        Function::AbsentOverTime => {
            let series = windows(evaluator, call, span, 0, |_, _, _| Some(SampleValue::Float(1.0)))?;
            Ok(vector::absent(evaluator, &series, arg(call, 0, span)?))
        }
        Function::Timestamp => vector::timestamps(evaluator, call, span, SampleTime::Taken),
        Function::StartTimestamp => vector::timestamps(evaluator, call, span, SampleTime::Start),
        Function::Sort | Function::SortDesc => sort::by_value(evaluator, call, span),
        Function::SortByLabel | Function::SortByLabelDesc => sort::by_label(evaluator, call, span),
        Function::LabelReplace => label::replace(evaluator, call, span),
        Function::LabelJoin => label::join(evaluator, call, span),
        Function::Info => info::info(evaluator, call, span),
        Function::HistogramQuantile => histograms::quantile(evaluator, call, span),
        Function::HistogramQuantiles => histograms::quantiles(evaluator, call, span),
        Function::HistogramFraction => histograms::fraction(evaluator, call, span),
        Function::Clamp | Function::ClampMin | Function::ClampMax => clamped(evaluator, call, span),
        Function::Round => {
            let to = if call.args.len() > 1 { scalar(evaluator, call, 1, span)? } else { Vec::new() };
            let series = evaluator.eval_vector(arg(call, 0, span)?)?;
            evaluator.map_values(series, span, |value, step| {
                math::round(value, to.get(step).copied().unwrap_or(1.0))
            })
        }
        _ => with_parameters(evaluator, call, span),
    }
}

fn clamped(evaluator: &mut Evaluator<'_>, call: &Call, span: Span) -> Result<Vec<GridSeries>, EvalError> {
    let bound = scalar(evaluator, call, 1, span)?;
    let upper = if call.function == Function::Clamp { scalar(evaluator, call, 2, span)? } else { Vec::new() };
    let series = evaluator.eval_vector(arg(call, 0, span)?)?;
    evaluator.map_values(series, span, |value, step| {
        let (min, max) = match call.function {
            Function::ClampMin => (at(&bound, step), f64::INFINITY),
            Function::ClampMax => (f64::NEG_INFINITY, at(&bound, step)),
            _ => (at(&bound, step), at(&upper, step)),
        };
        if min > max { ABSENT } else { math::clamp(value, min, max) }
    })
}

/// The functions of a window and of numbers.
fn with_parameters(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    match call.function {
        Function::PredictLinear => {
            let ahead_secs = scalar(evaluator, call, 1, span)?;
            windows(evaluator, call, span, 0, |window, step, remarks| {
                over_time::of_line(window, remarks, |window| {
                    regression::predict(window, at(&ahead_secs, step))
                })
            })
        }
        Function::QuantileOverTime => {
            let quantiles = scalar(evaluator, call, 0, span)?;
            histograms::warn_of_odd_quantiles(evaluator, &quantiles, arg(call, 0, span)?);
            windows(evaluator, call, span, 1, |window, step, remarks| {
                over_time::of_floats(window, remarks, |floats| {
                    stats::quantile(at(&quantiles, step), &mut over_time::values(floats))
                })
            })
        }
        Function::DoubleExponentialSmoothing => {
            let (levels, trends) = (scalar(evaluator, call, 1, span)?, scalar(evaluator, call, 2, span)?);
            check_factors(&levels, "smoothing", "sf", arg(call, 1, span)?.span)?;
            check_factors(&trends, "trend", "tf", arg(call, 2, span)?.span)?;
            windows(evaluator, call, span, 0, |window, step, remarks| {
                over_time::of_line(window, remarks, |window| {
                    regression::smoothed(window.floats, at(&levels, step), at(&trends, step))
                })
            })
        }
        // A test calls every function of the table.
        other => Err(EvalError::execution(call.name_span, format!("{other} is in no list of functions"))),
    }
}

/// Factors of smoothing lie between 0 and 1.
fn check_factors(factors: &[f64], what: &str, short: &str, span: Span) -> Result<(), EvalError> {
    let is_wrong = |factor: &&f64| **factor <= 0.0 || **factor >= 1.0;
    match factors.iter().find(is_wrong) {
        None => Ok(()),
        Some(factor) => {
            let message = format!("invalid {what} factor. Expected: 0 < {short} < 1, got: {factor:.6}");
            Err(EvalError::execution(span, message))
        }
    }
}
