//! Which line is which, and its value: the newest one, or the one under the crosshair.

use egui::{Align2, Pos2, Rect, Ui, pos2, vec2};
use p95_core::overview::Chart;

use super::Answered;
use crate::view::NamedSeries;
use crate::window::pen::Pen;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, Palette, SMALL, STEP, VALUE};
use crate::window::widgets::{Line, elided, trend_ui};

/// The height of a legend: two rows of text, or one where there is one line alone.
pub(crate) fn legend_height(answered: &Answered<'_>) -> f32 {
    match answered.series.len() {
        _ if answered.panel.chart != Chart::Lines || answered.nothing().is_some() => 0.0,
        0 => 0.0,
        1 => 6.0 * STEP,
        _ => 10.0 * STEP,
    }
}

/// With more series than this, names and values share rows.
const MAX_COLUMNS: usize = 3;
/// The width of an entry where names and values share rows.
const ENTRY_WIDTH: f32 = 128.0;
/// The space between two columns of such entries.
const COLUMN_GAP: f32 = 4.0 * STEP;
/// The width of a name in the tooltip.
const TOOLTIP_NAME_WIDTH: f32 = 100.0 * STEP;
const ROW_HEIGHT: f32 = 5.0 * STEP;

/// How a series is drawn: in the colour of its quantile, where the panel tells quantiles apart and nothing else.
pub(crate) fn series_pen(palette: &Palette, answered: &Answered<'_>, series: &NamedSeries<'_>) -> Pen {
    let queries = answered.panel.queries.len();
    if queries > 1 && answered.series.len() <= queries {
        let quantile = palette.quantile(&series.query.1.legend);
        return quantile.map_or_else(|| palette.series(series.number), Pen::solid);
    }
    let quantile = series.series.labels.get(p95_core::model::labels::QUANTILE);
    let named = quantile.and_then(|quantile| match quantile {
        "0.5" => palette.quantile("p50"),
        "0.95" => palette.quantile("p95"),
        "0.99" => palette.quantile("p99"),
        _ => None,
    });
    let is_single_summary = answered.series.len() <= 5;
    named.filter(|_| is_single_summary).map_or_else(|| palette.series(series.number), Pen::solid)
}

/// Draws the legend into `rect`; hovering it shows all of it.
pub(crate) fn legend_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    if !matches!(answered.panel.chart, Chart::Lines) {
        return;
    }
    let entries: Vec<Entry<'_>> = answered
        .series
        .iter()
        .map(|series| Entry {
            name: series.name(),
            value: value_text(scene, answered, series),
            nothing: answered
                .panel
                .nan
                .as_deref()
                .filter(|_| value_now(scene, answered, series).is_some_and(f64::is_nan)),
            pen: series_pen(&scene.palette, answered, series),
            change: change(scene, series),
            is_labelled: !series.query.1.legend_labels.is_empty(),
        })
        .collect();
    if let [entry] = entries.as_slice() {
        single_ui(ui, scene, rect, name, entry);
    } else if entries.len() <= MAX_COLUMNS {
        columns_ui(ui, scene, rect, &entries);
    } else {
        rows_ui(ui, scene, rect, &entries);
    }
    let response = ui.interact(rect, ui.scope_id().with((name, "legend")), egui::Sense::hover());
    response.on_hover_ui(|ui| {
        egui::Grid::new("legend").num_columns(2).spacing(vec2(4.0 * STEP, STEP)).show(ui, |ui| {
            for entry in &entries {
                let name = elided(ui, &entry.name, BODY, TOOLTIP_NAME_WIDTH);
                ui.colored_label(entry.pen.color, name);
                ui.label(&entry.value);
                ui.end_row();
            }
        });
    });
}

struct Entry<'a> {
    name: String,
    value: String,
    /// Why there is no value.
    nothing: Option<&'a str>,
    pen: Pen,
    change: Option<f64>,
    /// Whether labels tell it from others.
    is_labelled: bool,
}

/// The one series that stands for a panel where there is room for one: the second quantile of several, else the one with the
/// highest value.
pub(crate) fn headline<'a, 'b>(answered: &'b Answered<'a>) -> Option<&'b NamedSeries<'a>> {
    let p95 = answered.series.iter().find(|series| series.query.1.legend == "p95");
    let last = |series: &&NamedSeries<'_>| series.last().filter(|last| !last.is_nan());
    let highest = || {
        let known = answered.series.iter().filter(|series| last(series).is_some());
        known.max_by(|a, b| a.last().unwrap_or_default().total_cmp(&b.last().unwrap_or_default()))
    };
    p95.filter(|_| answered.series.len() <= answered.panel.queries.len()).or_else(highest)
}

/// How much a series changed, as a share of what it was. That it rose from nothing says nothing once it is 0 again; and what the
/// crosshair points at has no trend.
pub(crate) fn change(scene: &Scene<'_>, series: &NamedSeries<'_>) -> Option<f64> {
    let is_now = scene.cursor_ms.is_none() && series.last() != Some(0.0);
    series.series.stats.and_then(|stats| stats.change).filter(|_| is_now)
}

/// The value now, or the one under the crosshair, as text.
pub(crate) fn value_text(scene: &Scene<'_>, answered: &Answered<'_>, series: &NamedSeries<'_>) -> String {
    value_now(scene, answered, series).map_or_else(|| "–".to_owned(), |value| answered.text(value))
}

/// The value now, or the one under the crosshair. A series that has ended has none now.
fn value_now(scene: &Scene<'_>, answered: &Answered<'_>, series: &NamedSeries<'_>) -> Option<f64> {
    let at_ms = scene.cursor_ms.unwrap_or(answered.result.end_ms);
    series.value_at(at_ms, answered.result.step_ms.max(1))
}

/// A large value, and its name where the title does not say it.
fn single_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, title: &str, entry: &Entry<'_>) {
    let (text, size, color) = match entry.nothing {
        Some(nothing) => (nothing, BODY, scene.palette.weak),
        None => (entry.value.as_str(), VALUE, scene.palette.text),
    };
    let value = Line { text, font: theme::font(size), color, max_width: rect.width() };
    let mut left = rect.left() + value.paint(ui, rect.left_center(), Align2::LEFT_CENTER) + 1.5 * STEP;
    let y = rect.center().y + 1.0;
    if let Some(change) = entry.change {
        left += trend_ui(ui, scene, pos2(left, y), change, rect.right() - left);
    }
    if entry.is_labelled && !title.contains(&entry.name) {
        let max_width = rect.right() - left - 2.0 * STEP;
        let name = Line { text: &entry.name, font: theme::font(SMALL), color: scene.palette.weak, max_width };
        name.paint(ui, pos2(rect.right(), y), Align2::RIGHT_CENTER);
    }
}

/// Names above large values, side by side.
fn columns_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, entries: &[Entry<'_>]) {
    #[expect(clippy::cast_precision_loss, reason = "three at most")]
    let width = rect.width() / entries.len().max(1) as f32;
    let mut left = rect.left();
    for entry in entries {
        let max_width = width - 2.0 * STEP;
        let text_left = key(ui, pos2(left, rect.top() + 2.0 * STEP), entry.pen);
        let name = Line {
            text: &entry.name,
            font: theme::font(SMALL),
            color: scene.palette.weak,
            max_width: max_width - (text_left - left),
        };
        name.paint(ui, pos2(text_left, rect.top() + 2.0 * STEP), Align2::LEFT_CENTER);
        let value =
            Line { text: &entry.value, font: theme::font(VALUE), color: scene.palette.text, max_width };
        let value_width = value.paint(ui, pos2(left, rect.bottom()), Align2::LEFT_BOTTOM);
        if let Some(change) = entry.change {
            let place = pos2(left + value_width + 1.5 * STEP, rect.bottom() - 2.5 * STEP);
            trend_ui(ui, scene, place, change, max_width - value_width - 1.5 * STEP);
        }
        left += width;
    }
}

/// Names and values in two rows, with a count of those that do not fit.
fn rows_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, entries: &[Entry<'_>]) {
    let columns = (rect.width() / ENTRY_WIDTH).floor().max(1.0);
    let width = (rect.width() + COLUMN_GAP) / columns;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let columns = columns as usize;
    let places = columns * 2;
    let shown = if entries.len() > places { places.saturating_sub(1) } else { entries.len() };
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let place = |number: usize| {
        let (row, column) = (number / columns, number % columns);
        pos2(rect.left() + column as f32 * width, rect.top() + row as f32 * ROW_HEIGHT + ROW_HEIGHT / 2.0)
    };
    for (number, entry) in entries.iter().take(shown).enumerate() {
        let start = place(number);
        let end = start.x + width - COLUMN_GAP;
        let text_left = key(ui, start, entry.pen);
        let value = Line {
            text: &entry.value,
            font: theme::font(SMALL + 1.0),
            color: scene.palette.text,
            max_width: width / 2.0,
        };
        let value_width = value.paint(ui, pos2(end, start.y), Align2::RIGHT_CENTER);
        let max_width = end - value_width - STEP - text_left;
        let name = Line { text: &entry.name, font: theme::font(SMALL), color: scene.palette.weak, max_width };
        name.paint(ui, pos2(text_left, start.y), Align2::LEFT_CENTER);
    }
    if shown < entries.len() {
        let text = format!("+{} more", entries.len() - shown);
        let more =
            Line { text: &text, font: theme::font(SMALL), color: scene.palette.weak, max_width: width };
        more.paint(ui, place(shown), Align2::LEFT_CENTER);
    }
}

/// Paints the mark of a line; returns where the text begins.
fn key(ui: &Ui, left_center: Pos2, pen: Pen) -> f32 {
    pen.mark(ui, left_center) + 1.5 * STEP
}

/// The size of an ordinary name in a list.
pub(crate) const NAME_SIZE: f32 = BODY;
