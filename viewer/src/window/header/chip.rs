//! A target in the bar.

use egui::{
    Color32, CursorIcon, Frame, Margin, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};
use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{TargetState, TargetStatus};

use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::targets::state_color;
use crate::window::theme::{BODY, GAP, SMALL, STEP};
use crate::window::view::View;
use crate::window::widgets::{as_float, elided, grouped};

/// The most of an address that a chip shows, in points; hovering shows all of it.
const MAX_URL_WIDTH: f32 = 80.0 * STEP;

/// A target: its state, where it is, how long its last scrape took and how much it brought.
/// A click shows all targets.
pub(super) fn chip_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus) {
    let palette = scene.palette;
    let is_down = target.state == TargetState::Down;
    let frame = Frame::new()
        .fill(if is_down { palette.bad_well } else { palette.well })
        .inner_margin(Margin::symmetric(8, 4))
        .corner_radius(12);
    let response = frame
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 1.5 * STEP;
            ui.horizontal(|ui| {
                dot_ui(ui, state_color(palette, target.state));
                let url =
                    elided(ui, &escape(&target.url), BODY, MAX_URL_WIDTH.min(ui.available_width() / 2.0));
                ui.label(RichText::new(url).size(BODY).color(palette.text));
                let facts = elided(ui, &chip_facts(target), SMALL + 1.0, ui.available_width());
                ui.label(RichText::new(facts).size(SMALL + 1.0).color(palette.weak));
            });
        })
        .response;
    let response = response.interact(Sense::click());
    response.widget_info(|| {
        let text = format!("target {}, {}: show all targets", escape(&target.url), chip_facts(target));
        WidgetInfo::labeled(Role::Button, true, text)
    });
    if response.has_focus() {
        let stroke = Stroke::new(1.0, palette.accent);
        ui.painter().rect_stroke(response.rect, 12.0, stroke, StrokeKind::Inside);
    }
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    if response.on_hover_ui(|ui| target_ui(ui, target)).clicked() {
        scene.act(Action::Show(View::Targets));
    }
}

fn chip_facts(target: &TargetStatus) -> String {
    match (target.state, target.last_scrape()) {
        (TargetState::Up, Some(scrape)) => {
            let duration = Unit::of(BaseUnit::Seconds).format(scrape.duration_secs);
            format!("{duration} · {} series", grouped(scrape.samples - scrape.duplicates.min(scrape.samples)))
        }
        (TargetState::Down, _) => target
            .failure
            .as_ref()
            .map_or_else(|| "down".to_owned(), |failure| format!("down: {}", failure.stage)),
        _ => "first scrape…".to_owned(),
    }
}

/// All that is known of a target.
fn target_ui(ui: &mut Ui, target: &TargetStatus) {
    ui.strong(escape(&target.url));
    ui.weak(escape(&target.labels.to_string()));
    let Some(scrape) = target.last_scrape() else { return };
    let seconds = |value| Unit::of(BaseUnit::Seconds).format(value);
    let rows = [
        ("interval", seconds(as_float(target.interval_ms) / 1000.0)),
        ("fetched in", seconds(scrape.duration_secs)),
        ("stored in", seconds(scrape.ingest_secs)),
        ("page", Unit::of(BaseUnit::Bytes).format(as_float(scrape.body_bytes))),
        ("samples", grouped(scrape.samples)),
        ("duplicates", grouped(scrape.duplicates)),
        ("dropped", grouped(scrape.dropped)),
        ("scrapes", grouped(target.scrapes_total)),
    ];
    egui::Grid::new("target").num_columns(2).spacing(vec2(GAP, STEP)).show(ui, |ui| {
        for (name, value) in rows {
            ui.weak(name);
            ui.label(value);
            ui.end_row();
        }
    });
    if let Some(failure) = &target.failure {
        ui.label(failure.to_string());
    }
}

fn dot_ui(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(2.0 * STEP, 2.0 * STEP), Sense::hover());
    ui.painter().circle_filled(rect.center(), STEP, color);
}
