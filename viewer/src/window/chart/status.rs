//! Strips that say over time whether something was so.

use egui::{Align2, Color32, Pos2, Rect, Ui, pos2};
use p95_core::model::labels::METRIC_NAME;

use super::Answered;
use super::plot::{Plot, TIME_AXIS_HEIGHT, VALUE_AXIS_WIDTH, axis_label};
use super::pointer::pointer_ui;
use crate::view::NamedSeries;
use crate::window::scene::Scene;
use crate::window::theme::{self, SMALL, STEP};
use crate::window::widgets::Line;

/// The height of a strip with its name above it.
const ROW_HEIGHT: f32 = 11.0 * STEP;
/// The height of one with its name beside it.
const FLAT_ROW_HEIGHT: f32 = 6.0 * STEP;
/// The least height of such a one.
const LEAST_FLAT_ROW_HEIGHT: f32 = 4.0 * STEP;
const MIN_ROW_HEIGHT: f32 = STEP;

/// The height that strips need with their names above them, without the times below.
pub(crate) fn rows_height(answered: &Answered<'_>) -> f32 {
    as_float(answered.series.len()) * ROW_HEIGHT
}

/// Draws strips whose times stand below another chart.
pub(super) fn strips_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let with_times = rect.with_max_y(rect.top() + rows_height(answered) + TIME_AXIS_HEIGHT);
    rows_ui(ui, scene, with_times, name, answered);
}

/// Draws a strip for each series: green where the value was not 0, red where it was, nothing where there is none. The states of
/// a state set are neither good nor bad: there a state that was not so is a hollow.
pub(super) fn status_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    rows_ui(ui, scene, rect, name, answered).time_axis_ui(ui, scene);
}

fn rows_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) -> Plot {
    let is_states = answered.series.iter().any(|series| is_state(series));
    let colors = Colors {
        on: if is_states { scene.palette.accent } else { scene.palette.good },
        off: if is_states { scene.palette.border } else { scene.palette.bad },
    };
    // Names stand above their strips, in line with other charts, where there is room, else beside them.
    let is_roomy = rows_height(answered) + TIME_AXIS_HEIGHT <= rect.height();
    let name_width = if is_roomy { rect.width() } else { (rect.width() * 0.4).min(50.0 * STEP) };
    let left_width = if is_roomy { VALUE_AXIS_WIDTH } else { name_width + 2.0 * STEP };
    let full_height = if is_roomy { ROW_HEIGHT } else { FLAT_ROW_HEIGHT };
    let needed = as_float(answered.series.len()) * full_height + TIME_AXIS_HEIGHT;
    // The times stand right below the last strip.
    let rect =
        if Plot::has_room(rect) { rect.with_max_y(rect.bottom().min(rect.top() + needed)) } else { rect };
    let mut plot = Plot::inside(rect, left_width, scene);
    if is_roomy && !plot.has_axes {
        plot = Plot::with_axes(rect, left_width, scene);
    }
    let least_height = match (plot.has_axes, is_roomy) {
        (true, true) => ROW_HEIGHT,
        (true, false) => LEAST_FLAT_ROW_HEIGHT,
        (false, _) => MIN_ROW_HEIGHT,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    // A hair more: a height that was added up to fit the rows may be a rounding error too small.
    let places = ((plot.area.height() + 0.1) / least_height).floor().max(1.0) as usize;
    let count = answered.series.len();
    let shown = if count > places && plot.has_axes { places - 1 } else { count.min(places) };
    let row_height = (plot.area.height() / as_float(shown.max(1))).min(full_height);
    let mut top = plot.area.top();
    for series in answered.series.iter().take(shown) {
        let (middle, height) = if is_roomy {
            (top + 0.68 * row_height, 0.4 * row_height)
        } else {
            (top + row_height / 2.0, 0.6 * row_height)
        };
        if plot.has_axes {
            let name_y = if is_roomy { top + 0.22 * row_height } else { middle };
            name_ui(ui, scene, pos2(rect.left(), name_y), name_width, series);
        }
        if is_roomy {
            let place = pos2(plot.area.left() - 2.0 * STEP, middle);
            axis_label(scene, word(series, is_states), left_width).paint(ui, place, Align2::RIGHT_CENTER);
        }
        strip_ui(ui, &plot, (middle, height), answered.result.step_ms, series, colors);
        top += row_height;
    }
    if shown < count && plot.has_axes {
        let text = format!("+{} more", count - shown);
        let place = pos2(rect.left(), top + row_height / 2.0);
        axis_label(scene, &text, name_width).paint(ui, place, Align2::LEFT_CENTER);
    }
    plot.crosshair_ui(ui, scene);
    pointer_ui(ui, scene, plot.area, name);
    plot
}

/// What a series says at present.
fn word(series: &NamedSeries<'_>, is_states: bool) -> &'static str {
    match (series.last(), is_states) {
        (None, _) => "–",
        (Some(0.0), true) => "off",
        (Some(0.0), false) => "down",
        (Some(_), true) => "on",
        (Some(_), false) => "up",
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of rows on screen")]
fn as_float(count: usize) -> f32 {
    count as f32
}

/// Whether a series is a state of a state set: one of its labels is called as the metric is.
fn is_state(series: &NamedSeries<'_>) -> bool {
    let labels = &series.series.labels;
    labels.get(METRIC_NAME).is_some_and(|name| labels.get(name).is_some())
}

#[derive(Clone, Copy)]
struct Colors {
    on: Color32,
    off: Color32,
}

fn name_ui(ui: &Ui, scene: &Scene<'_>, left: Pos2, max_width: f32, series: &NamedSeries<'_>) {
    let is_on = series.last().is_some_and(|value| value != 0.0);
    let color = if is_on { scene.palette.text } else { scene.palette.weak };
    let text = series.name();
    let line = Line { text: &text, font: theme::font(SMALL + 1.0), color, max_width };
    line.paint(ui, left, Align2::LEFT_CENTER);
}

fn strip_ui(
    ui: &Ui,
    plot: &Plot,
    (middle, height): (f32, f32),
    step_ms: i64,
    series: &NamedSeries<'_>,
    colors: Colors,
) {
    for stretch in stretches(&series.series.timestamps_ms, &series.series.values, step_ms) {
        let range = plot.area.x_range();
        let (left, right) = (range.clamp(plot.x(stretch.from_ms)), range.clamp(plot.x(stretch.to_ms)));
        let top = middle - height / 2.0;
        let strip = Rect::from_min_max(pos2(left, top), pos2(right.max(left + 1.0), top + height));
        // Short stretches beside each other are no beads.
        let radius = (strip.width() / 6.0).min(3.0);
        ui.painter().rect_filled(strip, radius, if stretch.is_on { colors.on } else { colors.off });
    }
}

/// A stretch of time in which nothing changed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    from_ms: i64,
    to_ms: i64,
    is_on: bool,
}

/// Joins equal neighbours; a step stands for the time up to it.
fn stretches(times_ms: &[i64], values: &[f64], step_ms: i64) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (time_ms, value) in times_ms.iter().zip(values).filter(|(_, value)| !value.is_nan()) {
        let is_on = *value != 0.0;
        let from_ms = time_ms - step_ms;
        match stretches.last_mut() {
            Some(last) if last.is_on == is_on && from_ms <= last.to_ms + step_ms / 2 => last.to_ms = *time_ms,
            _ => stretches.push(Stretch { from_ms, to_ms: *time_ms, is_on }),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_neighbours_join_and_gaps_stay() {
        let found = stretches(&[1, 2, 3, 7, 8], &[1.0, 1.0, 0.0, 0.0, f64::NAN], 1);
        let expect = [(0, 2, true), (2, 3, false), (6, 7, false)];
        assert_eq!(found, expect.map(|(from_ms, to_ms, is_on)| Stretch { from_ms, to_ms, is_on }));
    }
}
