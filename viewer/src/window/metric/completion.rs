//! What a query may go on with.

use p95_core::promql::ast::{AggregateOp, Function};
use p95_engine::Names;

/// The most suggestions.
const MAX_SUGGESTIONS: usize = 12;
/// Words before a list of labels in parentheses.
const BEFORE_LABELS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// A way to go on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Completion {
    /// What takes the place of the word.
    pub(super) insert: String,
    /// What it is, in a word or two.
    pub(super) kind: &'static str,
}

/// Whether a character ends a word of a query.
pub(super) fn is_boundary(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '_' | ':'))
}

/// The ways to go on after `before`, where `word` is being written: those that begin with it come first.
pub(super) fn completions(before: &str, word: &str, names: &Names) -> Vec<Completion> {
    if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) || is_in_string(before) {
        return Vec::new();
    }
    let labels = names.labels.iter().map(|name| (name.as_str(), "label"));
    let metrics = names.metrics.iter().map(|name| (name.as_str(), "metric"));
    let functions = Function::ALL.iter().filter(|function| !function.signature().is_experimental);
    let functions = functions.map(|function| (function.name(), "function"));
    let aggregations = AggregateOp::ALL.into_iter().filter(|op| !op.is_experimental());
    let aggregations = aggregations.map(|op| (op.as_str(), "aggregation"));
    let candidates: Vec<(&str, &'static str)> = if is_among_labels(before) {
        labels.collect()
    } else {
        aggregations.chain(functions).chain(metrics).collect()
    };
    let wanted = word.to_lowercase();
    let mut found: Vec<(usize, &str, &'static str)> = candidates
        .into_iter()
        .filter_map(|(name, kind)| Some((name.to_lowercase().find(&wanted)?, name, kind)))
        .collect();
    // What is written in full needs no help.
    if found.iter().any(|(_, name, _)| *name == word) {
        return Vec::new();
    }
    found.sort_by_key(|(place, name, _)| (*place > 0, name.len()));
    let completion =
        |(_, name, kind): (usize, &str, &'static str)| Completion { insert: name.to_owned(), kind };
    found.into_iter().take(MAX_SUGGESTIONS).map(completion).collect()
}

/// Whether a text ends within quotes.
fn is_in_string(before: &str) -> bool {
    let mut quote = None;
    let mut chars = before.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(_) if c == '\\' => {
                chars.next();
            }
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            _ => {}
        }
    }
    quote.is_some()
}

/// Whether a text ends where a label is to stand: in braces, or in the parentheses after `by` and its like.
fn is_among_labels(before: &str) -> bool {
    let opened =
        before.rfind(['{', '(']).filter(|at| !before.get(*at..).unwrap_or_default().contains(['}', ')']));
    let Some(at) = opened else { return false };
    let (head, tail) = before.split_at(at);
    if tail.starts_with('{') {
        return true;
    }
    let word = head.trim_end().rsplit(is_boundary).next().unwrap_or_default();
    BEFORE_LABELS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            metrics: ["http_requests_total", "requests_total", "up"].map(str::to_owned).into(),
            labels: ["route", "status"].map(str::to_owned).into(),
        }
    }

    #[test]
    fn what_may_come_depends_on_the_place() {
        #[track_caller]
        fn check(text: &str, expect: &[&str]) {
            let start = text.rfind(is_boundary).map_or(0, |at| at + 1);
            let (before, word) = text.split_at(start);
            let found = completions(before, word, &names());
            assert_eq!(Vec::from_iter(found.iter().map(|one| one.insert.as_str())), expect, "{text}");
        }
        check("requ", &["requests_total", "http_requests_total"]);
        check("sum(rate(http", &["http_requests_total"]);
        check("histogram_quan", &["histogram_quantile"]);
        check("sum by (ro", &["route"]);
        check("sum by (status) (roun", &["round"]);
        check("up{st", &["status"]);
        check("up{status=\"5", &[]);
        check("up{status=\"ro", &[]);
        check("up", &[]);
        check("", &[]);
        check("rate(up[5", &[]);
        check("a + on(rou", &["route"]);
    }
}
