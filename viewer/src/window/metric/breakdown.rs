//! A chart for each label of a metric, and the values to go on with.

use std::sync::Arc;

use egui::{
    Align2, CursorIcon, Label, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use p95_core::overview::{CardLabel, LabelFilter, Opened, Panel};
use p95_engine::PanelResult;

use super::lens::{value_text, whole_text};
use super::{MetricAction, panel_name};
use crate::output::escape::escape;
use crate::view::{NamedSeries, panel_query, panel_result};
use crate::window::actions::Action;
use crate::window::chart::{Answered, chart_ui, cut_text, message_ui, series_pen};
use crate::window::pen::Pen;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, GAP, RADIUS, SMALL, STEP};
use crate::window::widgets::{Line, heading_ui, small_button};

const HEAD: f32 = 6.0 * STEP;
const CHART: f32 = 140.0;
const ROW: f32 = 6.0 * STEP;
/// The most values that are listed below a chart.
const MAX_ROWS: usize = 6;
/// A card is at least so wide.
const MIN_WIDTH: f32 = 440.0;

/// Draws a card for each label whose values differ, and names the labels that are the same everywhere.
pub(super) fn breakdown_ui(ui: &mut Ui, scene: &Scene<'_>, opened: &Opened) {
    let shown: Vec<(&CardLabel, &Panel)> =
        opened.labels.iter().filter_map(|label| Some((label, label.panel.as_ref()?))).collect();
    if !shown.is_empty() {
        heading_ui(ui, scene, "Broken down by label", shown.len());
        let has_room = ui.available_width() >= 2.0 * MIN_WIDTH + GAP;
        let columns = if has_room && shown.len() > 1 { 2 } else { 1 };
        for pair in shown.chunks(columns) {
            row_of_cards_ui(ui, scene, pair, columns);
        }
    }
    let fixed = opened.labels.iter().filter(|label| label.panel.is_none());
    let fixed: Vec<String> = fixed.filter_map(fixed_text).collect();
    if !fixed.is_empty() {
        let text = format!("The same on every series: {}", fixed.join(" · "));
        ui.add(Label::new(RichText::new(text).size(BODY).color(scene.palette.weak)).wrap());
    }
}

fn fixed_text(label: &CardLabel) -> Option<String> {
    let [value] = label.values.as_slice() else { return None };
    Some(format!("{} = {}", escape(&label.name), value_text(value)))
}

fn row_of_cards_ui(ui: &mut Ui, scene: &Scene<'_>, cards: &[(&CardLabel, &Panel)], columns: usize) {
    let rows = cards.iter().map(|(label, _)| label.values.len().min(MAX_ROWS + 1)).max().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a few")]
    let (columns, rows) = (columns as f32, rows as f32);
    let height = 2.0 * GAP + HEAD + 2.0 * STEP + CHART + 2.0 * STEP + rows * ROW;
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let width = ((area.width() - GAP * (columns - 1.0)) / columns).floor();
    let mut left = area.left();
    for (label, panel) in cards {
        let rect = Rect::from_min_size(pos2(left, area.top()), vec2(width, height));
        let name = panel_name(&format!("by {}", label.name), panel);
        let near = ui.clip_rect().expand2(vec2(0.0, ui.clip_rect().height() / 2.0));
        if near.intersects(rect)
            && let Some(query) = panel_query(name.clone(), panel, scene.span.length_ms())
        {
            scene.ask(query);
        }
        if ui.is_rect_visible(rect) {
            card_ui(ui, scene, rect, label, panel, panel_result(scene.snapshot, &name));
        }
        left += width + GAP;
    }
}

fn card_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    rect: Rect,
    label: &CardLabel,
    panel: &Panel,
    result: Option<&Arc<PanelResult>>,
) {
    let palette = scene.palette;
    ui.painter().rect(rect, RADIUS, palette.card, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    let inner = rect.shrink(GAP);
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt(("by", &label.name)));
    let ui = &mut child;
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), HEAD));
    head_ui(ui, scene, head, label, result.map(AsRef::as_ref));
    let chart =
        Rect::from_min_size(pos2(inner.left(), head.bottom() + 2.0 * STEP), vec2(inner.width(), CHART));
    let Some(result) = result else {
        return message_ui(ui, scene, chart, "waiting for the first answer");
    };
    let answered = Answered::new(panel, result);
    chart_ui(ui, scene, chart, &format!("{} by {}", escape(&panel.title), escape(&label.name)), &answered);
    let values = Rect::from_min_max(pos2(inner.left(), chart.bottom() + 2.0 * STEP), inner.max);
    values_ui(ui, scene, values, label, &answered);
}

/// The label, how many values are shown, and the way to group everything by it.
fn head_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, label: &CardLabel, result: Option<&PanelResult>) {
    let mut slot = ui
        .new_child(UiBuilder::new().max_rect(rect).layout(egui::Layout::right_to_left(egui::Align::Center)));
    let button = slot.add(small_button("Group by"));
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("group by {}", label.name)));
    if button.clicked() {
        scene.act(Action::Metric(MetricAction::GroupBy(Some(vec![label.name.clone()]))));
    }
    let button = slot.add(small_button("Side by side"));
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{} side by side", label.name)));
    if button.clicked() {
        scene.act(Action::Metric(MetricAction::SplitBy(Some(label.name.clone()))));
    }
    if let Some(truncated) = result.and_then(cut_text) {
        slot.label(RichText::new(truncated).size(SMALL + 1.0).color(scene.palette.warn));
    }
    let max_width = (slot.min_rect().left() - rect.left() - GAP).max(40.0);
    let name = escape(&label.name);
    let line = Line { text: &name, font: theme::font(BODY + 1.0), color: scene.palette.text, max_width };
    line.paint(ui, rect.left_center(), Align2::LEFT_CENTER);
}

/// The values, the highest first. A click on one shows its series alone.
fn values_ui(ui: &mut Ui, scene: &Scene<'_>, area: Rect, label: &CardLabel, answered: &Answered<'_>) {
    let mut series: Vec<&NamedSeries<'_>> = answered.series.iter().collect();
    let at_ms = scene.cursor_ms.unwrap_or(answered.result.end_ms);
    let value = |series: &NamedSeries<'_>| series.value_at(at_ms, answered.result.step_ms.max(1));
    series.sort_by(|a, b| {
        let [a, b] =
            [a, b].map(|series| value(series).filter(|value| !value.is_nan()).unwrap_or(f64::NEG_INFINITY));
        b.total_cmp(&a)
    });
    let mut row = Rect::from_min_size(area.min, vec2(area.width(), ROW));
    for series in series.iter().take(MAX_ROWS) {
        let figure = value(series).map_or_else(|| "–".to_owned(), |value| answered.text(value));
        let pen = series_pen(&scene.palette, answered, series);
        let name = series.series.labels.get(&label.name).unwrap_or_default();
        value_ui(ui, scene, row, label, name, &figure, pen);
        row = row.translate(vec2(0.0, ROW));
    }
    let left_out = series.len().saturating_sub(MAX_ROWS);
    if left_out > 0 {
        let text = format!("{left_out} more: group by {} to see them all", escape(&label.name));
        let line =
            Line { text: &text, font: theme::font(SMALL), color: scene.palette.weak, max_width: row.width() };
        line.paint(ui, pos2(row.left() + 6.0 * STEP, row.center().y), Align2::LEFT_CENTER);
    }
}

fn value_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    row: Rect,
    label: &CardLabel,
    value: &str,
    figure: &str,
    pen: Pen,
) {
    let palette = scene.palette;
    let text = value_text(value);
    let (only, not) = row.split_left_right_at_x(row.right() - 8.0 * STEP);
    let filter = |is_not| LabelFilter { name: label.name.clone(), value: value.to_owned(), is_not };
    let name = |action: &str| format!("{action} {} {text}, {figure}", label.name);
    let only_response = click_ui(ui, scene, only, (&label.name, value, "only"), name("only"));
    let not_response =
        click_ui(ui, scene, not.shrink2(vec2(2.0, 1.0)), (&label.name, value, "not"), name("without"));
    if only_response.clicked() {
        scene.act(Action::Metric(MetricAction::Filter(filter(false))));
    }
    if not_response.clicked() {
        scene.act(Action::Metric(MetricAction::Filter(filter(true))));
    }
    pen.mark(ui, pos2(only.left() + STEP, only.center().y));
    let line = |text, color, max_width| Line { text, font: theme::font(BODY), color, max_width };
    let right = only.right_center() - vec2(2.0 * STEP, 0.0);
    let width = line(figure, palette.text, 120.0).paint(ui, right, Align2::RIGHT_CENTER);
    let left = only.left() + 6.0 * STEP;
    let max_width = only.right() - width - 5.0 * STEP - left;
    let whole = whole_text(value);
    line(&whole, palette.text, max_width).paint(ui, pos2(left, only.center().y), Align2::LEFT_CENTER);
    line("≠", palette.weak, 40.0).paint(ui, not.center(), Align2::CENTER_CENTER);
    only_response.on_hover_text("click: only this value");
    not_response.on_hover_text("click: all but this value");
}

fn click_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, salt: (&String, &str, &str), name: String) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(salt), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, scene.palette.well);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
