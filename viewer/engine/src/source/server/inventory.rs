//! What a server has: names, types, labels. Bounded, whatever it holds.

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use p95_core::model::labels::METRIC_NAME;
use p95_core::model::select::TimeRange;
use p95_core::model::{Labels, MatchOp, Matcher};
use p95_core::overview::Seen;
use p95_core::promql::eval::QueryValue;

use super::answer::AskError;
use super::{Inventory, ServerSource};
use crate::metric::Names;
use crate::{ScrapeFailure, Stage};

/// The most metrics that have cards.
const MAX_METRICS: usize = 2_000;
/// The metrics that one question is about.
const METRICS_AT_ONCE: usize = 100;
/// The series whose labels are listed in one answer.
const SERIES_AT_ONCE: usize = 10_000;
/// The series whose labels are listed in all.
const MAX_SERIES: usize = 200_000;
/// The most series of one metric whose labels are listed; of one that has more, those of the highest values.
const MAX_SERIES_OF_METRIC: usize = 4_000;
/// The fewest, however many series there are.
const MIN_SERIES_OF_METRIC: usize = 16;
/// The questions that are on their way at the same time.
const AT_ONCE: usize = 2;

/// Asks for what has samples in `range`.
pub(super) async fn take(server: &ServerSource, range: TimeRange) -> Result<Inventory, AskError> {
    let filter = match &server.config.metrics {
        None => Vec::new(),
        Some(pattern) => {
            let matcher = Matcher::new(METRIC_NAME, MatchOp::Regex, pattern)
                .map_err(|error| bad_filter(&error.to_string()))?;
            vec![format!("{{{matcher}}}")]
        }
    };
    let mut names: Vec<String> = server.list("label/__name__/values", &filter, Some(range)).await?;
    let labels = server.list("labels", &filter, Some(range)).await?;
    let total = names.len();
    let all = Names { metrics: names.clone(), labels };
    names.truncate(MAX_METRICS);
    let mut notes = Vec::new();
    if total > names.len() {
        notes.push(format!(
            "cards show the first {MAX_METRICS} of the server's {total} metrics: choose by name with --metrics"
        ));
    }
    let counts = counts(server, &names, range.end_ms).await?;
    let batches = batches(&names, &counts);
    // Lists of futures, not iterators: the compiler cannot tell yet that such an iterator may change threads.
    let listed = Vec::from_iter(batches.whole.iter().map(|names| whole(server, names, range)));
    let parts = batches.parts.iter().map(|name| highest(server, name, batches.most, range.end_ms));
    let parts = Vec::from_iter(parts);
    let listed = stream::iter(listed).buffer_unordered(AT_ONCE).try_fold(Vec::new(), gather).await?;
    let series: Vec<Labels> = stream::iter(parts).buffer_unordered(AT_ONCE).try_fold(listed, gather).await?;
    // Some servers have no metadata: then the names say what they can.
    let metadata = match server.families().await {
        Ok(metadata) => metadata,
        Err(AskError::Refused(..)) => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut seen = Seen::new(&metadata, &series);
    for name in &batches.parts {
        seen.add_unlisted(name, counts.get(name).copied().unwrap_or_default().saturating_sub(batches.most));
    }
    Ok(Inventory { seen, names: all, notes })
}

async fn gather(mut all: Vec<Labels>, more: Vec<Labels>) -> Result<Vec<Labels>, AskError> {
    all.extend(more);
    Ok(all)
}

/// How many series each metric has at a time.
async fn counts(
    server: &ServerSource,
    names: &[String],
    at_ms: i64,
) -> Result<HashMap<String, usize>, AskError> {
    let count = async |names: &[String]| {
        let query = format!("count by ({METRIC_NAME}) ({})", selector_of(names));
        let counted = server.instant_at(&query, Some(at_ms)).await?.value;
        let QueryValue::Vector(samples) = counted else { return Ok(Vec::new()) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let count = |value: f64| value as usize;
        let counts =
            samples.iter().map(|sample| (sample.labels.metric_name().to_owned(), count(sample.sample.value)));
        Ok(Vec::from_iter(counts))
    };
    let counted = stream::iter(names.chunks(METRICS_AT_ONCE).map(count)).buffer_unordered(AT_ONCE);
    let counted: Vec<_> = counted.try_collect().await?;
    Ok(counted.into_iter().flatten().collect())
}

/// Which metrics' series are listed whole, several metrics at a time, and which in part.
#[derive(Debug, PartialEq)]
struct Batches {
    whole: Vec<Vec<String>>,
    parts: Vec<String>,
    /// The most series of one metric.
    most: usize,
}

fn batches(names: &[String], counts: &HashMap<String, usize>) -> Batches {
    let count = |name: &String| counts.get(name).copied().unwrap_or_default();
    let mut most = MAX_SERIES_OF_METRIC;
    while most > MIN_SERIES_OF_METRIC
        && names.iter().map(|name| count(name).min(most)).sum::<usize>() > MAX_SERIES
    {
        most /= 2;
    }
    let mut batches = Batches { whole: Vec::new(), parts: Vec::new(), most };
    let mut series = 0;
    for name in names {
        if count(name) > most {
            batches.parts.push(name.clone());
            continue;
        }
        series += count(name);
        match batches
            .whole
            .last_mut()
            .filter(|batch| batch.len() < METRICS_AT_ONCE && series <= SERIES_AT_ONCE)
        {
            Some(batch) => batch.push(name.clone()),
            None => {
                series = count(name);
                batches.whole.push(vec![name.clone()]);
            }
        }
    }
    batches
}

/// The label sets of all series of some metrics.
async fn whole(server: &ServerSource, names: &[String], range: TimeRange) -> Result<Vec<Labels>, AskError> {
    server.list("series", &[selector_of(names)], Some(range)).await
}

/// The label sets of some series of a metric: those with the highest values, so that the server sends no more.
async fn highest(
    server: &ServerSource,
    name: &str,
    most: usize,
    at_ms: i64,
) -> Result<Vec<Labels>, AskError> {
    let query = format!("topk({most}, {{{}}})", Matcher::equal(METRIC_NAME, name));
    match server.instant_at(&query, Some(at_ms)).await?.value {
        QueryValue::Vector(samples) => Ok(samples.into_iter().map(|sample| sample.labels).collect()),
        _ => Ok(Vec::new()),
    }
}

/// What selects the series of these metrics.
fn selector_of(names: &[String]) -> String {
    let pattern = Vec::from_iter(names.iter().map(|name| escaped(name))).join("|");
    let matcher = Matcher::new(METRIC_NAME, MatchOp::Regex, &pattern);
    // Without what makes a pattern wrong, there is none.
    matcher.map_or_else(|_| String::new(), |matcher| format!("{{{matcher}}}"))
}

/// A regular expression that matches a name alone.
fn escaped(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for c in name.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

fn bad_filter(problem: &str) -> AskError {
    AskError::Failed(ScrapeFailure::new(
        Stage::Options,
        format!("--metrics: {problem}"),
        "correct the regular expression",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_selected_as_they_are() {
        #[track_caller]
        fn check(names: &[&str], expect: &str) {
            assert_eq!(selector_of(&Vec::from_iter(names.iter().map(|name| (*name).to_owned()))), expect);
        }
        check(&["up"], r#"{__name__=~"up"}"#);
        check(&["a", "http.time"], r#"{__name__=~"a|http\\.time"}"#);
    }

    #[test]
    fn what_is_listed_is_bounded() {
        #[track_caller]
        fn check(counts: &[(&str, usize)], expect: (&[&[&str]], &[&str], usize)) {
            let names = Vec::from_iter(counts.iter().map(|(name, _)| (*name).to_owned()));
            let counts = counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
            let found = batches(&names, &counts);
            let whole = Vec::from_iter(
                found.whole.iter().map(|batch| Vec::from_iter(batch.iter().map(String::as_str))),
            );
            assert_eq!(whole, expect.0);
            assert_eq!(
                (found.parts, found.most),
                (Vec::from_iter(expect.1.iter().map(|name| (*name).to_owned())), expect.2)
            );
        }
        check(&[], (&[], &[], 4_000));
        check(&[("a", 1), ("b", 2)], (&[&["a", "b"]], &[], 4_000));
        check(&[("a", 4_000), ("b", 4_000), ("c", 4_000)], (&[&["a", "b"], &["c"]], &[], 4_000));
        check(&[("a", 4_001), ("b", 1)], (&[&["b"]], &["a"], 4_000));
        let many = Vec::from_iter((0..100).map(|n| (if n == 0 { "x" } else { "y" }, 3_000)));
        let names = Vec::from_iter((0..many.len()).map(|n| format!("m{n}")));
        let counts = names.iter().map(|name| (name.clone(), 3_000)).collect();
        let found = batches(&names, &counts);
        assert_eq!((found.whole.len(), found.parts.len(), found.most), (0, 100, 2_000));
    }
}
