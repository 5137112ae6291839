//! `label_replace` and `label_join`.

use super::Function;
use crate::model::labels::METRIC_NAME;
use crate::model::matcher::compile_anchored;
use crate::promql::ast::{Call, Expr, Span};
use crate::promql::eval::{EvalError, Evaluator, GridSeries};

/// The longest value that a label is given, in bytes. Calls within calls could double a value with each of them.
const MAX_VALUE_BYTES: usize = 16 << 10;

/// The longest value that is put together before its length is known.
const MAX_EXPANDED_BYTES: usize = 1 << 20;

/// `label_replace(v, destination, replacement, source, regex)`: where the whole source label matches, the destination
/// becomes the replacement, in which `$1` or `${name}` stand for groups.
pub(super) fn replace(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let [vector, destination, replacement, source, pattern] = call.args.as_slice() else {
        return Err(EvalError::execution(span, "label_replace expects five arguments"));
    };
    let mut series = evaluator.eval_vector(vector)?;
    let destination = label_name(evaluator, destination, call.function)?;
    let replacement = evaluator.eval_string(replacement)?;
    let source = evaluator.eval_string(source)?;
    let pattern_text = evaluator.eval_string(pattern)?;
    let Ok(regex) = compile_anchored(&pattern_text) else {
        let message = format!("invalid regular expression in label_replace(): {pattern_text}");
        return Err(EvalError::execution(pattern.span, message));
    };
    for one in &mut series {
        let value = one.labels.get(&source).unwrap_or_default();
        if let Some(captures) = regex.captures(value) {
            // Each group is at most the whole value.
            let at_most = replacement.matches('$').count().saturating_mul(value.len()) + replacement.len();
            check_length(at_most, MAX_EXPANDED_BYTES, call.function, span)?;
            let mut replaced = String::new();
            captures.expand(&replacement, &mut replaced);
            check_length(replaced.len(), MAX_VALUE_BYTES, call.function, span)?;
            set_label(one, &destination, &replaced);
        }
    }
    evaluator.merge_same_labels(series, span)
}

/// `label_join(v, destination, separator, source…)`.
pub(super) fn join(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let [vector, destination, separator, sources @ ..] = call.args.as_slice() else {
        return Err(EvalError::execution(span, "label_join expects at least three arguments"));
    };
    let mut series = evaluator.eval_vector(vector)?;
    let destination = label_name(evaluator, destination, call.function)?;
    let separator = evaluator.eval_string(separator)?;
    let sources =
        sources.iter().map(|source| evaluator.eval_string(source)).collect::<Result<Vec<_>, _>>()?;
    for one in &mut series {
        let values: Vec<&str> =
            sources.iter().map(|source| one.labels.get(source).unwrap_or_default()).collect();
        let length = values.iter().map(|value| value.len() + separator.len()).sum();
        check_length(length, MAX_VALUE_BYTES, call.function, span)?;
        let joined = values.join(&separator);
        set_label(one, &destination, &joined);
    }
    evaluator.merge_same_labels(series, span)
}

fn check_length(bytes: usize, limit: usize, function: Function, span: Span) -> Result<(), EvalError> {
    if bytes <= limit {
        return Ok(());
    }
    let message = format!("{function} would give a label a value of {bytes} bytes, and {limit} are allowed");
    Err(EvalError::limit(span, message))
}

fn label_name(evaluator: &mut Evaluator<'_>, expr: &Expr, function: Function) -> Result<String, EvalError> {
    let name = evaluator.eval_string(expr)?;
    if name.is_empty() {
        let message = format!("invalid destination label name in {function}(): {name}");
        return Err(EvalError::execution(expr.span, message));
    }
    Ok(name)
}

/// Sets a label. A name that is set stays, even if the metric's own was to go.
fn set_label(series: &mut GridSeries, name: &str, value: &str) {
    series.labels = series.labels.to_builder().set(name, value).build();
    if name == METRIC_NAME {
        series.drops_name = false;
    }
}
