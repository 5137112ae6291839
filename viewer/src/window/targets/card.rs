//! All that is known of one target.

use egui::{Align, Align2, Frame, Label, Layout, Margin, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};
use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{Command, ScrapeRecord, TargetId, TargetState, TargetStatus};

use super::failure::{failure_body_ui, retry_text};
use super::form::{TargetForm, form_ui};
use super::history::history_ui;
use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::chart::clock_label;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, Palette, RADIUS, SMALL, STEP};
use crate::window::widgets::{Line, as_float, elided, grouped, small_button};

/// The least width of a figure with its name.
const FIGURE: f32 = 112.0;
const FIGURE_HEIGHT: f32 = 9.0 * STEP;

/// Draws a target: where it is, its figures, its last scrapes, and why it failed.
pub(super) fn target_card_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    target: &TargetStatus,
    changed: &mut Option<(TargetId, TargetForm)>,
) {
    let palette = scene.palette;
    let edge = if target.failure.is_some() { palette.bad.gamma_multiply(0.5) } else { palette.border };
    let frame = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, edge))
        .corner_radius(RADIUS)
        .inner_margin(Margin::same(12));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0 * STEP;
        head_ui(ui, scene, target, changed);
        change_ui(ui, scene, target, changed);
        labels_ui(ui, scene, target);
        if let Some(last) = target.last_scrape() {
            figures_ui(ui, scene, target, last);
            history_ui(ui, scene, target);
        }
        if let Some(failure) = &target.failure {
            let well = Frame::new().fill(palette.bad_well).corner_radius(6).inner_margin(Margin::same(12));
            well.show(ui, |ui| {
                ui.set_width(ui.available_width());
                failure_body_ui(ui, scene, failure);
            });
        }
    });
}

/// The state, the address, and what can be done.
fn head_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    target: &TargetStatus,
    changed: &mut Option<(TargetId, TargetForm)>,
) {
    let palette = scene.palette;
    ui.horizontal(|ui| {
        let (dot, _) = ui.allocate_exact_size(vec2(3.0 * STEP, 6.0 * STEP), Sense::hover());
        ui.painter().circle_filled(dot.center(), STEP, state_color(palette, target.state));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let url = escape(&target.url);
            let button = |ui: &mut Ui, verb: &str| {
                let response = ui.add(small_button(verb));
                response.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{verb} {url}"))
                });
                response.clicked()
            };
            let is_server = scene.snapshot.server.is_some();
            if !is_server && button(ui, "Remove") {
                scene.act(Action::Engine(Command::RemoveTarget(target.id)));
            }
            let is_open = changed.as_ref().is_some_and(|(id, _)| *id == target.id);
            if !is_server && button(ui, "Change") {
                *changed = (!is_open).then(|| (target.id, TargetForm::of(target)));
            }
            let now = if is_server { "Ask now" } else { "Scrape now" };
            if button(ui, if target.failure.is_some() { "Retry now" } else { now }) {
                scene.act(Action::Engine(Command::ScrapeNow(Some(target.id))));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let state = state_text(target, scene.now_ms);
                let state_width = Line {
                    text: &state,
                    font: theme::font(BODY),
                    color: palette.weak,
                    max_width: f32::INFINITY,
                }
                .width(ui);
                let room = (ui.available_width() - state_width - 3.0 * STEP).max(40.0);
                let text =
                    RichText::new(elided(ui, &url, BODY + 2.0, room)).size(BODY + 2.0).color(palette.text);
                ui.add(Label::new(text).selectable(true)).on_hover_text(&*url);
                ui.label(RichText::new(state).size(BODY).color(palette.weak));
            });
        });
    });
}

/// The form in which the target is changed, while it is open.
fn change_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    target: &TargetStatus,
    changed: &mut Option<(TargetId, TargetForm)>,
) {
    let Some((_, form)) = changed.as_mut().filter(|(id, _)| *id == target.id) else { return };
    if let Some((spec, interval_ms)) = form_ui(ui, scene, "Save", form) {
        let interval_ms = Some(interval_ms);
        scene.act(Action::Engine(Command::ChangeTarget { id: target.id, spec, interval_ms }));
        *changed = None;
    }
}

fn labels_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus) {
    // A server has none.
    if target.labels.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0 * STEP;
        for (name, value) in target.labels.iter() {
            let frame =
                Frame::new().fill(scene.palette.well).corner_radius(4).inner_margin(Margin::symmetric(6, 2));
            frame.show(ui, |ui| {
                let text = format!("{} = {}", escape(name), escape(value));
                ui.add(
                    Label::new(RichText::new(text).size(SMALL + 1.0).color(scene.palette.weak))
                        .selectable(true),
                );
            });
        }
    });
}

fn figures_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus, last: &ScrapeRecord) {
    let palette = scene.palette;
    let seconds = |secs| Unit::of(BaseUnit::Seconds).format(secs);
    let lost = |count: u64| (grouped(count), if count > 0 { palette.warn } else { palette.text });
    let mut figures = vec![
        ("last scrape", (clock_label(last.start_ms, scene.zone), palette.text)),
        ("interval", (seconds(as_float(target.interval_ms) / 1_000.0), palette.text)),
        ("fetched in", (seconds(last.duration_secs), palette.text)),
        ("stored in", (seconds(last.ingest_secs), palette.text)),
        ("page", (Unit::of(BaseUnit::Bytes).format(as_float(last.body_bytes)), palette.text)),
        ("samples", (grouped(last.samples), palette.text)),
        ("duplicates", lost(last.duplicates)),
        ("dropped", lost(last.dropped)),
        ("scrapes", (grouped(target.scrapes_total), palette.text)),
        ("good in a row", (grouped(target.scrapes_in_a_row), palette.text)),
    ];
    if scene.snapshot.server.is_some() {
        // What is about pages and samples says nothing of one who is only asked.
        figures.retain(|(name, _)| ["last scrape", "interval"].contains(name));
        figures.push(("answered in", (seconds(last.duration_secs), palette.text)));
        figures.push(("answers", (grouped(target.scrapes_total), palette.text)));
    }
    // As many columns as have room, the same in every card, so that figures line up.
    #[expect(clippy::cast_precision_loss, reason = "ten figures")]
    let count = figures.len() as f32;
    let columns = (ui.available_width() / FIGURE).floor().clamp(1.0, count);
    let rows = (count / columns).ceil();
    let (area, _) = ui.allocate_exact_size(
        vec2(ui.available_width(), rows * FIGURE_HEIGHT + (rows - 1.0) * 2.0 * STEP),
        Sense::hover(),
    );
    let columns = (count / rows).ceil();
    let width = (area.width() / columns).floor();
    let mut place = area.min;
    for (name, (value, color)) in figures {
        let rect = Rect::from_min_size(place, vec2(width, FIGURE_HEIGHT));
        let response = ui.interact(rect, ui.scope_id().with(name), Sense::hover());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name}: {value}")));
        let line =
            |text, size, color| Line { text, font: theme::font(size), color, max_width: width - 2.0 * STEP };
        line(name, SMALL, palette.weak).paint(ui, rect.left_top(), Align2::LEFT_TOP);
        line(&value, BODY + 1.0, color).paint(ui, rect.left_bottom(), Align2::LEFT_BOTTOM);
        place.x += width;
        if place.x + width > area.right() + 1.0 {
            place = pos2(area.left(), place.y + FIGURE_HEIGHT + 2.0 * STEP);
        }
    }
}

/// How the target is, and what comes next.
fn state_text(target: &TargetStatus, now_ms: i64) -> String {
    match target.state {
        TargetState::Pending => "first scrape…".to_owned(),
        TargetState::Up => "up".to_owned(),
        TargetState::Down => format!("down · {}", retry_text(target, now_ms)),
    }
}

/// The colour of a state.
pub(crate) fn state_color(palette: Palette, state: TargetState) -> egui::Color32 {
    match state {
        TargetState::Pending => palette.weak,
        TargetState::Up => palette.good,
        TargetState::Down => palette.bad,
    }
}
