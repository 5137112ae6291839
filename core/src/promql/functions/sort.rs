//! `sort` and its siblings. A range query sorts by labels in the end.

use std::cmp::Ordering;

use super::vector::arg;
use crate::model::Labels;
use crate::promql::ast::{Call, Function, Span};
use crate::promql::eval::{EvalError, Evaluator, GridSeries};
use crate::promql::wording;

/// The series in the order of their values, NaN last; histograms are left out.
pub(super) fn by_value(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let mut series = evaluator.eval_vector(arg(call, 0, span)?)?;
    series.iter_mut().for_each(|one| one.histograms = Vec::new());
    series.retain(|one| !one.is_empty());
    if tells_that_in_vain(evaluator, span) {
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

/// The series in the natural order of the labels named, then of all labels.
pub(super) fn by_label(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let mut series = evaluator.eval_vector(arg(call, 0, span)?)?;
    let names = call.args.iter().skip(1).map(|name| evaluator.eval_string(name));
    let names = names.collect::<Result<Vec<_>, _>>()?;
    if tells_that_in_vain(evaluator, span) {
        return Ok(series);
    }
    let compare = |a: &Labels, b: &Labels| {
        let by_name =
            |name: &String| natural(a.get(name).unwrap_or_default(), b.get(name).unwrap_or_default());
        let differing = names.iter().map(by_name).find(|order| order.is_ne());
        differing.unwrap_or_else(|| a.cmp(b))
    };
    series.sort_by(|a, b| {
        let ascending = compare(&a.labels, &b.labels);
        if call.function == Function::SortByLabel { ascending } else { ascending.reverse() }
    });
    Ok(series)
}

/// Whether this is a range query, in which sorting is in vain, which is told.
fn tells_that_in_vain(evaluator: &mut Evaluator<'_>, span: Span) -> bool {
    let is_range = evaluator.outer.count > 1;
    if is_range {
        evaluator.annotations.warn(span, wording::sort_in_range());
    }
    is_range
}

/// Numbers within texts count as numbers: `a2` comes before `a10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut rest_a, mut rest_b) = (a, b);
    loop {
        let (part_a, part_b) = (next_part(&mut rest_a), next_part(&mut rest_b));
        let (Some(part_a), Some(part_b)) = (part_a, part_b) else {
            return part_a.is_some().cmp(&part_b.is_some()).then_with(|| a.cmp(b));
        };
        let order = match (part_a.parse::<i64>(), part_b.parse::<i64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            _ => part_a.cmp(part_b),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Splits the digits, or all but digits, off the beginning of `rest`.
fn next_part<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let is_number = rest.chars().next()?.is_ascii_digit();
    let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
    let (part, behind) = rest.split_at_checked(end)?;
    *rest = behind;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_order() {
        let sorted = ["", "1", "2", "10", "a", "a1", "a2", "a2b", "a10", "b", "v1.9.1", "v1.10.0"];
        for (at, a) in sorted.iter().enumerate() {
            for b in &sorted[at + 1..] {
                assert_eq!(natural(a, b), Ordering::Less, "{a} {b}");
                assert_eq!(natural(b, a), Ordering::Greater, "{a} {b}");
            }
        }
    }
}
