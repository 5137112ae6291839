//! Which labels a card breaks down by.

use super::family::Metric;
use super::seen::SeenLabel;
use crate::model::labels::{BUCKET, QUANTILE};

/// A label with more values than this makes a chart unreadable.
const MAX_VALUES: usize = 12;
/// The most lines that all labels together may make.
const MAX_LINES: usize = 20;

/// Labels that say most about a service, the most telling first; others come after them, those of few values first.
const TELLING: [&str; 17] = [
    "status",
    "code",
    "status_code",
    "http_status",
    "http_status_code",
    "response_code",
    "outcome",
    "result",
    "route",
    "handler",
    "endpoint",
    "path",
    "method",
    "operation",
    "type",
    "mode",
    "state",
];

/// Words in a label's name that say that its values are meant for machines.
const ID_WORDS: [&str; 14] = [
    "id", "uid", "uuid", "guid", "pid", "trace", "span", "session", "user", "email", "token", "hash", "sha",
    "digest",
];

/// The labels to break a metric down by: those that differ between its series, have few values, and are no ids; as many
/// as a chart can show lines for. `le` and `quantile` are never among them, nor is any of `without`.
pub(super) fn by_labels(metric: Metric<'_>, without: &[&str]) -> Vec<String> {
    let total = metric.seen.series;
    let mut candidates: Vec<(usize, usize, &str)> = metric
        .seen
        .labels
        .iter()
        .map(|(name, label)| (name.as_str(), label))
        .filter(|(name, label)| !is_reserved(name) && !without.contains(name) && !is_id(name, label))
        .map(|(name, label)| (rank(name), variants(label, total), name))
        .filter(|(_, variants, _)| (2..=MAX_VALUES).contains(variants))
        .collect();
    candidates.sort_unstable();
    let mut lines = 1;
    let mut chosen = Vec::new();
    for (_, variants, name) in candidates {
        if lines * variants <= MAX_LINES {
            lines *= variants;
            chosen.push(name.to_owned());
        }
    }
    chosen
}

/// The place of a label among others that a card may be broken down by: ids last, the most telling first, then those of
/// few values.
pub(super) fn preference(name: &str, label: &SeenLabel) -> (bool, usize, bool, usize) {
    (is_id(name, label), rank(name), label.has_more, label.values.len())
}

/// All labels that tell the series of a metric apart, for charts that show each series.
pub(super) fn differing_labels(metric: Metric<'_>) -> Vec<String> {
    let differs = |label: &SeenLabel| label.has_more || variants(label, metric.seen.series) > 1;
    metric.seen.labels.iter().filter(|(_, label)| differs(label)).map(|(name, _)| name.clone()).collect()
}

/// The number of values, where not to have the label counts as one.
fn variants(label: &SeenLabel, total_series: usize) -> usize {
    let more = usize::from(label.has_more) * MAX_LINES;
    label.values.len() + more + usize::from(label.series < total_series)
}

fn is_reserved(name: &str) -> bool {
    name == BUCKET || name == QUANTILE
}

fn rank(name: &str) -> usize {
    TELLING.iter().position(|telling| *telling == name).unwrap_or(TELLING.len())
}

/// Whether a label's values are ids, by its name or by their look.
fn is_id(name: &str, label: &SeenLabel) -> bool {
    let named =
        name.split(['_', '.', '-']).any(|word| ID_WORDS.contains(&word.to_ascii_lowercase().as_str()));
    named || (!label.values.is_empty() && label.values.iter().all(|value| looks_like_an_id(value)))
}

/// Whether a value is a long number or a long string of hexadecimal digits, as hashes and UUIDs are.
fn looks_like_an_id(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let hex = value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    hex && digits >= 4 && (value.len() >= 12 || (digits == value.len() && digits >= 6))
}

#[cfg(test)]
mod tests {
    use super::super::Seen;
    use super::*;
    use crate::model::Labels;

    /// Labels of `x`, each with so many values, in all combinations of their indices up to the largest.
    #[track_caller]
    fn check(labels: &[(&str, &[&str])], expect: &[&str]) {
        let mut seen = Seen::default();
        let longest = labels.iter().map(|(_, values)| values.len()).max().unwrap_or(1);
        for at in 0..longest {
            let values =
                labels.iter().filter_map(|(name, values)| Some((*name, *values.get(at % values.len())?)));
            seen.add_series(&Labels::from_pairs(values.chain([("__name__", "x")])));
        }
        let metric = Metric { name: "x", seen: seen.metric("x").unwrap() };
        assert_eq!(by_labels(metric, &["without"]), expect);
    }

    #[test]
    fn few_values_and_no_ids() {
        let many: Vec<String> = (0..40).map(|at| format!("/p{at}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&[("status", &["200", "500"]), ("instance", &["a"])], &["status"]);
        check(&[("path", &many), ("method", &["GET", "POST"])], &["method"]);
        check(&[("user_id", &["1", "2"]), ("le", &["1", "2"]), ("quantile", &["0.5", "0.9"])], &[]);
        check(&[("commit", &["9fceb02d0ae5", "98ca9a1b04d2"])], &[]);
        check(&[("device", &["17302345", "17302346"])], &[]);
        check(&[("cpu", &["0", "1"])], &["cpu"]);
        check(&[("zone", &["feed", "cafe"])], &["zone"]);
        check(&[("without", &["a", "b"])], &[]);
        check(&[], &[]);
    }

    #[test]
    fn the_most_telling_labels_come_first_and_twenty_lines_are_enough() {
        let four: &[&str] = &["a", "b", "c", "d"];
        let five: &[&str] = &["a", "b", "c", "d", "e"];
        check(&[("az", &["1", "2"]), ("method", four), ("status", four)], &["status", "method"]);
        check(&[("route", five), ("method", five), ("zone", four)], &["route", "zone"]);
    }

    #[test]
    fn a_label_that_some_series_lack_tells_them_apart() {
        check(&[("a", &["x", ""])], &["a"]);
    }
}
