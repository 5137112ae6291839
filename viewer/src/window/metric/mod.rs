//! The page of one metric.
//!
//! | file | what is in it |
//! |---|---|
//! | `state` | filters, groups, edited queries, hidden lines; and how they change |
//! | `title` | the name, and what the metric says of itself |
//! | `lens` | filters and groups as chips |
//! | `query`, `syntax`, `completion` | the queries, editable |
//! | `face`, `ledger` | the chart at full size, and its lines with their figures |
//! | `breakdown`, `multiples` | a chart for each label; a chart for each value of one |
//! | `table` | a row for each series |
//! | `page` | the lines of the last scrape |

mod breakdown;
mod completion;
mod face;
mod ledger;
mod lens;
mod multiples;
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
pub(crate) use lens::value_text;
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
    multiples::multiples_ui(ui, scene, state, opened);
    breakdown::breakdown_ui(ui, scene, opened);
    table::table_ui(ui, scene, state, opened);
    pages_ui(ui, scene, detail);
}

fn pages_ui(ui: &mut Ui, scene: &Scene<'_>, detail: &MetricDetail) {
    // A server shows no pages.
    if scene.snapshot.server.is_some() {
        return;
    }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    use jiff::tz::TimeZone;
    use p95_core::model::Labels;
    use p95_core::overview::{Lens, Seen, Window as RateWindow, open, overview};
    use p95_engine::{Command, MetricView, Names, Snapshot};

    use super::super::{View, Window};
    use super::*;

    /// The page of a counter with two routes; the commands that it sends pile up.
    fn page() -> Harness<'static, Vec<Command>> {
        let mut seen = Seen::default();
        for route in ["/cart", "/pay"] {
            seen.add_series(&Labels::from_pairs([("__name__", "hits_total"), ("route", route)]));
        }
        let overview = Arc::new(overview(&seen, RateWindow { interval_ms: 1_000, scrapes: 4, step_ms: 0 }));
        let view = MetricView { card: "hits_total".to_owned(), lens: Lens::default() };
        let names = Names { metrics: vec!["hits_total".to_owned()], labels: vec!["route".to_owned()] };
        let detail = MetricDetail {
            opened: open(&seen, &overview, &view.card, &view.lens),
            view,
            pages: Vec::new(),
            names: Arc::new(names),
        };
        assert!(detail.opened.is_some());
        let snapshot = Snapshot { overview, metric: Some(Arc::new(detail)), ..Snapshot::default() };
        let mut window = None;
        let mut harness = Harness::builder().with_size([1000.0, 800.0]).build_ui_state(
            move |ui, commands: &mut Vec<Command>| {
                let view = View::Metric("hits_total".to_owned());
                let window = window.get_or_insert_with(|| Window::new(ui.ctx(), view, TimeZone::UTC));
                commands.extend(window.frame_ui(ui, &snapshot, 0));
            },
            Vec::new(),
        );
        harness.run_steps(3);
        harness
    }

    fn lens_of(command: &Command) -> Option<&Lens> {
        match command {
            Command::OpenMetric(Some(view)) => Some(&view.lens),
            _ => None,
        }
    }

    #[test]
    fn a_value_is_chosen_from_the_menu_and_its_chip_takes_it_away() {
        let mut harness = page();
        for label in ["Filter…", "route", "/pay"] {
            harness.get_by_label(label).click();
            harness.run_steps(4);
        }
        let last = |harness: &Harness<'_, Vec<Command>>| {
            let lens = harness.state().iter().rev().find_map(lens_of).cloned();
            Vec::from_iter(lens.unwrap().filters.iter().map(ToString::to_string))
        };
        assert_eq!(last(&harness), [r#"route="/pay""#]);
        harness.get_by_label("remove the filter route = /pay").click();
        harness.run_steps(4);
        assert!(last(&harness).is_empty());
    }

    #[test]
    fn the_palette_finds_the_values_of_labels() {
        let mut harness = page();
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::K);
        harness.run_steps(3);
        harness.event(egui::Event::Text("route pay".to_owned()));
        harness.run_steps(3);
        harness.get_by_label("only route = /pay");
        harness.key_press(egui::Key::Enter);
        harness.run_steps(4);
        harness.get_by_label("remove the filter route = /pay");
    }

    #[test]
    fn a_mistake_in_the_query_is_explained_and_escape_stays_on_the_page() {
        let mut harness = page();
        harness.get_by_label("query").focus();
        harness.run_steps(3);
        harness.event(egui::Event::Text(" +".to_owned()));
        harness.run_steps(3);
        harness.get_by_label_contains("found the end of the query");
        harness.key_press(egui::Key::Escape);
        harness.run_steps(3);
        harness.get_by_label("‹ All cards");
        harness.key_press(egui::Key::Escape);
        harness.run_steps(3);
        assert!(harness.query_by_label("‹ All cards").is_none());
    }
}
