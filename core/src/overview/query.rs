//! Writing PromQL.

use std::fmt;

use super::CardQuery;
use crate::model::labels::{METRIC_NAME, is_legacy_metric_name, write_label_name, write_quoted};

/// Words that a query reads as numbers, also where a metric's name may stand.
const NUMBERS: [&str; 2] = ["inf", "nan"];

/// A condition on a label: name, operator, value.
pub(super) type Condition<'a> = (&'a str, &'a str, &'a str);

/// The series of one name. Names that need quotes are written so that servers before Prometheus 3 read them too.
pub(super) fn selector(metric: &str, conditions: &[Condition<'_>]) -> String {
    let plain = is_legacy_metric_name(metric) && !NUMBERS.contains(&metric.to_ascii_lowercase().as_str());
    let quoted = (!plain).then_some((METRIC_NAME, "=", metric));
    let conditions: Vec<String> = quoted
        .iter()
        .chain(conditions)
        .map(|&(name, op, value)| format!("{}{op}{}", LabelName(name), Quoted(value)))
        .collect();
    let name = if plain { metric } else { "" };
    if conditions.is_empty() { name.to_owned() } else { format!("{name}{{{}}}", conditions.join(",")) }
}

/// `rate(selector[range])`.
pub(super) fn rate(selector: &str, range: &str) -> String {
    format!("rate({selector}[{range}])")
}

/// `op by (labels) (inner)`, or `op(inner)` for no labels.
pub(super) fn aggregate<'a>(op: &str, by: impl IntoIterator<Item = &'a str>, inner: &str) -> String {
    let by: Vec<String> = by.into_iter().map(|name| LabelName(name).to_string()).collect();
    if by.is_empty() { format!("{op}({inner})") } else { format!("{op} by ({}) ({inner})", by.join(", ")) }
}

/// `sum by (labels) (inner)`.
pub(super) fn sum<'a>(by: impl IntoIterator<Item = &'a str>, inner: &str) -> String {
    aggregate("sum", by, inner)
}

/// A query whose series are told apart by `labels`.
pub(super) fn named(legend: &str, labels: &[String], expr: String) -> CardQuery {
    CardQuery { expr, legend: legend.to_owned(), legend_labels: labels.to_vec() }
}

struct LabelName<'a>(&'a str);

impl fmt::Display for LabelName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_label_name(f, self.0)
    }
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(f, self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_need_it() {
        #[track_caller]
        fn check(metric: &str, conditions: &[Condition<'_>], expect: &str) {
            assert_eq!(selector(metric, conditions), expect);
        }
        check("up", &[], "up");
        check("up", &[("job", "=", "a\"b")], r#"up{job="a\"b"}"#);
        check("http.requests", &[], r#"{__name__="http.requests"}"#);
        check(
            "http.requests",
            &[("url.path", "=~", "5..")],
            r#"{__name__="http.requests","url.path"=~"5.."}"#,
        );
        check("NaN", &[], r#"{__name__="NaN"}"#);
        assert_eq!(sum(["le", "url.path"], "x"), r#"sum by (le, "url.path") (x)"#);
        assert_eq!(sum([], "x"), "sum(x)");
    }
}
