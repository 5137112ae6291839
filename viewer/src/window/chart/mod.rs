//! One chart of a card.

mod answered;
mod axis;
mod cache;
mod curve;
mod heatmap;
mod legend;
mod lines;
mod plot;
mod pointer;
mod rows;
mod status;
mod tooltip;

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo};
use p95_core::overview::Chart;

use super::scene::Scene;
use super::theme;
use super::widgets::Line;
use crate::view::query_failure;
pub(crate) use answered::{Answered, cut_text};
pub(crate) use axis::clock_label;
pub(crate) use cache::MeshCache;
pub(crate) use legend::{change, headline, legend_height, legend_ui, series_pen, value_text};
pub(crate) use status::rows_height;

/// Draws a panel's answer into `rect`, or says why there is nothing to draw.
pub(crate) fn chart_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    announce(ui, rect, name, answered);
    if let Some(failure) = query_failure(answered.result) {
        return message_ui(ui, scene, rect, &failure.message);
    }
    if answered.series.is_empty() {
        return message_ui(ui, scene, rect, "no series in this window of time");
    }
    if let Some(nothing) = answered.nothing() {
        return message_ui(ui, scene, rect, &format!("{nothing} in this window of time"));
    }
    match answered.panel.chart {
        Chart::Lines => lines::lines_ui(ui, scene, rect, name, answered),
        Chart::Heatmap => heatmap::heatmap_ui(ui, scene, rect, name, answered),
        Chart::Status => status::status_ui(ui, scene, rect, name, answered),
        Chart::Age => rows::ages_ui(ui, scene, rect, answered),
        Chart::Table => rows::labels_ui(ui, scene, rect, answered),
    }
}

/// Draws a panel's strips, whose times stand below another chart.
pub(crate) fn strips_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    announce(ui, rect, name, answered);
    status::strips_ui(ui, scene, rect, name, answered);
}

/// Says what a chart shows to those who cannot see it.
fn announce(ui: &Ui, rect: Rect, name: &str, answered: &Answered<'_>) {
    let response = ui.interact(rect, ui.scope_id().with((name, "chart")), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, summary(name, answered)));
}

/// A line of text in the middle of where the chart would be.
pub(crate) fn message_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, text: &str) {
    let color = scene.palette.weak;
    let line = Line { text, font: theme::font(theme::BODY), color, max_width: rect.width() };
    line.paint(ui, rect.center(), Align2::CENTER_CENTER);
}

/// The chart in words, for those who cannot see it.
fn summary(name: &str, answered: &Answered<'_>) -> String {
    let values: Vec<String> = answered
        .series
        .iter()
        .filter_map(|series| Some(format!("{} {}", series.name(), answered.text(series.last()?))))
        .collect();
    format!("chart of {name}: {}", if values.is_empty() { "no series".to_owned() } else { values.join(", ") })
}

/// A time as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "a time in milliseconds has fewer than 53 bits")]
pub(crate) fn as_float(time_ms: i64) -> f64 {
    time_ms as f64
}
