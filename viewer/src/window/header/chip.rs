//! A target in the bar.

use egui::{Align2, CursorIcon, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{ScrapeRecord, TargetState, TargetStatus};

use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::targets::state_color;
use crate::window::theme::{self, BODY, GAP, SMALL, STEP};
use crate::window::view::View;
use crate::window::widgets::{Line, as_float, elided, grouped};

/// The most of an address that a chip shows, in points; hovering shows all of it.
const MAX_URL_WIDTH: f32 = 80.0 * STEP;

/// A target: its state, where it is, how long its last scrape took and how much it brought.
/// A click shows all targets.
pub(super) fn chip_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus) {
    let palette = scene.palette;
    let url = elided(ui, &escape(&target.url), BODY, MAX_URL_WIDTH.min(0.5 * ui.max_rect().width()));
    let facts = elided(ui, &chip_facts(scene, target), SMALL + 1.0, 0.35 * ui.max_rect().width());
    let line = |text, size, color| Line { text, font: theme::font(size), color, max_width: f32::INFINITY };
    let url_width = line(&url, BODY, palette.text).width(ui);
    let facts_width = line(&facts, SMALL + 1.0, palette.weak).width(ui);
    // Its width is known before it is placed, so that it goes to the next line as a whole.
    let size = vec2(5.0 * STEP + url_width + 2.0 * STEP + facts_width + 3.0 * STEP, 6.0 * STEP);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let is_down = target.state == TargetState::Down;
    ui.painter().rect_filled(rect, 12.0, if is_down { palette.bad_well } else { palette.well });
    let (left, y) = (rect.left(), rect.center().y);
    ui.painter().circle_filled(pos2(left + 3.0 * STEP, y), STEP, state_color(palette, target.state));
    line(&url, BODY, palette.text).paint(ui, pos2(left + 5.0 * STEP, y), Align2::LEFT_CENTER);
    let facts_place = pos2(left + 7.0 * STEP + url_width, y);
    line(&facts, SMALL + 1.0, palette.weak).paint(ui, facts_place, Align2::LEFT_CENTER);
    response.widget_info(|| {
        let what = if scene.snapshot.server.is_some() { "server" } else { "target" };
        let text = format!("{what} {}, {}: show all targets", escape(&target.url), chip_facts(scene, target));
        WidgetInfo::labeled(Role::Button, true, text)
    });
    if response.has_focus() {
        let stroke = Stroke::new(1.0, palette.accent);
        ui.painter().rect_stroke(response.rect, 12.0, stroke, StrokeKind::Inside);
    }
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    if response.on_hover_ui(|ui| target_ui(ui, scene, target)).clicked() {
        scene.act(Action::Show(View::Targets));
    }
}

fn chip_facts(scene: &Scene<'_>, target: &TargetStatus) -> String {
    match (target.state, target.last_scrape()) {
        (TargetState::Up, Some(_)) if scene.snapshot.server.is_some() => {
            let interval = Unit::of(BaseUnit::Seconds).format(as_float(target.interval_ms) / 1_000.0);
            format!("server · scrapes every {interval}")
        }
        (TargetState::Pending, _) if scene.snapshot.server.is_some() => "server · first answer…".to_owned(),
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
fn target_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus) {
    ui.strong(escape(&target.url));
    let is_server = scene.snapshot.server.is_some();
    if is_server {
        ui.weak("answers all queries");
    } else {
        ui.weak(escape(&target.labels.to_string()));
    }
    let Some(scrape) = target.last_scrape() else { return };
    let seconds = |value| Unit::of(BaseUnit::Seconds).format(value);
    let rows = if is_server {
        vec![
            ("interval", seconds(as_float(target.interval_ms) / 1000.0)),
            ("answered in", seconds(scrape.duration_secs)),
            ("answers", grouped(target.scrapes_total)),
        ]
    } else {
        scrape_rows(target, scrape)
    };
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

/// The figures of the last scrape.
fn scrape_rows(target: &TargetStatus, scrape: &ScrapeRecord) -> Vec<(&'static str, String)> {
    let seconds = |value| Unit::of(BaseUnit::Seconds).format(value);
    vec![
        ("interval", seconds(as_float(target.interval_ms) / 1000.0)),
        ("fetched in", seconds(scrape.duration_secs)),
        ("stored in", seconds(scrape.ingest_secs)),
        ("page", Unit::of(BaseUnit::Bytes).format(as_float(scrape.body_bytes))),
        ("samples", grouped(scrape.samples)),
        ("duplicates", grouped(scrape.duplicates)),
        ("dropped", grouped(scrape.dropped)),
        ("scrapes", grouped(target.scrapes_total)),
    ]
}
