//! What a query does, node by node, in words, with the number of series of each.

use super::ast::{
    AggregateExpr, AggregateOp, At, BinaryExpr, BinaryOp, DurationExpr, Expr, ExprKind, Grouping,
    MatchLabels, Side, Span, TimeModifiers, UnaryOp, VectorSelector,
};
use super::eval::{EngineOptions, EvalError, QueryValue, instant};
use super::functions::Function;
use super::select::Select;
use crate::model::labels::METRIC_NAME;
use crate::model::{MatchOp, Matcher};

/// A node of a query, in words.
///
/// [`explain`] has an example.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Explained {
    /// How deep the node lies: 0 is the whole query.
    pub depth: usize,
    /// The first byte of its part of the query, and one past its last.
    pub span: (usize, usize),
    /// That part of the query, as it is displayed.
    pub text: String,
    /// What it does, in one sentence.
    pub words: String,
    /// How many series it has; `None` for a number or a text.
    pub series: Option<usize>,
}

/// Every node of `expr`, the whole first, each before those that it is made of, with its series at one time, in
/// milliseconds since the Unix epoch. Parentheses are no node of their own. Each node is evaluated by itself.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::promql::eval::EngineOptions;
/// use p95_core::promql::{ParseOptions, explain, parse};
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// for job in ["shop", "till"] {
///     let up = store.series_for(&Labels::from_pairs([("__name__", "up"), ("job", job)]));
///     store.append(up, 0, 1.0);
/// }
/// let query = parse("sum(up)", &ParseOptions::default())?;
/// let nodes = explain(&store, &query, 0, &EngineOptions::default())?;
/// let shown = nodes.iter().map(|node| (node.depth, node.text.as_str(), node.words.as_str(), node.series));
/// assert_eq!(Vec::from_iter(shown), [
///     (0, "sum(up)", "The sum, over all series.", Some(1)),
///     (1, "up", "The present value of each series of up.", Some(2)),
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where a part of the query cannot be evaluated.
pub fn explain(
    source: &dyn Select,
    expr: &Expr,
    at_ms: i64,
    options: &EngineOptions,
) -> Result<Vec<Explained>, EvalError> {
    let mut nodes = Vec::new();
    let mut open = vec![(expr, 0)];
    while let Some((expr, depth)) = open.pop() {
        if let ExprKind::Paren(inner) = &expr.kind {
            open.push((inner, depth));
            continue;
        }
        let series = match instant(source, expr, at_ms, options)?.value {
            QueryValue::Scalar(_) | QueryValue::String(_) => None,
            value => Some(value.series_count()),
        };
        let Span { start, end } = expr.span;
        let (text, words) = (expr.to_string(), words(expr));
        nodes.push(Explained { depth, span: (start, end), text, words, series });
        open.extend(parts(expr).into_iter().rev().map(|part| (part, depth + 1)));
    }
    Ok(nodes)
}

/// The nodes that a node is made of. The labels that `info` asks for are none.
fn parts(expr: &Expr) -> Vec<&Expr> {
    let mut parts = expr.parts();
    if let ExprKind::Call(call) = &expr.kind
        && call.function == Function::Info
    {
        parts.truncate(1);
    }
    parts
}

fn words(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(_) => "A number.".to_owned(),
        ExprKind::String(_) => "A text.".to_owned(),
        ExprKind::Selector(selector) => {
            format!("The present value of each {}.", series_words(selector))
        }
        ExprKind::Matrix(matrix) => {
            format!(
                "The samples of {} of each {}.",
                span_words(&matrix.range),
                series_words(&matrix.selector)
            )
        }
        ExprKind::Subquery(subquery) => {
            let step = subquery
                .step
                .as_ref()
                .map_or("at the default step".to_owned(), |step| format!("every {step}"));
            let when = time_words(&subquery.modifiers);
            format!("What is below, evaluated {step} over {}{when}.", span_words(&subquery.range))
        }
        ExprKind::Unary(unary) => match unary.op {
            UnaryOp::Plus => "The values as they are.".to_owned(),
            UnaryOp::Minus => "The values with the opposite sign.".to_owned(),
        },
        ExprKind::Binary(binary) => binary_words(binary),
        ExprKind::Aggregate(aggregate) => aggregate_words(aggregate),
        ExprKind::Call(call) => call.function.signature().summary.to_owned(),
        ExprKind::Paren(inner) => words(inner),
    }
}

/// `series of up whose job is "web", 5m earlier`.
fn series_words(selector: &VectorSelector) -> String {
    let mut words = match &selector.name {
        Some(name) => format!("series of {name}"),
        None => "series".to_owned(),
    };
    let is_name = |matcher: &&Matcher| selector.name.is_some() && matcher.name() == METRIC_NAME;
    let conditions: Vec<String> =
        selector.matchers.iter().filter(|matcher| !is_name(matcher)).map(condition_words).collect();
    if !conditions.is_empty() {
        words.push_str(" whose ");
        words.push_str(&conditions.join(" and whose "));
    }
    if let Some(extension) = selector.extension {
        words.push_str(", ");
        words.push_str(extension.as_str());
    }
    words + &time_words(&selector.modifiers)
}

fn condition_words(matcher: &Matcher) -> String {
    let relation = match (matcher.op(), matcher.value().is_empty()) {
        (MatchOp::Equal, true) => return format!("{} is absent", matcher.name()),
        (MatchOp::NotEqual, true) => return format!("{} is there", matcher.name()),
        (MatchOp::Equal, false) => "is",
        (MatchOp::NotEqual, false) => "is not",
        (MatchOp::Regex, _) => "matches",
        (MatchOp::NotRegex, _) => "does not match",
    };
    format!("{} {relation} {:?}", matcher.name(), matcher.value())
}

fn span_words(range: &DurationExpr) -> String {
    format!("the last {range}")
}

fn time_words(modifiers: &TimeModifiers) -> String {
    let at = match modifiers.at {
        None => String::new(),
        Some(At::Start) => ", at the start of the query".to_owned(),
        Some(At::End) => ", at the end of the query".to_owned(),
        Some(At::Timestamp(at_ms)) => format!(", at {}.{:03} s", at_ms / 1000, (at_ms % 1000).abs()),
    };
    match &modifiers.offset {
        Some(offset) => format!("{at}, offset by {offset}"),
        None => at,
    }
}

fn binary_words(binary: &BinaryExpr) -> String {
    let relation = match binary.op {
        BinaryOp::Equal => "equal to",
        BinaryOp::NotEqual => "other than",
        BinaryOp::Less => "less than",
        BinaryOp::LessEqual => "at most",
        BinaryOp::Greater => "greater than",
        BinaryOp::GreaterEqual => "at least",
        _ => "",
    };
    let what = match binary.op {
        BinaryOp::And => "The left series that have a partner on the right".to_owned(),
        BinaryOp::Or => "The left series, and those right ones that have no partner on the left".to_owned(),
        BinaryOp::Unless => "The left series that have no partner on the right".to_owned(),
        BinaryOp::TrimUpper => "The left histograms without what is above the right value".to_owned(),
        BinaryOp::TrimLower => "The left histograms without what is below the right value".to_owned(),
        op if op.is_comparison() && binary.returns_bool => {
            format!("1 where the left value is {relation} the right one, else 0")
        }
        op if op.is_comparison() => format!("The left values that are {relation} the right ones"),
        op => format!("Left {op} right"),
    };
    let labels = |names: &[String]| names.join(", ");
    let partners = match &binary.matching.labels {
        None => String::new(),
        Some(MatchLabels::On(names)) if names.is_empty() => "; all are partners".to_owned(),
        Some(MatchLabels::On(names)) => format!("; partners have the same {}", labels(names)),
        Some(MatchLabels::Ignoring(names)) => format!("; partners differ in {} at most", labels(names)),
    };
    let many = match binary.matching.group.as_ref().map(|group| group.many_side) {
        None => "",
        Some(Side::Left) => ", and many on the left share one",
        Some(Side::Right) => ", and many on the right share one",
    };
    format!("{what}{partners}{many}.")
}

fn aggregate_words(aggregate: &AggregateExpr) -> String {
    let param = aggregate.param.as_ref().map(ToString::to_string).unwrap_or_default();
    let what = match aggregate.op {
        AggregateOp::Sum => "The sum".to_owned(),
        AggregateOp::Avg => "The mean".to_owned(),
        AggregateOp::Min => "The least value".to_owned(),
        AggregateOp::Max => "The largest value".to_owned(),
        AggregateOp::Count => "The number of series".to_owned(),
        AggregateOp::CountValues => format!("How often each value occurs, the value as label {param}"),
        AggregateOp::Group => "1".to_owned(),
        AggregateOp::Topk => format!("The {param} series with the largest values"),
        AggregateOp::Bottomk => format!("The {param} series with the least values"),
        AggregateOp::Quantile => format!("The quantile {param}"),
        AggregateOp::Stddev => "The standard deviation".to_owned(),
        AggregateOp::Stdvar => "The variance".to_owned(),
        AggregateOp::Limitk => format!("Any {param} series"),
        AggregateOp::LimitRatio => format!("A share of {param} of the series"),
    };
    match &aggregate.grouping {
        None => format!("{what}, over all series."),
        Some(Grouping::By(names)) if names.is_empty() => format!("{what}, over all series."),
        Some(Grouping::By(names)) => format!("{what}, for each {}.", names.join(", ")),
        Some(Grouping::Without(names)) if names.is_empty() => {
            format!("{what}, for each combination of all labels.")
        }
        Some(Grouping::Without(names)) => {
            format!("{what}, for each combination of all labels but {}.", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Labels;
    use crate::promql::{ParseOptions, parse};
    use crate::store::{Store, StoreOptions};

    #[track_caller]
    fn check(query: &str, expect: &[&str]) {
        let mut store = Store::new(StoreOptions::default());
        for (route, status) in [("/a", "200"), ("/a", "500"), ("/b", "200")] {
            let pairs = [("__name__", "hits_total"), ("route", route), ("status", status)];
            let id = store.series_for(&Labels::from_pairs(pairs));
            store.append(id, 0, 1.0);
            store.append(id, 60_000, 4.0);
        }
        let expr = parse(query, &ParseOptions::experimental()).unwrap();
        let nodes = explain(&store, &expr, 60_000, &EngineOptions::default()).unwrap();
        let shown = |node: &Explained| {
            let series = node.series.map(|series| format!(" [{series}]")).unwrap_or_default();
            format!("{}{}{series}: {}", "  ".repeat(node.depth), node.text, node.words)
        };
        assert_eq!(nodes.iter().map(shown).collect::<Vec<_>>(), expect, "{query}");
    }

    #[test]
    fn every_node_is_explained() {
        check(
            r#"sum by (route) (rate(hits_total{status!="500"}[5m])) > 0"#,
            &[
                r#"sum by (route) (rate(hits_total{status!="500"}[5m])) > 0 [2]: The left values that are greater than the right ones."#,
                r#"  sum by (route) (rate(hits_total{status!="500"}[5m])) [2]: The sum, for each route."#,
                r#"    rate(hits_total{status!="500"}[5m]) [2]: The growth per second of a counter over each window, resets allowed for, extrapolated to its edges."#,
                r#"      hits_total{status!="500"}[5m] [2]: The samples of the last 5m of each series of hits_total whose status is not "500"."#,
                "  0: A number.",
            ],
        );
        check(
            r#"max_over_time((topk(1, {__name__=~"hits.*", job="", route=~"/a|/b"} offset 1m))[2m:30s] @ 60)"#,
            &[
                r#"max_over_time((topk(1, {__name__=~"hits.*", job="", route=~"/a|/b"} offset 1m))[2m:30s] @ 60.000) [1]: The largest value of each window."#,
                r#"  (topk(1, {__name__=~"hits.*", job="", route=~"/a|/b"} offset 1m))[2m:30s] @ 60.000 [1]: What is below, evaluated every 30s over the last 2m, at 60.000 s."#,
                r#"    topk(1, {__name__=~"hits.*", job="", route=~"/a|/b"} offset 1m) [1]: The 1 series with the largest values, over all series."#,
                "      1: A number.",
                r#"      {__name__=~"hits.*", job="", route=~"/a|/b"} offset 1m [3]: The present value of each series whose __name__ matches "hits.*" and whose job is absent and whose route matches "/a|/b", offset by 1m."#,
            ],
        );
        check(
            "hits_total == bool on (route) group_left () nothing",
            &[
                "hits_total == bool on (route) group_left () nothing [0]: 1 where the left value is equal to the right one, else 0; partners have the same route, and many on the left share one.",
                "  hits_total [3]: The present value of each series of hits_total.",
                "  nothing [0]: The present value of each series of nothing.",
            ],
        );
    }
}
