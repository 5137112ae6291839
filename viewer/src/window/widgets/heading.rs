//! Headings of sections.

use egui::{Align2, CursorIcon, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::Line;
use crate::output::escape::escape;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, SMALL, STEP};

/// A heading with a count.
pub(crate) fn heading_ui(ui: &mut Ui, scene: &Scene<'_>, title: &str, count: usize) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 6.0 * STEP), Sense::hover());
    heading_text(ui, scene, rect, rect.left(), title, count);
}

/// A heading that folds its group; returns whether it was clicked.
pub(crate) fn folding_heading_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    prefix: &str,
    count: usize,
    is_open: bool,
) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 6.0 * STEP), Sense::click());
    let action = if is_open { "fold" } else { "unfold" };
    let cards = if count == 1 { "card" } else { "cards" };
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("{action} {prefix}, {count} {cards}"))
    });
    let color =
        if response.hovered() || response.has_focus() { scene.palette.text } else { scene.palette.weak };
    let center = pos2(rect.left() + STEP, rect.center().y);
    let triangle = if is_open {
        [vec2(-4.0, -2.0), vec2(4.0, -2.0), vec2(0.0, 3.0)]
    } else {
        [vec2(-2.0, -4.0), vec2(3.0, 0.0), vec2(-2.0, 4.0)]
    };
    let points = triangle.iter().map(|offset| center + *offset).collect();
    ui.painter().add(egui::Shape::convex_polygon(points, color, Stroke::NONE));
    heading_text(ui, scene, rect, rect.left() + 4.0 * STEP, prefix, count);
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

fn heading_text(ui: &Ui, scene: &Scene<'_>, rect: Rect, left: f32, title: &str, count: usize) {
    let title_line = Line {
        text: &escape(title),
        font: theme::font(BODY + 2.0),
        color: scene.palette.text,
        max_width: rect.width() * 0.8,
    };
    let width = title_line.paint(ui, pos2(left, rect.center().y), Align2::LEFT_CENTER);
    let count_left = left + width + 2.0 * STEP;
    let count = count.to_string();
    let count_line =
        Line { text: &count, font: theme::font(SMALL), color: scene.palette.weak, max_width: 80.0 };
    count_line.paint(ui, pos2(count_left, rect.center().y + 1.0), Align2::LEFT_CENTER);
}
