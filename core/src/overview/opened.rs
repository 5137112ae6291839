//! A card, opened: its charts, a chart for each label, and the columns of a table of its series.

use std::collections::{BTreeMap, BTreeSet};

use super::breakdown::preference;
use super::card::{Card, Chart, Overview, Panel};
use super::lens::{Lens, rewritten};
use super::seen::SeenLabel;
use super::{Seen, Unit};
use crate::model::MetricType;
use crate::model::labels::{BUCKET, QUANTILE};
use crate::promql::ast::Expr;
use crate::promql::{ParseOptions, parse};

/// A card, opened.
///
/// [`open`] has an example.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Opened {
    /// The card through the lens.
    pub card: Card,
    /// The labels of its series; those that say most come first.
    pub labels: Vec<CardLabel>,
    /// The columns of a table with a row for each series.
    pub columns: Vec<Column>,
    /// The names of the metrics that it reads.
    pub metrics: Vec<String>,
}

/// A label of a card's series.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Lens, Seen, Window, open, overview};
///
/// let series = ["/cart", "/pay"].map(|route| Labels::from_pairs([("__name__", "hits_total"), ("route", route)]));
/// let seen = Seen::new([], &series);
/// let overview = overview(&seen, Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
/// let label = open(&seen, &overview, "hits_total", &Lens::default()).unwrap().labels.remove(0);
/// assert_eq!((label.name.as_str(), label.values.join(" ")), ("route", "/cart /pay".to_owned()));
/// assert_eq!(label.panel.unwrap().queries[0].expr, "sum by (route) (rate(hits_total[4s]))");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CardLabel {
    /// Its name.
    pub name: String,
    /// Its values, as many as were kept; `""` where some series do not have it.
    pub values: Vec<String>,
    /// Whether there are more values than these.
    pub has_more: bool,
    /// The card's face with a line for each value; `None` where there is but one.
    pub panel: Option<Panel>,
}

/// A column of the table of a card's series.
///
/// [`open`] has an example.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Column {
    /// What the values are.
    pub title: String,
    /// What they are measured in.
    pub unit: Unit,
    /// The query, whose answer has a value for each series.
    pub expr: String,
}

/// Opens the card of an overview that has this id, or is of this family; `None` where there is no such card.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Lens, Seen, Window, open, overview};
///
/// let seen = Seen::new([], &[Labels::from_pairs([("__name__", "sent_bytes_total"), ("job", "shop")])]);
/// let overview = overview(&seen, Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
/// let opened = open(&seen, &overview, "sent_bytes_total", &Lens::default()).unwrap();
/// assert_eq!(opened.metrics, ["sent_bytes_total"]);
/// let column = &opened.columns[0];
/// assert_eq!((column.title.as_str(), column.expr.as_str()), ("rate", "rate(sent_bytes_total[4s])"));
/// assert_eq!(column.unit.format(2048.0), "2 KiB/s");
/// ```
pub fn open(seen: &Seen, overview: &Overview, id: &str, lens: &Lens) -> Option<Opened> {
    let found = overview.cards().find(|card| card.id == id);
    let found = found.or_else(|| overview.cards().find(|card| card.family == id))?;
    // A card about a family's failures has a share of each group, and none of each series.
    let family = overview.cards().find(|card| card.id == card.family && card.family == found.family);
    let card = found.through(lens);
    let mut metrics = Vec::new();
    for name in found.panels().flat_map(|panel| &panel.queries).flat_map(|query| names_in(&query.expr)) {
        if !metrics.contains(&name) {
            metrics.push(name);
        }
    }
    Some(Opened {
        labels: labels(seen, found, &card, &metrics, lens),
        columns: columns(&family.map_or_else(|| card.clone(), |family| family.through(lens))),
        card,
        metrics,
    })
}

/// The labels of the series, each with the card's face broken down by it.
fn labels(seen: &Seen, found: &Card, card: &Card, metrics: &[String], lens: &Lens) -> Vec<CardLabel> {
    let mut merged: BTreeMap<&str, SeenLabel> = BTreeMap::new();
    let seen_metrics: Vec<_> = metrics.iter().filter_map(|name| seen.metric(name)).collect();
    for (name, label) in seen_metrics.iter().flat_map(|metric| &metric.labels) {
        let entry = merged.entry(name.as_str()).or_default();
        entry.values.extend(label.values.iter().cloned());
        entry.has_more |= label.has_more;
        entry.series += label.series;
    }
    let total: usize = seen_metrics.iter().map(|metric| metric.series).sum();
    // What the card's own queries choose by is no label to break them down by.
    let conditions: BTreeSet<String> =
        found.face.queries.iter().flat_map(|query| conditions_in(&query.expr)).collect();
    // Of a state set, the states alone tell something apart.
    let base = broken_down(card).filter(|_| card.metric_type != MetricType::StateSet);
    let mut labels: Vec<(_, CardLabel)> = merged
        .into_iter()
        .filter(|(name, _)| ![BUCKET, QUANTILE].contains(name))
        .map(|(name, mut label)| {
            if label.series < total {
                label.values.insert(String::new());
            }
            let is_fixed = lens.filters.iter().any(|filter| filter.name == name && !filter.is_not);
            let differs = label.has_more || label.values.len() > 1;
            let has_panel = differs && !is_fixed && !conditions.contains(name);
            let panel = base.filter(|_| has_panel).map(|base| base.grouped_by(&[name.to_owned()]));
            let place = (panel.is_none(), preference(name, &label));
            let values = Vec::from_iter(label.values);
            (place, CardLabel { name: name.to_owned(), values, has_more: label.has_more, panel })
        })
        .collect();
    labels.sort_by_key(|(place, _)| *place);
    labels.into_iter().map(|(_, label)| label).collect()
}

/// The panel that is broken down by labels: the face, or the mean where that has a line for each quantile.
fn broken_down(card: &Card) -> Option<&Panel> {
    let has_quantiles = |panel: &Panel| {
        panel.queries.iter().any(|query| query.legend_labels.iter().any(|name| name == QUANTILE))
    };
    let mut panels = card.panels().filter(|panel| !panel.queries.is_empty());
    let first = panels.next()?;
    if has_quantiles(first) {
        panels.find(|panel| !has_quantiles(panel)).or(Some(first))
    } else {
        Some(first)
    }
}

/// A column for each query of the card, without its groups.
fn columns(card: &Card) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for panel in card.panels().filter(|panel| panel.chart != Chart::Heatmap) {
        for query in &panel.queries {
            let expr = rewritten(&query.expr, Expr::ungrouped);
            let is_quantile = ["p50", "p95", "p99"].contains(&query.legend.as_str());
            let title = if is_quantile { &query.legend } else { &panel.title };
            if !columns.iter().any(|column| column.expr == expr) {
                columns.push(Column { title: title.clone(), unit: panel.unit.clone(), expr });
            }
        }
    }
    columns
}

fn names_in(query: &str) -> Vec<String> {
    parse(query, &ParseOptions::default()).map(|expr| expr.metric_names()).unwrap_or_default()
}

/// The labels that a query has conditions on, the metric's name not among them.
fn conditions_in(query: &str) -> Vec<String> {
    parse(query, &ParseOptions::default()).map(|expr| expr.label_conditions()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{LabelFilter, Window, overview};
    use super::*;
    use crate::model::{Labels, Metadata};

    const WINDOW: Window = Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 };

    /// Metrics of these names and types, each with two routes and statuses, all of one job.
    fn seen(metrics: &[(&str, MetricType, &[&str])]) -> Seen {
        let mut seen = Seen::default();
        for (family, metric_type, names) in metrics {
            seen.add_metadata(&Metadata {
                name: (*family).into(),
                metric_type: *metric_type,
                unit: "".into(),
                help: "".into(),
            });
            for name in *names {
                for (route, status) in [("/cart", "200"), ("/pay", "200"), ("/pay", "500")] {
                    let labels = [("__name__", *name), ("job", "p95"), ("route", route), ("status", status)];
                    seen.add_series(&Labels::from_pairs(labels));
                }
            }
        }
        seen
    }

    fn opened(seen: &Seen, id: &str, lens: &Lens) -> Opened {
        open(seen, &overview(seen, WINDOW), id, lens).unwrap()
    }

    fn filter(name: &str, value: &str) -> LabelFilter {
        LabelFilter { name: name.to_owned(), value: value.to_owned(), is_not: false }
    }

    #[test]
    fn each_label_that_differs_has_a_panel() {
        let seen = seen(&[("hits", MetricType::Counter, &["hits_total"])]);
        let opened = opened(&seen, "hits", &Lens::default());
        let shown = opened.labels.iter().map(|label| {
            let panel = label.panel.as_ref().map_or("", |panel| panel.queries[0].expr.as_str());
            (label.name.as_str(), label.values.join(" "), panel)
        });
        assert_eq!(
            Vec::from_iter(shown),
            [
                ("status", "200 500".to_owned(), "sum by (status) (rate(hits_total[4s]))"),
                ("route", "/cart /pay".to_owned(), "sum by (route) (rate(hits_total[4s]))"),
                ("job", "p95".to_owned(), ""),
            ]
        );
        assert_eq!(opened.metrics, ["hits_total"]);
    }

    #[test]
    fn a_state_set_is_not_broken_down() {
        let seen = seen(&[("breaker", MetricType::StateSet, &["breaker"])]);
        let opened = opened(&seen, "breaker", &Lens::default());
        assert!(opened.labels.iter().all(|label| label.panel.is_none()), "a group of states has none");
    }

    #[test]
    fn a_lens_filters_and_regroups_everything() {
        let seen = seen(&[("hits", MetricType::Counter, &["hits_total"])]);
        let lens = Lens { filters: vec![filter("route", "/pay")], group_by: Some(Vec::new()) };
        let opened = opened(&seen, "hits", &lens);
        assert_eq!(opened.card.face.queries[0].expr, r#"sum(rate(hits_total{route="/pay"}[4s]))"#);
        let by_status = opened.labels[0].panel.as_ref().unwrap();
        assert_eq!(by_status.queries[0].expr, r#"sum by (status) (rate(hits_total{route="/pay"}[4s]))"#);
        let route = opened.labels.iter().find(|label| label.name == "route").unwrap();
        assert_eq!(route.panel, None, "it has one value left");
        assert_eq!(opened.columns[1].expr, r#"hits_total{route="/pay"}"#);
    }

    #[test]
    fn histograms_are_broken_down_at_p95() {
        let mut seen = seen(&[("t_seconds", MetricType::Histogram, &["t_seconds_count", "t_seconds_sum"])]);
        seen.add_series(&Labels::from_pairs([
            ("__name__", "t_seconds_bucket"),
            ("le", "1"),
            ("route", "/a"),
        ]));
        seen.add_series(&Labels::from_pairs([
            ("__name__", "t_seconds_bucket"),
            ("le", "1"),
            ("route", "/b"),
        ]));
        let lens = Lens { group_by: Some(vec!["route".to_owned()]), ..Lens::default() };
        let opened = opened(&seen, "t_seconds", &lens);
        let p95 = "histogram_quantile(0.95, sum by (le, route) (rate(t_seconds_bucket[4s])))";
        let exprs = |panel: &Panel| panel.queries.iter().map(|query| query.expr.clone()).collect::<Vec<_>>();
        assert_eq!(exprs(&opened.card.face), [p95]);
        let route = opened.labels.iter().find(|label| label.name == "route").unwrap();
        assert_eq!(exprs(route.panel.as_ref().unwrap()), [p95]);
        let titles = Vec::from_iter(opened.columns.iter().map(|column| column.title.as_str()));
        assert_eq!(titles, ["p95", "observations", "mean"]);
        assert_eq!(opened.columns[0].expr, "histogram_quantile(0.95, rate(t_seconds_bucket[4s]))");
    }

    #[test]
    fn an_error_rate_is_not_broken_down_by_what_it_chooses_by() {
        let seen = seen(&[("hits", MetricType::Counter, &["hits_total"])]);
        let opened = opened(&seen, "hits/error-rate", &Lens::default());
        let panels = opened.labels.iter().filter(|label| label.panel.is_some());
        assert_eq!(Vec::from_iter(panels.map(|label| label.name.as_str())), ["route"]);
        // A share of one series alone means nothing.
        assert_eq!(opened.columns[0].expr, "rate(hits_total[4s])");
    }

    #[test]
    fn what_is_not_there_cannot_be_opened() {
        let seen = seen(&[("hits", MetricType::Counter, &["hits_total"])]);
        assert_eq!(open(&seen, &overview(&seen, WINDOW), "nothing", &Lens::default()), None);
    }
}
