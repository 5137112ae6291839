//! Which expressions can stand where, by Prometheus' rules.

use super::ast::{
    AggregateExpr, BinaryExpr, Call, Expr, ExprKind, Function, MatchLabels, RangeExtension, Span, Subquery,
    UnaryExpr, ValueType, VectorSelector,
};
use super::error::ParseError;

impl Expr {
    /// The type of the expression's value.
    ///
    /// ```
    /// use p95_core::promql::ast::ValueType;
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let value_type = |query| parse(query, &ParseOptions::default()).map(|expr| expr.value_type());
    /// assert_eq!((value_type("1 + 1")?, value_type("1 + up")?), (ValueType::Scalar, ValueType::Vector));
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    pub fn value_type(&self) -> ValueType {
        match &self.kind {
            ExprKind::Number(_) => ValueType::Scalar,
            ExprKind::String(_) => ValueType::String,
            ExprKind::Selector(_) | ExprKind::Aggregate(_) => ValueType::Vector,
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => ValueType::Matrix,
            ExprKind::Unary(unary) => unary.expr.value_type(),
            ExprKind::Paren(inner) => inner.value_type(),
            ExprKind::Call(call) => call.function.signature().returns,
            ExprKind::Binary(binary) => {
                let scalar = |expr: &Self| expr.value_type() == ValueType::Scalar;
                if scalar(&binary.lhs) && scalar(&binary.rhs) { ValueType::Scalar } else { ValueType::Vector }
            }
        }
    }
}

/// Checks an expression and all below it.
///
/// # Errors
/// At the first expression, inner ones first, that cannot stand where it does.
pub(super) fn check(expr: &Expr) -> Result<(), ParseError> {
    typed(expr).map(|_| ())
}

/// Checks an expression; returns its type, which so is found once for each.
fn typed(expr: &Expr) -> Result<ValueType, ParseError> {
    match &expr.kind {
        ExprKind::Number(_) => Ok(ValueType::Scalar),
        ExprKind::String(_) => Ok(ValueType::String),
        ExprKind::Selector(selector) => {
            check_selects_something(selector, expr.span)?;
            Ok(ValueType::Vector)
        }
        ExprKind::Matrix(matrix) => {
            check_selects_something(&matrix.selector, expr.span)?;
            Ok(ValueType::Matrix)
        }
        ExprKind::Subquery(subquery) => check_subquery(subquery),
        ExprKind::Unary(unary) => check_unary(unary),
        ExprKind::Binary(binary) => check_binary(binary, expr.span),
        ExprKind::Aggregate(aggregate) => check_aggregate(aggregate),
        ExprKind::Call(call) => check_call(call),
        ExprKind::Paren(inner) => typed(inner),
    }
}

/// A selector must not match every series there is.
fn check_selects_something(selector: &VectorSelector, span: Span) -> Result<(), ParseError> {
    if selector.matchers.iter().any(|matcher| !matcher.matches_value("")) {
        return Ok(());
    }
    let message =
        "the selector would match every series: one matcher must not match the empty text".to_owned();
    Err(ParseError::new(span, message).suggest("name a metric, or a label that must be there: {job=~\".+\"}"))
}

fn check_subquery(subquery: &Subquery) -> Result<ValueType, ParseError> {
    match typed(&subquery.expr)? {
        ValueType::Vector => Ok(ValueType::Matrix),
        found => {
            let message = format!("a subquery runs over an instant vector, and this is {}", a(found));
            let error = ParseError::new(subquery.expr.span, message);
            Err(match found {
                ValueType::Scalar => error.suggest("wrap it in vector(…)"),
                ValueType::Matrix => error.suggest("wrap it in a function of ranges such as rate(…)"),
                _ => error,
            })
        }
    }
}

fn check_unary(unary: &UnaryExpr) -> Result<ValueType, ParseError> {
    match typed(&unary.expr)? {
        found @ (ValueType::Scalar | ValueType::Vector) => Ok(found),
        found => {
            let message =
                format!("a sign stands before a scalar or an instant vector, and this is {}", a(found));
            Err(ParseError::new(unary.expr.span, message))
        }
    }
}

fn check_binary(binary: &BinaryExpr, span: Span) -> Result<ValueType, ParseError> {
    let lhs = check_side(binary, &binary.lhs)?;
    let rhs = check_side(binary, &binary.rhs)?;
    let op = binary.op;
    let matching = &binary.matching;
    let fail = |message: String, remedy: &str| Err(ParseError::new(binary.op_span, message).suggest(remedy));
    if binary.returns_bool && !op.is_comparison() {
        return fail(format!("bool can only follow a comparison, not {op}"), "remove bool");
    }
    let both_vectors = lhs == ValueType::Vector && rhs == ValueType::Vector;
    if !both_vectors {
        let both_scalars = lhs == ValueType::Scalar && rhs == ValueType::Scalar;
        if both_scalars && op.is_comparison() && !binary.returns_bool {
            return fail("a comparison of two scalars yields 0 or 1".to_owned(), &format!("write {op} bool"));
        }
        if op.is_set_operator() {
            return fail(
                format!("{op} joins two instant vectors, and one side is a scalar"),
                "wrap it in vector(…)",
            );
        }
        if matching.labels.is_some() {
            let message = "on and ignoring match two instant vectors, and one side is a scalar".to_owned();
            return fail(message, "remove them");
        }
        if matching.fill_left.is_some() || matching.fill_right.is_some() {
            let message = "fill works between two instant vectors, and one side is a scalar".to_owned();
            return fail(message, "remove it");
        }
    }
    if op.is_set_operator() {
        if matching.group.is_some() {
            return fail(format!("{op} matches many to many: no group_left, no group_right"), "remove it");
        }
        if matching.fill_left.is_some() || matching.fill_right.is_some() {
            return fail(format!("{op} has nothing to fill"), "remove fill");
        }
    }
    if let (Some(MatchLabels::On(on)), Some(group)) = (&matching.labels, &matching.group)
        && let Some(label) = group.include.iter().find(|label| on.contains(label))
    {
        let message = format!("the label {label:?} cannot be both in on (…) and in the group");
        return Err(ParseError::new(span, message).suggest("remove one of them"));
    }
    let both_scalars = lhs == ValueType::Scalar && rhs == ValueType::Scalar;
    Ok(if both_scalars { ValueType::Scalar } else { ValueType::Vector })
}

fn check_side(binary: &BinaryExpr, side: &Expr) -> Result<ValueType, ParseError> {
    match typed(side)? {
        found @ (ValueType::Scalar | ValueType::Vector) => Ok(found),
        found => {
            let message =
                format!("{} joins scalars and instant vectors, and this is {}", binary.op, a(found));
            let error = ParseError::new(side.span, message);
            Err(match found {
                ValueType::Matrix => error.suggest("wrap it in a function of ranges such as rate(…)"),
                _ => error,
            })
        }
    }
}

fn check_aggregate(aggregate: &AggregateExpr) -> Result<ValueType, ParseError> {
    let op = aggregate.op;
    if let (Some(param), Some(expected)) = (&aggregate.param, op.param_type()) {
        expect_type(param, expected, op.as_str(), "as its parameter")?;
    }
    expect_type(&aggregate.expr, ValueType::Vector, op.as_str(), "")?;
    Ok(ValueType::Vector)
}

fn check_call(call: &Call) -> Result<ValueType, ParseError> {
    let signature = call.function.signature();
    for (position, arg) in call.args.iter().enumerate() {
        if call.function == Function::Info && position == 1 {
            check_info_selector(arg)?;
            continue;
        }
        if let Some(expected) = signature.arg_type(position) {
            let place = if call.args.len() > 1 { ordinal(position) } else { "" };
            expect_type(arg, expected, call.function.name(), place)?;
        }
        check_extension(call.function, arg)?;
    }
    Ok(signature.returns)
}

/// The second argument of `info` chooses labels of info series: a selector without a name, which may match all.
fn check_info_selector(arg: &Expr) -> Result<(), ParseError> {
    let is_label_selector = matches!(
        &arg.kind,
        ExprKind::Selector(VectorSelector { name: None, modifiers, extension: None, .. })
            if modifiers.offset.is_none() && modifiers.at.is_none()
    );
    if is_label_selector {
        return Ok(());
    }
    let message = "info expects label matchers alone as its second argument".to_owned();
    Err(ParseError::new(arg.span, message).suggest("write {label=~\".+\"}"))
}

/// Only functions that know of the window's edges can have them moved.
fn check_extension(function: Function, arg: &Expr) -> Result<(), ParseError> {
    let ExprKind::Matrix(matrix) = &arg.kind else { return Ok(()) };
    let Some(extension) = matrix.selector.extension else { return Ok(()) };
    let allowed: &[Function] = match extension {
        RangeExtension::Anchored => {
            &[Function::Changes, Function::Delta, Function::Increase, Function::Rate, Function::Resets]
        }
        RangeExtension::Smoothed => &[Function::Delta, Function::Increase, Function::Rate],
    };
    if allowed.contains(&function) {
        return Ok(());
    }
    let names: Vec<_> = allowed.iter().map(|function| function.name()).collect();
    let (names, extension) = (names.join(", "), extension.as_str());
    let message = format!("{extension} modifier can only be used with: {names} - not with {function}");
    Err(ParseError::new(arg.span, message))
}

/// Checks `arg` and that it has the type that `callee` expects at `place`.
fn expect_type(arg: &Expr, expected: ValueType, callee: &str, place: &str) -> Result<(), ParseError> {
    let found = typed(arg)?;
    if found == expected {
        return Ok(());
    }
    let space = if place.is_empty() { "" } else { " " };
    let message = format!("{callee} expects {}{space}{place}, and this is {}", a(expected), a(found));
    let error = ParseError::new(arg.span, message);
    Err(match (expected, found) {
        (ValueType::Matrix, ValueType::Vector) if is_selector(arg) => error.suggest("add [5m]"),
        (ValueType::Matrix, ValueType::Vector) => error.suggest("add [5m:] for a subquery"),
        (ValueType::Vector, ValueType::Matrix) => {
            error.suggest("remove the range, or wrap it in a function of ranges such as rate(…)")
        }
        (ValueType::Vector, ValueType::Scalar) => error.suggest("wrap it in vector(…)"),
        (ValueType::Scalar, ValueType::Vector) => error.suggest("write a number, or wrap it in scalar(…)"),
        (ValueType::String, _) => error.suggest("write it in quotes"),
        _ => error,
    })
}

fn is_selector(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Selector(selector) if selector.modifiers == Default::default())
}

/// A type with its article.
fn a(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Scalar => "a scalar",
        ValueType::String => "a string",
        ValueType::Vector => "an instant vector",
        ValueType::Matrix => "a range vector",
    }
}

fn ordinal(position: usize) -> &'static str {
    match position {
        0 => "as its first argument",
        1 => "as its second argument",
        2 => "as its third argument",
        _ => "as its further arguments",
    }
}

/// `1 argument`, `2 arguments`.
pub(super) fn count_of(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
