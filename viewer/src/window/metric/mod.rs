//! The page of one metric.
//!
//! | file | what is in it |
//! |---|---|
//! | `state` | filters, groups, edited queries, hidden lines; and how they change |
//! | `title` | the name, and what the metric says of itself |
//! | `lens` | filters and groups as chips |
//! | `query`, `syntax`, `completion` | the queries, editable |
//! | `face`, `ledger` | the chart at full size, and its lines with their figures |
//! | `breakdown` | a chart for each label |
//! | `table` | a row for each series |
//! | `page` | the lines of the last scrape |

mod breakdown;
mod completion;
mod face;
mod ledger;
mod lens;
mod page;
mod query;
mod state;
mod syntax;
mod table;
mod title;

use egui::Ui;
use p95_core::overview::Panel;
use p95_engine::MetricDetail;

use super::scene::Scene;
use super::widgets::heading_ui;
pub(crate) use query::OwnEscape;
pub(crate) use state::{MetricAction, MetricState};

/// Draws all that is known of a metric.
pub(crate) fn metric_ui(ui: &mut Ui, scene: &Scene<'_>, state: &mut MetricState, name: &str) {
    state.turn_to(name);
    let overview = &scene.snapshot.overview;
    let found = overview.cards().find(|card| card.id == name);
    let found = found.or_else(|| overview.cards().find(|card| card.family == name));
    let detail = scene.snapshot.metric.as_deref().filter(|detail| detail.view.card == name);
    // Until the engine has opened it, the overview's card stands in.
    let opened = detail.and_then(|detail| detail.opened.as_ref());
    let card = opened.map(|opened| &opened.card).or(found);
    title::title_ui(ui, scene, name, card);
    let Some(card) = card else {
        ui.weak("No target has a metric of this name at present.");
        return;
    };
    if let Some(opened) = opened {
        lens::lens_ui(ui, scene, state, opened);
    }
    query::queries_ui(ui, scene, state, card, detail);
    face::face_ui(ui, scene, state, card);
    let (Some(detail), Some(opened)) = (detail, opened) else { return };
    breakdown::breakdown_ui(ui, scene, opened);
    table::table_ui(ui, scene, state, opened);
    pages_ui(ui, scene, detail);
}

fn pages_ui(ui: &mut Ui, scene: &Scene<'_>, detail: &MetricDetail) {
    heading_ui(ui, scene, "Last scrape", detail.pages.iter().map(|page| page.lines_total).sum());
    for page in &detail.pages {
        page::page_ui(ui, scene, page);
    }
}

/// The name under which a panel is asked for: another query is another panel, so that no answer is taken for another's.
fn panel_name(place: &str, panel: &Panel) -> String {
    let exprs: Vec<&str> = panel.queries.iter().map(|query| query.expr.as_str()).collect();
    format!("metric {place}: {}", exprs.join("; "))
}
