//! Gauges and what is like them: values, ages, status strips, tables of labels.

use super::breakdown::differing_labels;
use super::card::{Card, Chart, Panel};
use super::family::{Family, Metric};
use super::query::{named, selector};
use super::{BaseUnit, Unit};
use crate::model::MetricType;

/// Ends of names of gauges that hold a point in time.
const TIMES: [&str; 7] = [
    "_timestamp_seconds",
    "_timestamp_in_seconds",
    "_timestamp",
    "_start_time_seconds",
    "_boot_time_seconds",
    "_last_gc_time_seconds",
    "_last_seen_seconds",
];

/// Ends of names of gauges that are 1 while all is well, else 0.
const STATUSES: [&str; 5] = ["_up", "_success", "_successful", "_healthy", "_ready"];

/// The value of a gauge, or of a metric of which no more is known.
pub(super) fn gauge_card(family: &Family<'_>) -> Option<Card> {
    let metric = family.value?;
    Some(if TIMES.iter().any(|time| family.name.ends_with(time)) {
        age_card(family, metric)
    } else if family.name == "up" || STATUSES.iter().any(|status| family.name.ends_with(status)) {
        status_card(family, metric)
    } else {
        value_card(family, metric)
    })
}

/// The states of a stateset over time.
pub(super) fn stateset_card(family: &Family<'_>) -> Option<Card> {
    Some(status_card(family, family.value?))
}

/// The labels of an info metric.
pub(super) fn info_card(family: &Family<'_>) -> Option<Card> {
    let metric = family.value?;
    let labels: Vec<String> = metric.seen.labels.keys().cloned().collect();
    let query = named("", &labels, selector(metric.name, &[]));
    Some(card(family, metric, Panel::new("labels", Chart::Table, Unit::default(), vec![query])))
}

fn value_card(family: &Family<'_>, metric: Metric<'_>) -> Card {
    let unit = family.unit();
    let axis = unit.axis();
    let face = panel("value", Chart::Lines, Unit::of(unit), axis, metric, selector(metric.name, &[]));
    card(family, metric, face)
}

/// How long ago something happened. A time of 0 means never, as it does in the exporters that have such metrics.
fn age_card(family: &Family<'_>, metric: Metric<'_>) -> Card {
    let expr = format!("time() - ({} > 0)", selector(metric.name, &[]));
    let face = panel("age", Chart::Age, Unit::of(BaseUnit::Seconds), None, metric, expr);
    card(family, metric, face)
}

fn status_card(family: &Family<'_>, metric: Metric<'_>) -> Card {
    let expr = selector(metric.name, &[]);
    let face = panel("status", Chart::Status, Unit::default(), Some([0.0, 1.0]), metric, expr);
    card(family, metric, face)
}

fn panel(
    title: &str,
    chart: Chart,
    unit: Unit,
    axis: Option<[f64; 2]>,
    metric: Metric<'_>,
    expr: String,
) -> Panel {
    let labels = differing_labels(metric);
    let legend = if labels.is_empty() { metric.name } else { "" };
    Panel { axis, ..Panel::new(title, chart, unit, vec![named(legend, &labels, expr)]) }
}

fn card(family: &Family<'_>, metric: Metric<'_>, face: Panel) -> Card {
    let is_gauge = matches!(family.metric_type, MetricType::Gauge | MetricType::Unknown);
    Card {
        id: family.name.to_owned(),
        title: family.name.to_owned(),
        family: family.name.to_owned(),
        metric_type: family.metric_type,
        help: family.help().to_owned(),
        face,
        details: Vec::new(),
        note: None,
        error_like: is_gauge && super::errors::is_error_like(family.name),
        by: differing_labels(metric),
        series: family.series(),
    }
}
