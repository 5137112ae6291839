//! Where cards and answers will be.

use egui::{Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::Density;
use super::grid::CardGrid;
use crate::window::scene::Scene;
use crate::window::theme::{GAP, RADIUS, STEP};

/// Cards that are not there yet.
pub(super) fn skeletons_ui(ui: &mut Ui, scene: &Scene<'_>, density: Density, count: usize) {
    let palette = scene.palette;
    for rect in CardGrid::new(ui.available_width(), density).place(ui, count, false) {
        ui.painter().rect(rect, RADIUS, palette.card, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        let inner = rect.shrink(GAP);
        let title = Rect::from_min_size(inner.min, vec2(inner.width() * 0.6, 3.0 * STEP));
        ui.painter().rect_filled(title, 4.0, palette.well);
        if density != Density::Rows {
            skeleton_ui(ui, scene, inner.with_min_y(title.bottom() + 2.0 * STEP));
        }
    }
}

/// An answer that is not there yet.
pub(super) fn skeleton_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect) {
    let color = scene.palette.well;
    let value = Rect::from_min_size(rect.min + vec2(0.0, 2.0 * STEP), vec2(24.0 * STEP, 5.0 * STEP));
    ui.painter().rect_filled(value, 4.0, color);
    let chart = Rect::from_min_max(pos2(rect.left(), value.bottom() + 4.0 * STEP), rect.max);
    ui.painter().rect_filled(chart, 4.0, color.gamma_multiply(0.6));
}
