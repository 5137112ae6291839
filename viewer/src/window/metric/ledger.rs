//! The lines of a chart, one below the other, with their figures.

use egui::{Align2, CursorIcon, FontId, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use p95_engine::SeriesStats;

use super::{MetricAction, MetricState};
use crate::view::NamedSeries;
use crate::window::actions::Action;
use crate::window::chart::{Answered, clock_label, series_pen};
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, SMALL, STEP};
use crate::window::widgets::{Line, elided};

/// The height of a row.
const ROW: f32 = 6.0 * STEP;
/// The width of a column of figures.
const FIGURE: f32 = 88.0;
/// With more rows than this, the list scrolls.
const MAX_ROWS: f32 = 8.0;

/// Draws a row for each line. A click hides it or shows it; with Alt, or twice, it stands alone.
pub(super) fn ledger_ui(ui: &mut Ui, scene: &Scene<'_>, state: &MetricState, answered: &Answered<'_>) {
    if answered.series.is_empty() {
        return;
    }
    let at = scene.cursor_ms.map(|cursor_ms| clock_label(cursor_ms, scene.zone));
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 5.0 * STEP), Sense::hover());
    let titles = [at.as_deref().unwrap_or("last"), "min", "max", "mean"];
    figures_ui(ui, rect, titles, &theme::font(SMALL), scene.palette.weak);
    let names: Vec<String> = answered.series.iter().map(NamedSeries::name).collect();
    let area = ScrollArea::vertical().id_salt("ledger").max_height(MAX_ROWS * ROW).auto_shrink([false, true]);
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let area = area.min_scrolled_height(MAX_ROWS.min(names.len() as f32) * ROW);
    area.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (series, name) in answered.series.iter().zip(&names) {
            row_ui(ui, scene, state, answered, series, name, &names);
        }
    });
}

fn row_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    state: &MetricState,
    answered: &Answered<'_>,
    series: &NamedSeries<'_>,
    name: &str,
    names: &[String],
) {
    let palette = scene.palette;
    let is_shown = !state.hidden.contains(name);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let format = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| answered.text(value));
    let stat = |figure: fn(&SeriesStats) -> f64| format(series.series.stats.as_ref().map(figure));
    let at_ms = scene.cursor_ms.unwrap_or(answered.result.end_ms);
    let figures = [
        format(series.value_at(at_ms, answered.result.step_ms.max(1))),
        stat(|stats| stats.min),
        stat(|stats| stats.max),
        stat(|stats| stats.mean),
    ];
    response.widget_info(|| {
        let [last, min, max, mean] = &figures;
        let text = format!("line {name}: last {last}, min {min}, max {max}, mean {mean}");
        WidgetInfo::selected(Role::CheckBox, true, is_shown, text)
    });
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, palette.well);
    }
    let mark = Rect::from_center_size(pos2(rect.left() + 2.5 * STEP, rect.center().y), vec2(3.0 * STEP, 3.0));
    if is_shown {
        series_pen(&palette, answered, series).mark(ui, mark.left_center());
    } else {
        ui.painter().rect_stroke(mark, 1.5, egui::Stroke::new(1.0, palette.weak), egui::StrokeKind::Inside);
    }
    let text = if is_shown { palette.text } else { palette.weak };
    let left = rect.left() + 6.0 * STEP;
    let max_width = rect.width() - figures_width(rect.width()) - 7.0 * STEP;
    let line = Line { text: name, font: theme::font(BODY), color: text, max_width };
    line.paint(ui, pos2(left, rect.center().y), Align2::LEFT_CENTER);
    figures_ui(ui, rect, figures.each_ref().map(String::as_str), &theme::font(BODY), text);
    let is_alone = response.double_clicked() || (response.clicked() && ui.input(|input| input.modifiers.alt));
    if is_alone {
        let action = MetricAction::IsolateLine { name: name.to_owned(), all: names.to_vec() };
        scene.act(Action::Metric(action));
    } else if response.clicked() {
        scene.act(Action::Metric(MetricAction::ToggleLine(name.to_owned())));
    }
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_ui(|ui| {
        ui.label(elided(ui, name, BODY, 4.0 * ui.available_width()));
        ui.weak("click: hide or show · Alt+click or double click: only this one");
    });
}

/// The room that figures take: where a page is narrow, only the first column.
fn figures_width(width: f32) -> f32 {
    if width < 560.0 { FIGURE } else { 4.0 * FIGURE }
}

/// Writes figures into columns at the right.
fn figures_ui(ui: &Ui, rect: Rect, figures: [&str; 4], font: &FontId, color: egui::Color32) {
    let mut right = rect.right() - figures_width(rect.width()) - 2.0 * STEP;
    for figure in figures {
        right += FIGURE;
        if right > rect.right() {
            return;
        }
        let line = Line { text: figure, font: font.clone(), color, max_width: FIGURE - STEP };
        line.paint(ui, pos2(right, rect.center().y), Align2::RIGHT_CENTER);
    }
}
