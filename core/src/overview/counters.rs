//! Counters: their rates.

use super::breakdown::by_labels;
use super::card::{Card, Chart, Panel};
use super::errors::is_error_like;
use super::family::Family;
use super::query::{named, rate, selector, sum};
use super::{Unit, Window};

/// The rate of a counter, and its total when opened.
pub(super) fn counter_card(family: &Family<'_>, window: Window) -> Option<Card> {
    let metric = family.value?;
    let by = by_labels(metric, &[]);
    let series = selector(metric.name, &[]);
    let range = window.range();
    let legend = if by.is_empty() { "total" } else { "" };
    let lines = |inner: &str| named(legend, &by, sum(by.iter().map(String::as_str), inner));
    Some(Card {
        id: family.name.to_owned(),
        title: family.name.to_owned(),
        family: family.name.to_owned(),
        metric_type: family.metric_type,
        help: family.help().to_owned(),
        face: Panel::new(
            "rate",
            Chart::Lines,
            Unit::rate(family.unit()),
            range.iter().map(|range| lines(&rate(&series, range))).collect(),
        ),
        details: vec![Panel::new("total", Chart::Lines, Unit::of(family.unit()), vec![lines(&series)])],
        note: range.is_none().then(|| window.waiting_note()),
        error_like: is_error_like(family.name),
        by: by.clone(),
        series: family.series(),
    })
}
