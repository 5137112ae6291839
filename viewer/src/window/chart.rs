//! One chart of a card.

use std::cell::Cell;
use std::ops::RangeInclusive;

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo};
use jiff::tz::TimeZone;
use p95_core::overview::{Chart, Panel};
use p95_engine::{PanelResult, Snapshot};

use super::layout::Line;
use super::theme::{self, Palette};
use super::{heatmap, lines, rows, status};
use crate::view::{NamedSeries, named_series, query_failure};

/// What all charts of a frame share.
pub(super) struct Scene<'a> {
    /// What is shown.
    pub(super) snapshot: &'a Snapshot,
    /// The colours.
    pub(super) palette: Palette,
    /// Local time.
    pub(super) zone: &'a TimeZone,
    /// The stretch of time that charts show, in milliseconds.
    pub(super) range_ms: i64,
    /// The time under the pointer, wherever it is: one crosshair for all charts.
    pub(super) cursor_ms: Option<i64>,
    /// Where a chart leaves the time under the pointer for the next frame.
    pub(super) next_cursor_ms: &'a Cell<Option<i64>>,
}

/// A panel with its answer.
pub(super) struct Answered<'a> {
    /// What is drawn.
    pub(super) panel: &'a Panel,
    /// The answer.
    pub(super) result: &'a PanelResult,
    /// Its series.
    pub(super) series: Vec<NamedSeries<'a>>,
}

impl<'a> Answered<'a> {
    /// A panel and its answer.
    pub(super) fn new(panel: &'a Panel, result: &'a PanelResult) -> Self {
        Self { panel, result, series: named_series(panel, result) }
    }

    /// The times on the axis, in milliseconds: those of the answer, cut to what there is of the past.
    pub(super) fn time_range(&self, scene: &Scene<'_>) -> RangeInclusive<f64> {
        as_float(self.result.end_ms - scene.range_ms)..=as_float(self.result.end_ms)
    }
}

/// Draws a panel's answer into `rect`, or says why there is nothing to draw.
pub(super) fn chart_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let response = ui.interact(rect, ui.scope_id().with((name, "chart")), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, summary(name, answered)));
    if let Some(failure) = query_failure(answered.result) {
        return message_ui(ui, scene, rect, &failure.message);
    }
    if answered.series.is_empty() {
        return message_ui(ui, scene, rect, "no series in this window of time");
    }
    match answered.panel.chart {
        Chart::Lines => lines::lines_ui(ui, scene, rect, name, answered),
        Chart::Heatmap => heatmap::heatmap_ui(ui, scene, rect, answered),
        Chart::Status => status::status_ui(ui, scene, rect, answered),
        Chart::Age => rows::values_ui(ui, scene, rect, answered),
        Chart::Table => rows::labels_ui(ui, scene, rect, answered),
    }
}

/// A line of text in the middle of where the chart would be.
pub(super) fn message_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, text: &str) {
    let color = scene.palette.weak;
    let line = Line { text, font: theme::font(theme::BODY), color, max_width: rect.width() };
    line.paint(ui, rect.center(), Align2::CENTER_CENTER);
}

/// The chart in words, for those who cannot see it.
fn summary(name: &str, answered: &Answered<'_>) -> String {
    let values: Vec<String> = answered
        .series
        .iter()
        .filter_map(|series| {
            Some(format!("{} {}", series.name(), answered.panel.unit.format(series.last()?)))
        })
        .collect();
    format!("chart of {name}: {}", if values.is_empty() { "no series".to_owned() } else { values.join(", ") })
}

/// A time as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "a time in milliseconds has fewer than 53 bits")]
pub(super) fn as_float(time_ms: i64) -> f64 {
    time_ms as f64
}
