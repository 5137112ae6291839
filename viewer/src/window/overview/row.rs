//! A card in one line: its title, a small chart, one value.

use egui::{Align2, Rect, Stroke, Ui, UiBuilder, pos2, vec2};
use p95_core::overview::{Chart, format_age};

use super::face::{Face, remark_ui, title_ui};
use crate::view::NamedSeries;
use crate::window::chart::{Answered, change, chart_ui, headline, value_text};
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, SMALL, STEP};
use crate::window::widgets::{Line, trend_ui};

const TITLE_SHARE: f32 = 0.3;
const NAME_WIDTH: f32 = 36.0 * STEP;
const VALUE_WIDTH: f32 = 22.0 * STEP;
const TREND_WIDTH: f32 = 14.0 * STEP;

/// Draws a card into `rect`; returns whether its title was clicked. `section` tells apart cards that stand in two places.
pub(super) fn row_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, section: &str, face: Face<'_>) -> bool {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt((section, face.id())));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    let ui = &mut child;
    if ui.rect_contains_pointer(rect) {
        ui.painter().rect_filled(rect, 4.0, scene.palette.card);
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, scene.palette.grid));

    let result = face.result(scene);
    let inner = rect.shrink2(vec2(2.0 * STEP, STEP));
    let title = inner.with_max_x(inner.left() + TITLE_SHARE * inner.width());
    let title = remark_ui(ui, scene, title, &face.remark(result));
    let is_opened = title_ui(ui, scene, title, face);
    let rest = inner.with_min_x(inner.left() + TITLE_SHARE * inner.width() + 4.0 * STEP);
    let Some(result) = result else {
        let text = face.waiting().unwrap_or("…");
        let (font, color) = (theme::font(SMALL + 1.0), scene.palette.weak);
        let line = Line { text, font, color, max_width: rest.width() };
        line.paint(ui, rest.left_center(), Align2::LEFT_CENTER);
        return is_opened;
    };
    let answered = Answered::new(face.panel, result);
    let numbers_width = NAME_WIDTH + VALUE_WIDTH + TREND_WIDTH;
    let numbers = rest.with_min_x(rest.right() - numbers_width);
    let chart = rest.with_max_x(numbers.left() - 4.0 * STEP);
    match face.panel.chart {
        Chart::Lines => {
            numbers_ui(ui, scene, numbers, &answered, |series| value_text(scene, &answered, series));
            chart_ui(ui, scene, chart, &face.title(), &answered);
        }
        Chart::Age => {
            let age = |series: &NamedSeries<'_>| series.last().map_or_else(String::new, format_age);
            numbers_ui(ui, scene, numbers, &answered, age);
        }
        Chart::Table => chart_ui(ui, scene, rest, &face.title(), &answered),
        Chart::Status | Chart::Heatmap => chart_ui(ui, scene, chart, &face.title(), &answered),
    }
    is_opened
}

/// The name of the series that stands for the others, its value and its trend, each in a column of its own.
fn numbers_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    rect: Rect,
    answered: &Answered<'_>,
    text: impl Fn(&NamedSeries<'_>) -> String,
) {
    let Some(series) = headline(answered) else { return };
    let y = rect.center().y;
    if answered.series.len() > 1 {
        let name = series.name();
        let (font, color) = (theme::font(SMALL + 1.0), scene.palette.weak);
        let line = Line { text: &name, font, color, max_width: NAME_WIDTH - 2.0 * STEP };
        line.paint(ui, pos2(rect.left(), y), Align2::LEFT_CENTER);
    }
    let text = text(series);
    let value = Line {
        text: &text,
        font: theme::font(BODY + 1.0),
        color: scene.palette.text,
        max_width: VALUE_WIDTH,
    };
    value.paint(ui, pos2(rect.right() - TREND_WIDTH - 2.0 * STEP, y), Align2::RIGHT_CENTER);
    if let Some(change) = change(scene, series) {
        trend_ui(ui, scene, pos2(rect.right() - TREND_WIDTH, y), change, TREND_WIDTH);
    }
}
