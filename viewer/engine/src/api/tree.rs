//! A query as a tree, as Prometheus' `parse_query` shows it.

use p95_core::model::Matcher;
use p95_core::model::labels::METRIC_NAME;
use p95_core::promql::ast::{
    At, BinaryExpr, DurationExpr, DurationKind, Expr, ExprKind, Grouping, MatchLabels, Matching,
    MatrixSelector, RangeExtension, Side, Subquery, TimeModifiers, ValueType, VectorSelector,
};
use p95_core::promql::functions::Function;
use p95_core::remote::format_float;
use serde_json::{Value, json};

/// The tree. A duration that is computed, as in `[5m * 2]`, is shown as its text.
pub(super) fn tree_of(expr: &Expr) -> Value {
    match &expr.kind {
        ExprKind::Number(number) => json!({ "type": "numberLiteral", "val": format_float(*number) }),
        ExprKind::String(text) => json!({ "type": "stringLiteral", "val": text }),
        ExprKind::Selector(selector) => selector_tree("vectorSelector", selector, None),
        ExprKind::Matrix(MatrixSelector { selector, range }) => {
            selector_tree("matrixSelector", selector, Some(range))
        }
        ExprKind::Subquery(subquery) => subquery_tree(subquery),
        ExprKind::Unary(unary) => {
            json!({ "type": "unaryExpr", "op": unary.op.as_str(), "expr": tree_of(&unary.expr) })
        }
        ExprKind::Binary(binary) => binary_tree(binary),
        ExprKind::Aggregate(aggregate) => {
            let (grouping, without): (&[String], _) = match &aggregate.grouping {
                Some(Grouping::By(labels)) => (labels, false),
                Some(Grouping::Without(labels)) => (labels, true),
                None => (&[], false),
            };
            json!({
                "type": "aggregation",
                "op": aggregate.op.as_str(),
                "expr": tree_of(&aggregate.expr),
                "param": aggregate.param.as_ref().map(tree_of),
                "grouping": grouping,
                "without": without,
            })
        }
        ExprKind::Call(call) => {
            let args: Vec<Value> = call.args.iter().map(tree_of).collect();
            json!({ "type": "call", "func": function_tree(call.function), "args": args })
        }
        ExprKind::Paren(inner) => json!({ "type": "parenExpr", "expr": tree_of(inner) }),
    }
}

fn selector_tree(kind: &str, selector: &VectorSelector, range: Option<&DurationExpr>) -> Value {
    // The name that stands before the braces comes last, as in Prometheus.
    let is_name = |matcher: &&Matcher| selector.name.is_some() && matcher.name() == METRIC_NAME;
    let (named, others): (Vec<_>, Vec<_>) = selector.matchers.iter().partition(is_name);
    let matchers: Vec<Value> = others
        .into_iter()
        .chain(named)
        .map(|matcher| {
            json!({ "name": matcher.name(), "value": matcher.value(), "type": matcher.op().as_str() })
        })
        .collect();
    let mut tree = json!({
        "type": kind,
        "name": selector.name.as_deref().unwrap_or_default(),
        "matchers": matchers,
        "anchored": selector.extension == Some(RangeExtension::Anchored),
        "smoothed": selector.extension == Some(RangeExtension::Smoothed),
    });
    add_times(&mut tree, &selector.modifiers);
    if let (Some(range), Some(tree)) = (range, tree.as_object_mut()) {
        tree.insert("range".to_owned(), duration_tree(range));
    }
    tree
}

fn subquery_tree(subquery: &Subquery) -> Value {
    let mut tree = json!({
        "type": "subquery",
        "expr": tree_of(&subquery.expr),
        "range": duration_tree(&subquery.range),
        "step": subquery.step.as_ref().map_or(json!(0), duration_tree),
    });
    add_times(&mut tree, &subquery.modifiers);
    tree
}

/// `offset`, `timestamp` and `startOrEnd`.
fn add_times(tree: &mut Value, modifiers: &TimeModifiers) {
    let Some(tree) = tree.as_object_mut() else { return };
    let (timestamp, edge) = match modifiers.at {
        Some(At::Timestamp(at_ms)) => (json!(at_ms), Value::Null),
        Some(At::Start) => (Value::Null, json!("start")),
        Some(At::End) => (Value::Null, json!("end")),
        None => (Value::Null, Value::Null),
    };
    tree.insert("offset".to_owned(), modifiers.offset.as_ref().map_or(json!(0), duration_tree));
    tree.insert("timestamp".to_owned(), timestamp);
    tree.insert("startOrEnd".to_owned(), edge);
}

fn duration_tree(duration: &DurationExpr) -> Value {
    match duration.kind {
        DurationKind::Literal(duration_ms) => json!(duration_ms),
        _ => json!(duration.to_string()),
    }
}

fn binary_tree(binary: &BinaryExpr) -> Value {
    let are_vectors = [&binary.lhs, &binary.rhs].iter().all(|side| side.value_type() == ValueType::Vector);
    json!({
        "type": "binaryExpr",
        "op": binary.op.as_str(),
        "lhs": tree_of(&binary.lhs),
        "rhs": tree_of(&binary.rhs),
        "bool": binary.returns_bool,
        "matching": are_vectors.then(|| matching_tree(&binary.matching, binary.op.is_set_operator())),
    })
}

fn matching_tree(matching: &Matching, is_set: bool) -> Value {
    let (labels, on): (&[String], _) = match &matching.labels {
        Some(MatchLabels::On(labels)) => (labels, true),
        Some(MatchLabels::Ignoring(labels)) => (labels, false),
        None => (&[], false),
    };
    let (card, include): (_, &[String]) = match &matching.group {
        _ if is_set => ("many-to-many", &[]),
        Some(group) if group.many_side == Side::Left => ("many-to-one", &group.include),
        Some(group) => ("one-to-many", &group.include),
        None => ("one-to-one", &[]),
    };
    let fill = |value: Option<f64>| value.map(format_float);
    json!({
        "card": card,
        "labels": labels,
        "on": on,
        "include": include,
        "fillValues": { "lhs": fill(matching.fill_left), "rhs": fill(matching.fill_right) },
    })
}

fn function_tree(function: Function) -> Value {
    let signature = function.signature();
    let arguments: Vec<&str> = signature.args.iter().map(|arg| type_name(*arg)).collect();
    json!({
        "name": function.name(),
        "argTypes": arguments,
        // How many arguments may be left out; -1 where the last may repeat.
        "variadic": signature.max_args.map_or(-1, |max| {
            i64::try_from(max.saturating_sub(signature.min_args)).unwrap_or(i64::MAX)
        }),
        "returnType": type_name(signature.returns),
    })
}

/// The types as Prometheus' API names them.
fn type_name(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Scalar => "scalar",
        ValueType::String => "string",
        ValueType::Vector => "vector",
        ValueType::Matrix => "matrix",
    }
}

#[cfg(test)]
mod tests {
    use p95_core::promql::{ParseOptions, parse};

    use super::*;

    #[track_caller]
    fn check(query: &str, expect: Value) {
        let expr = parse(query, &ParseOptions::default()).unwrap();
        assert_eq!(tree_of(&expr), expect);
    }

    #[test]
    fn trees_are_those_of_prometheus() {
        let up = json!({
            "type": "vectorSelector", "name": "up", "offset": 0, "timestamp": null, "startOrEnd": null,
            "anchored": false, "smoothed": false,
            "matchers": [{ "name": "__name__", "type": "=", "value": "up" }],
        });
        check("up", up.clone());
        check("-1e21", json!({ "type": "numberLiteral", "val": "-1e+21" }));
        check("(up)", json!({ "type": "parenExpr", "expr": up }));
        check(
            "sum by (job) (up)",
            json!({
                "type": "aggregation", "op": "sum", "expr": up, "param": null, "grouping": ["job"], "without": false,
            }),
        );
        check(
            "up * on (job) group_left (a) up",
            json!({
                "type": "binaryExpr", "op": "*", "lhs": up, "rhs": up, "bool": false,
                "matching": {
                    "card": "many-to-one", "labels": ["job"], "on": true, "include": ["a"],
                    "fillValues": { "lhs": null, "rhs": null },
                },
            }),
        );
        check(
            r#"rate(x{a=~"b"}[5m] offset 1m)"#,
            json!({
                "type": "call",
                "func": { "name": "rate", "argTypes": ["matrix"], "variadic": 0, "returnType": "vector" },
                "args": [{
                    "type": "matrixSelector", "name": "x", "range": 300_000, "offset": 60_000,
                    "timestamp": null, "startOrEnd": null, "anchored": false, "smoothed": false,
                    "matchers": [
                        { "name": "a", "type": "=~", "value": "b" },
                        { "name": "__name__", "type": "=", "value": "x" },
                    ],
                }],
            }),
        );
        check(
            "up > bool 1",
            json!({
                "type": "binaryExpr", "op": ">", "lhs": up, "bool": true, "matching": null,
                "rhs": { "type": "numberLiteral", "val": "1" },
            }),
        );
    }
}
