//! The order in which a panel's lines stand, in the window and in the terminal.

use p95_core::model::labels::QUANTILE;
use p95_core::overview::{Chart, Panel};
use p95_engine::PanelResult;

use crate::view::NamedSeries;

/// How often lines may change places, in milliseconds: an order that changes with each scrape cannot be read.
const ORDER_STAYS_MS: i64 = 5_000;

/// Puts the highest lines first, where they have no order of their own.
pub(crate) fn order(series: &mut Vec<NamedSeries<'_>>, panel: &Panel, result: &PanelResult) {
    if panel.chart == Chart::Lines && !has_own_order(panel) {
        sort_by_value(series, result);
    }
}

/// Whether a query's series have a quantile in common.
pub(crate) fn is_quantile(legend: &str) -> bool {
    ["p50", "p95", "p99"].contains(&legend)
}

/// Whether the lines stand in an order that says something: p50, p95, p99, or the quantiles of one summary.
fn has_own_order(panel: &Panel) -> bool {
    match panel.queries.as_slice() {
        [query] => query.legend_labels.as_slice() == [QUANTILE],
        several => several.iter().all(|query| is_quantile(&query.legend)),
    }
}

/// The highest first, by their values at the last whole five seconds, or step where that is longer. Those that are as high as
/// each other stay in the order of their names; those without a number come last.
fn sort_by_value(series: &mut Vec<NamedSeries<'_>>, result: &PanelResult) {
    let (end_ms, step_ms) = (result.end_ms, result.step_ms.max(1));
    let at_ms = end_ms - end_ms.rem_euclid(ORDER_STAYS_MS.max(step_ms));
    let value = |series: &NamedSeries<'_>| {
        // One that has just begun has its newest value, one that has ended none.
        let now = series.value_at(end_ms, step_ms);
        let then = now.and_then(|now| series.value_at(at_ms, step_ms).or(Some(now)));
        then.filter(|value| !value.is_nan()).unwrap_or(f64::NEG_INFINITY)
    };
    let mut ranked: Vec<(f64, NamedSeries<'_>)> = series.drain(..).map(|one| (value(&one), one)).collect();
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    series.extend(ranked.into_iter().map(|(_, one)| one));
}
