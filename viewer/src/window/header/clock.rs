//! Which stretch of time is shown, and how times are written.

use egui::{
    CursorIcon, Role, Sense, Stroke, StrokeKind, Theme, ThemePreference, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, STEP};
use crate::window::time::{TimeAction, TimeRange, TimeState, Zone};
use crate::window::widgets::{Choice, Line, segmented_ui, small_button};

const ZONES: [Choice<Zone>; 2] = [
    Choice { value: Zone::Local, label: "Local", name: "times in the local time zone" },
    Choice { value: Zone::Utc, label: "UTC", name: "times in UTC" },
];

/// What stands where time does.
const PAUSED: &str = "Paused";

/// Draws the range, the way back, whether time moves, the zone and the theme, from the right.
pub(super) fn time_ui(ui: &mut Ui, scene: &Scene<'_>, time: &TimeState) {
    theme_ui(ui, scene);
    if let Some(zone) = segmented_ui(ui, scene, &ZONES, Some(time.zone)) {
        scene.act(Action::Time(TimeAction::SetZone(zone)));
    }
    let ranges =
        TimeRange::ALL.map(|range| Choice { value: range, label: range.label(), name: range.name() });
    let chosen = time.fixed.is_none().then_some(time.range);
    if let Some(range) = segmented_ui(ui, scene, &ranges, chosen) {
        scene.act(Action::Time(TimeAction::SetRange(range)));
    }
    live_ui(ui, scene, time);
    if time.has_past() {
        let back = ui.add(small_button("Back")).on_hover_text("to the time shown before (Backspace)");
        if back.clicked() {
            scene.act(Action::Time(TimeAction::Back));
        }
    }
}

/// Whether charts follow the newest scrape; a click pauses, or goes on.
fn live_ui(ui: &mut Ui, scene: &Scene<'_>, time: &TimeState) {
    let palette = scene.palette;
    let is_paused = time.fixed.is_some();
    let is_held = scene.end_ms.is_some() && !is_paused;
    let (label, color) = match (is_paused, is_held) {
        (true, _) => (PAUSED, palette.warn),
        (false, true) => ("Held", palette.good),
        (false, false) => ("Live", palette.good),
    };
    let line = |text| Line { text, font: theme::font(BODY), color: palette.text, max_width: f32::INFINITY };
    // As wide as the widest: what stands beside it does not move.
    let size = vec2(line(PAUSED).width(ui).ceil() + 8.0 * STEP, 6.0 * STEP);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = match (is_paused, is_held) {
        (true, _) => "paused: go on",
        (false, true) => "held by the pointer: pause",
        (false, false) => "live: pause",
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let is_lit = response.hovered() || response.has_focus();
    let fill = if is_lit { palette.border } else { palette.well };
    ui.painter().rect(rect, 6.0, fill, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    let dot = pos2(rect.left() + 3.5 * STEP, rect.center().y);
    if is_held {
        ui.painter().circle_stroke(dot, STEP - 0.5, Stroke::new(1.5, color));
    } else {
        ui.painter().circle_filled(dot, STEP, color);
    }
    line(label).paint(ui, pos2(rect.left() + 6.0 * STEP, rect.center().y), egui::Align2::LEFT_CENTER);
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let hint = "Space pauses and goes on. While the pointer is on a chart, nothing moves.";
    if response.on_hover_text(hint).clicked() {
        scene.act(Action::Time(TimeAction::TogglePause));
    }
}

/// The other theme, as a moon or a sun.
fn theme_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let palette = scene.palette;
    let (rect, response) = ui.allocate_exact_size(vec2(8.0 * STEP, 6.0 * STEP), Sense::click());
    let (name, other) = match ui.theme() {
        Theme::Dark => ("light theme", ThemePreference::Light),
        Theme::Light => ("dark theme", ThemePreference::Dark),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let is_lit = response.hovered() || response.has_focus();
    let fill = if is_lit { palette.border } else { palette.well };
    ui.painter().rect(rect, 6.0, fill, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    let center = rect.center();
    if other == ThemePreference::Dark {
        ui.painter().circle_filled(center, 6.0, palette.text);
        ui.painter().circle_filled(center + vec2(3.0, -2.0), 5.0, fill);
    } else {
        ui.painter().circle_filled(center, 3.5, palette.text);
        for at in 0..8_u8 {
            let ray = Vec2::angled(std::f32::consts::FRAC_PI_4 * f32::from(at));
            ui.painter()
                .line_segment([center + 5.0 * ray, center + 7.0 * ray], Stroke::new(1.25, palette.text));
        }
    }
    if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(name).clicked() {
        scene.act(Action::SetTheme(other));
    }
}
