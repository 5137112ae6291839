//! The values under the crosshair, beside the chart and not on it.

use egui::{Align2, Area, Color32, Frame, Id, Order, Pos2, Rect, RichText, Sense, Ui, pos2, vec2};

use super::axis::clock_label;
use crate::window::scene::Scene;
use crate::window::theme::{BODY, GAP, SMALL, STEP};
use crate::window::widgets::elided;

/// The most values; the rest are counted.
const MAX_ROWS: usize = 12;
/// The width of a name, in points.
const NAME_WIDTH: f32 = 48.0 * STEP;
/// The width that is looked for beside the chart.
const WIDTH: f32 = 76.0 * STEP;

/// A value under the crosshair.
pub(super) struct Row {
    /// The colour of its line.
    pub(super) color: Color32,
    /// What it is called.
    pub(super) name: String,
    /// The value as text.
    pub(super) text: String,
    /// Whether the pointer is nearest to it.
    pub(super) is_near: bool,
}

/// Shows values beside the chart that covers `chart`, with the time at the crosshair.
pub(super) fn tooltip_ui(ui: &Ui, scene: &Scene<'_>, chart: Rect, rows: &[Row]) {
    let Some(cursor_ms) = scene.cursor_ms else { return };
    let screen = ui.ctx().content_rect().shrink(STEP);
    let pointer = ui.ctx().pointer_hover_pos().unwrap_or(chart.center());
    let (corner, place) = place(screen, chart.expand(GAP), pointer);
    let area = Area::new(Id::unique("values at the crosshair")).order(Order::Tooltip).interactable(false);
    area.pivot(corner).fixed_pos(place).constrain_to(screen).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(2.0 * STEP, 0.75 * STEP);
            let time = clock_label(cursor_ms, scene.zone);
            ui.label(RichText::new(time).size(SMALL + 1.0).color(scene.palette.weak));
            rows_ui(ui, scene, rows);
        });
    });
}

fn rows_ui(ui: &mut Ui, scene: &Scene<'_>, rows: &[Row]) {
    if rows.is_empty() {
        ui.label(RichText::new("no value at this time").size(BODY).color(scene.palette.weak));
    }
    // The one that is pointed at is among those shown.
    let near = rows.iter().position(|row| row.is_near).unwrap_or_default();
    let from = near.saturating_sub(MAX_ROWS / 2).min(rows.len().saturating_sub(MAX_ROWS));
    let grid = egui::Grid::new("values").num_columns(3).min_col_width(0.0);
    grid.show(ui, |ui| {
        for row in rows.iter().skip(from).take(MAX_ROWS) {
            let (mark, _) = ui.allocate_exact_size(vec2(2.0 * STEP, 3.0), Sense::hover());
            ui.painter().rect_filled(mark, 1.5, row.color);
            let color = if row.is_near { scene.palette.text } else { scene.palette.weak };
            let name = elided(ui, &row.name, BODY, NAME_WIDTH);
            ui.label(RichText::new(name).size(BODY).color(color));
            let value = RichText::new(&row.text).size(BODY).color(scene.palette.text);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(if row.is_near { value.strong() } else { value });
            });
            ui.end_row();
        }
    });
    if rows.len() > MAX_ROWS {
        let text = format!("{MAX_ROWS} of {}", rows.len());
        ui.label(RichText::new(text).size(SMALL).color(scene.palette.weak));
    }
}

/// Where the tooltip goes, as the corner of it that lies at a place: right of the chart, left of it, or, where neither has
/// room, into the half that the pointer is not in.
fn place(screen: Rect, chart: Rect, pointer: Pos2) -> (Align2, Pos2) {
    let top = chart.top().max(screen.top());
    if chart.right() + WIDTH <= screen.right() {
        (Align2::LEFT_TOP, pos2(chart.right(), top))
    } else if chart.left() - WIDTH >= screen.left() {
        (Align2::RIGHT_TOP, pos2(chart.left(), top))
    } else if pointer.x < chart.center().x {
        (Align2::RIGHT_TOP, pos2(chart.right() - 2.0 * GAP, top + GAP))
    } else {
        (Align2::LEFT_TOP, pos2(chart.left() + 2.0 * GAP, top + GAP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_stays_in_sight() {
        let screen = Rect::from_min_max(pos2(0.0, 0.0), pos2(1280.0, 800.0));
        #[track_caller]
        fn check(screen: Rect, chart: [f32; 2], pointer_x: f32, expect: (Align2, f32)) {
            let [left, right] = chart;
            let chart = Rect::from_min_max(pos2(left, 100.0), pos2(right, 300.0));
            let (corner, place) = place(screen, chart, pos2(pointer_x, 200.0));
            assert_eq!((corner, place.x), expect);
        }
        check(screen, [0.0, 300.0], 100.0, (Align2::LEFT_TOP, 300.0));
        check(screen, [960.0, 1270.0], 1000.0, (Align2::RIGHT_TOP, 960.0));
        check(screen, [10.0, 1270.0], 200.0, (Align2::RIGHT_TOP, 1270.0 - 2.0 * GAP));
        check(screen, [10.0, 1270.0], 900.0, (Align2::LEFT_TOP, 10.0 + 2.0 * GAP));
    }
}
