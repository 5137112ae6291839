//! A choice of a few.

use egui::{
    Align2, CornerRadius, CursorIcon, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::Line;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, STEP};

const HEIGHT: f32 = 6.0 * STEP;
const PADDING: f32 = 2.0 * STEP;

/// One of a few.
#[derive(Clone, Copy)]
pub(crate) struct Choice<T> {
    /// What is chosen.
    pub(crate) value: T,
    /// What stands on it.
    pub(crate) label: &'static str,
    /// What it is called in full.
    pub(crate) name: &'static str,
}

/// Draws choices side by side; returns the one that was clicked.
pub(crate) fn segmented_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    scene: &Scene<'_>,
    choices: &[Choice<T>],
    chosen: Option<T>,
) -> Option<T> {
    let palette = scene.palette;
    let line = |label, color| Line { text: label, font: theme::font(BODY), color, max_width: f32::INFINITY };
    let widths: Vec<f32> = choices
        .iter()
        .map(|choice| line(choice.label, palette.text).width(ui).ceil() + 2.0 * PADDING)
        .collect();
    let (rect, _) = ui.allocate_exact_size(vec2(widths.iter().sum(), HEIGHT), Sense::hover());
    ui.painter().rect(rect, 6.0, palette.well, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    let mut clicked = None;
    let mut left = rect.left();
    for (choice, width) in choices.iter().zip(widths) {
        let part = Rect::from_min_size(pos2(left, rect.top()), vec2(width, HEIGHT));
        let response = ui.interact(part, ui.scope_id().with(("choice", choice.name)), Sense::click());
        let is_chosen = chosen == Some(choice.value);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, choice.name));
        let is_lit = response.hovered() || response.has_focus();
        if is_chosen {
            let (fill, stroke) = (palette.accent.gamma_multiply(0.22), Stroke::new(1.0, palette.accent));
            ui.painter().rect(part, CornerRadius::same(6), fill, stroke, StrokeKind::Inside);
        } else if is_lit {
            ui.painter().rect_filled(part.shrink(1.0), 5.0, palette.border);
        }
        let color = if is_chosen || is_lit { palette.text } else { palette.weak };
        line(choice.label, color).paint(ui, part.center(), Align2::CENTER_CENTER);
        let response = response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(choice.name);
        if response.clicked() {
            clicked = Some(choice.value);
        }
        left += width;
    }
    clicked
}
