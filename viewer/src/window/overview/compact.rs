//! A small card: a title, one value, a line.

use egui::{Align2, Rect, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};
use p95_core::overview::Chart;

use super::face::{Face, remark_ui, title_ui};
use super::skeleton::skeleton_ui;
use crate::window::chart::{Answered, change, chart_ui, headline, value_text};
use crate::window::scene::Scene;
use crate::window::theme::{self, GAP, RADIUS, SMALL, STEP, VALUE};
use crate::window::widgets::{Line, trend_ui};

const TITLE_HEIGHT: f32 = 5.0 * STEP;
const VALUE_HEIGHT: f32 = 6.0 * STEP;

/// Draws a card into `rect`; returns whether its title was clicked. `section` tells apart cards that stand in two places.
pub(super) fn compact_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, section: &str, face: Face<'_>) -> bool {
    let palette = scene.palette;
    ui.painter().rect(rect, RADIUS, palette.card, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    let inner = rect.shrink2(vec2(GAP, 2.0 * STEP));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt((section, face.id())));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    let ui = &mut child;

    let result = face.result(scene);
    let top = Rect::from_min_size(inner.min, vec2(inner.width(), TITLE_HEIGHT));
    let title = remark_ui(ui, scene, top, &face.remark(result));
    let is_opened = title_ui(ui, scene, title, face);
    let below = inner.with_min_y(top.bottom() + STEP);
    let Some(result) = result else {
        match face.waiting() {
            Some(note) => {
                let (font, color) = (theme::font(SMALL + 1.0), palette.weak);
                let line = Line { text: note, font, color, max_width: below.width() };
                line.paint(ui, below.left_center(), Align2::LEFT_CENTER);
            }
            None => skeleton_ui(ui, scene, below),
        }
        return is_opened;
    };
    let answered = Answered::new(face.panel, result);
    let has_value = matches!(face.panel.chart, Chart::Lines) && !answered.series.is_empty();
    if has_value {
        value_ui(ui, scene, Rect::from_min_size(below.min, vec2(below.width(), VALUE_HEIGHT)), &answered);
    }
    let chart_top = below.top() + if has_value { VALUE_HEIGHT + STEP } else { 0.0 };
    chart_ui(ui, scene, below.with_min_y(chart_top), &face.title(), &answered);
    is_opened
}

/// The value of the series that stands for the others, its trend, and its name where it is not the only one.
fn value_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, answered: &Answered<'_>) {
    let Some(series) = headline(answered) else { return };
    let text = value_text(scene, answered, series);
    let (font, color) = (theme::font(VALUE), scene.palette.text);
    let value = Line { text: &text, font, color, max_width: rect.width() };
    let width = value.paint(ui, rect.left_center(), Align2::LEFT_CENTER);
    let mut left = rect.left() + width + 1.5 * STEP;
    if let Some(change) = change(scene, series) {
        left += trend_ui(ui, scene, pos2(left, rect.center().y + 1.0), change, rect.right() - left);
    }
    if answered.series.len() > 1 {
        let name = series.name();
        let (font, color) = (theme::font(SMALL), scene.palette.weak);
        let line = Line { text: &name, font, color, max_width: rect.right() - left - 2.0 * STEP };
        line.paint(ui, pos2(rect.right(), rect.center().y + 1.0), Align2::RIGHT_CENTER);
    }
}
