//! The top row: what to look at first.

use std::collections::BTreeMap;

use super::breakdown::{by_labels, differing_labels};
use super::card::{Card, Chart, Panel};
use super::distributions::{NOTHING_OBSERVED, histogram_metric, quantile_query};
use super::family::Family;
use super::groups::is_folded;
use super::query::{named, rate, selector, sum};
use super::{BaseUnit, Unit, Window};
use crate::model::MetricType;

/// The most error-rate cards in the top row.
const MAX_ERROR_RATES: usize = 3;
/// The most families that share a card of the top row.
const MAX_FAMILIES: usize = 12;
/// The most lines for each family of latencies.
const MAX_LATENCIES: usize = 5;

/// Metrics that p95, as any Prometheus, adds for each target, with what the health card calls them.
const TARGET_METRICS: [(&str, &str, BaseUnit); 3] = [
    ("scrape_duration_seconds", "scrape duration", BaseUnit::Seconds),
    ("scrape_samples_scraped", "samples", BaseUnit::None),
    ("scrape_series_added", "series added", BaseUnit::None),
];

/// Whether a family is about the scraping of a target, and so shown by the health card alone.
pub(super) fn is_about_scraping(name: &str) -> bool {
    name == "up"
        || name == "scrape_samples_post_metric_relabeling"
        || TARGET_METRICS.iter().any(|(n, ..)| *n == name)
}

/// The cards of the top row; `cards` are all others.
pub(super) fn top_row(families: &BTreeMap<&str, Family<'_>>, cards: &[Card], window: Window) -> Vec<Card> {
    let shown = |card: &&Card| !is_folded(&card.family);
    let error_rates: Vec<Card> = cards
        .iter()
        .filter(|card| card.id.ends_with("/error-rate"))
        .filter(shown)
        .take(MAX_ERROR_RATES)
        .cloned()
        .collect();
    // What has an error rate in this row is not counted again beside it.
    let others = errors_card(families, &error_rates, window);
    health_card(families)
        .into_iter()
        .chain(error_rates)
        .chain(others)
        .chain(latencies_card(families, window))
        .collect()
}

/// Whether each target is up; when opened, how long its scrapes take and how much they bring.
fn health_card(families: &BTreeMap<&str, Family<'_>>) -> Option<Card> {
    let metric = families.get("up")?.value?;
    let labels = differing_labels(metric);
    let labels = if labels.is_empty() { vec![crate::model::labels::INSTANCE.to_owned()] } else { labels };
    let panel = |title: &str, chart, unit, axis, name: &str| Panel {
        axis,
        ..Panel::new(title, chart, unit, vec![named("", &labels, selector(name, &[]))])
    };
    let details = TARGET_METRICS.into_iter().filter(|(name, ..)| families.contains_key(name));
    Some(Card {
        face: panel("up", Chart::Status, Unit::default(), Some([0.0, 1.0]), "up"),
        details: details
            .map(|(name, title, base)| panel(title, Chart::Lines, Unit::of(base), None, name))
            .collect(),
        by: labels.clone(),
        series: metric.seen.series,
        ..summary_card("top/targets", "targets", "Whether the last scrape of each target succeeded.")
    })
}

/// The rates of all counters that look like errors and have no error rate of their own.
fn errors_card(families: &BTreeMap<&str, Family<'_>>, rated: &[Card], window: Window) -> Option<Card> {
    let counters: Vec<_> = families
        .values()
        .filter(|family| family.metric_type == MetricType::Counter && !is_folded(family.name))
        .filter(|family| super::errors::is_error_like(family.name))
        .filter(|family| rated.iter().all(|card| card.family != family.name))
        .filter_map(|family| family.value)
        .collect();
    let range = window.range();
    let names = short_names(counters.iter().map(|metric| metric.name).take(MAX_FAMILIES));
    let queries = |range: &String| {
        let lines = counters.iter().zip(&names);
        lines
            .map(|(metric, name)| named(name, &[], sum([], &rate(&selector(metric.name, &[]), range))))
            .collect()
    };
    let cut =
        (counters.len() > MAX_FAMILIES).then(|| format!("{MAX_FAMILIES} of {} counters", counters.len()));
    (!counters.is_empty()).then(|| Card {
        face: Panel::new(
            "rate",
            Chart::Lines,
            Unit::rate(BaseUnit::None),
            range.as_ref().map(queries).unwrap_or_default(),
        ),
        note: range.is_none().then(|| window.waiting_note()).or(cut),
        error_like: true,
        metric_type: MetricType::Counter,
        series: counters.iter().map(|metric| metric.seen.series).sum(),
        ..summary_card("top/errors", "errors", "The rates of all counters whose names speak of errors, without those that have an error rate here.")
    })
}

/// The highest latencies by p95, of all histograms that measure seconds.
fn latencies_card(families: &BTreeMap<&str, Family<'_>>, window: Window) -> Option<Card> {
    let histograms: Vec<_> = families
        .values()
        .filter(|family| family.metric_type == MetricType::Histogram && !is_folded(family.name))
        .filter(|family| family.unit() == BaseUnit::Seconds)
        .collect();
    let names = short_names(histograms.iter().map(|family| family.name).take(MAX_FAMILIES));
    let queries = histograms.iter().zip(&names).filter_map(|(family, name)| {
        let by = by_labels(histogram_metric(family)?, &[]);
        let is_clear = histograms.len() == 1 && !by.is_empty();
        let legend = if is_clear { "" } else { name };
        Some(named(legend, &by, quantile_query(family, window, "0.95", &by)?))
    });
    let since_start = window.range_ms().is_none().then(|| "since start".to_owned());
    let cut = (histograms.len() > MAX_FAMILIES)
        .then(|| format!("{MAX_FAMILIES} of {} histograms", histograms.len()));
    (!histograms.is_empty()).then(|| Card {
        face: Panel {
            nan: Some(NOTHING_OBSERVED.to_owned()),
            max_series: MAX_LATENCIES,
            ..Panel::new("p95", Chart::Lines, Unit::of(BaseUnit::Seconds), queries.collect())
        },
        note: since_start.or(cut),
        metric_type: MetricType::Histogram,
        series: histograms.iter().map(|family| family.series()).sum(),
        ..summary_card(
            "top/latencies",
            "highest p95 latencies",
            "The highest p95 of all histograms that measure seconds.",
        )
    })
}

/// Names without what all of them begin with, word by word, and without the endings that say what kind of metric they are.
fn short_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names = Vec::from_iter(names.map(|name| {
        let name = name.strip_suffix("_total").unwrap_or(name);
        let name = name.strip_suffix("_seconds").unwrap_or(name);
        name.strip_suffix("_duration").unwrap_or(name)
    }));
    while let Some(shorter) = without_first_word(&names) {
        names = shorter;
    }
    names
}

/// The names without their first word; `None` where they differ in it, or have no other one.
fn without_first_word<'a>(names: &[&'a str]) -> Option<Vec<&'a str>> {
    let [first, _, ..] = names else { return None };
    let (word, _) = first.split_once('_').filter(|(word, _)| !word.is_empty())?;
    let rest = |name: &&'a str| name.strip_prefix(word)?.strip_prefix('_').filter(|rest| !rest.is_empty());
    names.iter().map(rest).collect()
}

/// A card about several families, to be filled.
fn summary_card(id: &str, title: &str, help: &str) -> Card {
    Card {
        id: id.to_owned(),
        title: title.to_owned(),
        family: String::new(),
        metric_type: MetricType::Gauge,
        help: help.to_owned(),
        face: Panel::new("", Chart::Lines, Unit::default(), Vec::new()),
        details: Vec::new(),
        note: None,
        error_like: false,
        by: Vec::new(),
        series: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_they_have_in_common() {
        #[track_caller]
        fn check(names: &[&str], expect: &[&str]) {
            assert_eq!(short_names(names.iter().copied()), expect);
        }
        check(
            &["node_net_drop_total", "node_net_errs_total", "node_oom_total"],
            &["net_drop", "net_errs", "oom"],
        );
        check(&["prom_http_duration_seconds", "prom_engine_seconds"], &["http", "engine"]);
        check(&["shop_errors_total"], &["shop_errors"]);
        check(&["a_total", "a_b_total"], &["a", "a_b"]);
        check(&["errors_total", "errors_total"], &["errors", "errors"]);
        check(&["_a", "_b", ""], &["_a", "_b", ""]);
        check(&[], &[]);
    }
}
