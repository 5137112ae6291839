//! The same query with all its times fixed, which must answer the same at any other time.

use crate::promql::ast::{At, DurationExpr, DurationKind, Expr, ExprKind, Function, TimeModifiers};

/// The expression with `@ at_ms` at every selector and subquery that has no fixed one; `None` where it calls a function that
/// looks at the time of evaluation.
pub(super) fn with_fixed_times(expr: &Expr, at_ms: i64) -> Option<Expr> {
    if calls_any(expr, &TIME_DEPENDENT) {
        return None;
    }
    let mut fixed = expr.clone();
    fix(&mut fixed, At::Timestamp(at_ms));
    Some(fixed)
}

/// Whether the query looks at the start, the end, the range or the step of the whole query.
pub(super) fn depends_on_query_range(expr: &Expr) -> bool {
    calls_any(expr, &[Function::Start, Function::End, Function::Range, Function::Step])
        || any(expr, &|expr| match &expr.kind {
            ExprKind::Selector(selector) => {
                is_relative_at(selector.modifiers.at)
                    || selector.modifiers.offset.as_ref().is_some_and(looks_at_query)
            }
            ExprKind::Matrix(matrix) => {
                looks_at_query(&matrix.range)
                    || is_relative_at(matrix.selector.modifiers.at)
                    || matrix.selector.modifiers.offset.as_ref().is_some_and(looks_at_query)
            }
            ExprKind::Subquery(subquery) => {
                looks_at_query(&subquery.range)
                    || subquery.step.as_ref().is_some_and(looks_at_query)
                    || is_relative_at(subquery.modifiers.at)
                    || subquery.modifiers.offset.as_ref().is_some_and(looks_at_query)
            }
            _ => false,
        })
}

/// Functions whose result changes with the time of evaluation although their arguments do not.
const TIME_DEPENDENT: [Function; 13] = [
    Function::DayOfMonth,
    Function::DayOfWeek,
    Function::DayOfYear,
    Function::DaysInMonth,
    Function::End,
    Function::Hour,
    Function::Minute,
    Function::Month,
    Function::PredictLinear,
    Function::Start,
    Function::Time,
    Function::Timestamp,
    Function::Year,
];

fn calls_any(expr: &Expr, functions: &[Function]) -> bool {
    any(expr, &|expr| matches!(&expr.kind, ExprKind::Call(call) if functions.contains(&call.function)))
}

/// Whether `test` holds for the expression or one below it.
fn any(expr: &Expr, test: &impl Fn(&Expr) -> bool) -> bool {
    test(expr)
        || match &expr.kind {
            ExprKind::Subquery(subquery) => any(&subquery.expr, test),
            ExprKind::Unary(unary) => any(&unary.expr, test),
            ExprKind::Binary(binary) => any(&binary.lhs, test) || any(&binary.rhs, test),
            ExprKind::Aggregate(aggregate) => {
                aggregate.param.as_ref().is_some_and(|param| any(param, test)) || any(&aggregate.expr, test)
            }
            ExprKind::Call(call) => call.args.iter().any(|arg| any(arg, test)),
            ExprKind::Paren(inner) => any(inner, test),
            ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Selector(_) | ExprKind::Matrix(_) => false,
        }
}

/// Fixes times, but not below a subquery, which has its own.
fn fix(expr: &mut Expr, at: At) {
    match &mut expr.kind {
        ExprKind::Selector(selector) => fix_modifiers(&mut selector.modifiers, at),
        ExprKind::Matrix(matrix) => fix_modifiers(&mut matrix.selector.modifiers, at),
        ExprKind::Subquery(subquery) => fix_modifiers(&mut subquery.modifiers, at),
        ExprKind::Unary(unary) => fix(&mut unary.expr, at),
        ExprKind::Binary(binary) => {
            fix(&mut binary.lhs, at);
            fix(&mut binary.rhs, at);
        }
        ExprKind::Aggregate(aggregate) => {
            if let Some(param) = &mut aggregate.param {
                fix(param, at);
            }
            fix(&mut aggregate.expr, at);
        }
        ExprKind::Call(call) => {
            // The second argument of info chooses labels; it is no selection in time.
            let fixed = if call.function == Function::Info { 1 } else { usize::MAX };
            call.args.iter_mut().take(fixed).for_each(|arg| fix(arg, at));
        }
        ExprKind::Paren(inner) => fix(inner, at),
        ExprKind::Number(_) | ExprKind::String(_) => {}
    }
}

fn fix_modifiers(modifiers: &mut TimeModifiers, at: At) {
    if !matches!(modifiers.at, Some(At::Timestamp(_))) {
        modifiers.at = Some(at);
    }
}

fn is_relative_at(at: Option<At>) -> bool {
    matches!(at, Some(At::Start | At::End))
}

fn looks_at_query(duration: &DurationExpr) -> bool {
    match &duration.kind {
        DurationKind::Step | DurationKind::Range => true,
        DurationKind::Literal(_) | DurationKind::Number(_) => false,
        DurationKind::Unary(_, inner) | DurationKind::Paren(inner) => looks_at_query(inner),
        DurationKind::Binary(_, lhs, rhs) | DurationKind::Min(lhs, rhs) | DurationKind::Max(lhs, rhs) => {
            looks_at_query(lhs) || looks_at_query(rhs)
        }
    }
}
