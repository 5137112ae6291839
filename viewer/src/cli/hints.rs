//! What a query asks for that no target has.

use p95_core::model::Matcher;
use p95_core::model::labels::METRIC_NAME;
use p95_core::promql::ast::Expr;
use p95_engine::{QueryFailure, QuerySource};

/// From this likeness on, a name may have been meant.
const LIKENESS: f64 = 0.8;
/// Functions that make labels which no series has.
const LABEL_MAKERS: [&str; 4] = ["label_replace(", "label_join(", "count_values", "info("];

/// A line for each metric of a query that no target has, and for each label that it groups by and that none of its metrics
/// has.
///
/// # Errors
/// Where the source cannot tell its names.
pub(super) async fn hints(expr: &Expr, source: &dyn QuerySource) -> Result<Vec<String>, QueryFailure> {
    let known = source.label_values(METRIC_NAME, &[]).await?;
    let mut hints = unknown_metrics(expr, &known);
    let there = expr.metric_names().into_iter().filter(|name| known.contains(name));
    let selectors = Vec::from_iter(there.map(|name| format!("{{{}}}", Matcher::equal(METRIC_NAME, &name))));
    if !selectors.is_empty() {
        hints.extend(unknown_labels(expr, &source.label_names(&selectors).await?));
    }
    Ok(hints)
}

/// The known name that is most like one, where one is like it.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = known.map(|known| (strsim::jaro_winkler(known, name), known));
    let best = ranked.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(likeness, _)| *likeness > LIKENESS).map(|(_, known)| known)
}

fn unknown_metrics(expr: &Expr, known: &[String]) -> Vec<String> {
    let missing = expr.metric_names().into_iter().filter(|name| !known.contains(name));
    let hint = |name: String| match nearest(&name, known.iter().map(String::as_str)) {
        Some(nearest) => format!("no target has a metric {name:?}; did you mean {nearest}?"),
        None => format!("no target has a metric {name:?}"),
    };
    missing.map(hint).collect()
}

fn unknown_labels(expr: &Expr, labels: &[String]) -> Vec<String> {
    let text = expr.to_string();
    if LABEL_MAKERS.iter().any(|maker| text.contains(maker)) {
        return Vec::new();
    }
    let mut missing = expr.grouping_labels();
    missing.retain(|label| !labels.contains(label));
    missing.sort_unstable();
    missing.dedup();
    let there = Vec::from_iter(labels.iter().map(String::as_str).filter(|label| *label != METRIC_NAME));
    let hint = |label| format!("none of these series has a label {label:?}; they have {}", there.join(", "));
    missing.into_iter().map(hint).collect()
}

#[cfg(test)]
mod tests {
    use p95_core::promql::{ParseOptions, parse};

    use super::*;

    #[test]
    fn a_name_that_no_target_has_is_told_with_the_nearest() {
        #[track_caller]
        fn check(query: &str, expect: &[&str]) {
            let known = ["http_seconds_bucket", "http_seconds_count", "up"].map(str::to_owned);
            let expr = parse(query, &ParseOptions::default()).unwrap();
            assert_eq!(unknown_metrics(&expr, &known), expect, "{query}");
        }
        check("up", &[]);
        check(
            "rate(http_second_bucket[5s]) / up",
            &[r#"no target has a metric "http_second_bucket"; did you mean http_seconds_bucket?"#],
        );
        check("zebra + zebra", &[r#"no target has a metric "zebra""#]);
        check(r#"{job="p95"}"#, &[]);
    }

    #[test]
    fn a_label_that_no_series_has_is_told_with_those_there_are() {
        #[track_caller]
        fn check(query: &str, expect: &[&str]) {
            let labels = ["__name__", "endpoint", "le"].map(str::to_owned);
            let expr = parse(query, &ParseOptions::default()).unwrap();
            assert_eq!(unknown_labels(&expr, &labels), expect, "{query}");
        }
        check("sum by (le, endpoint) (x)", &[]);
        check(
            "max by (route) (sum by (le, route) (x))",
            &[r#"none of these series has a label "route"; they have endpoint, le"#],
        );
        check(r#"sum by (route) (label_replace(x, "route", "$1", "endpoint", "(.*)"))"#, &[]);
    }
}
