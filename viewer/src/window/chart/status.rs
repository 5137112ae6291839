//! Strips that say over time whether something was so.

use egui::{Align2, Color32, Pos2, Rect, Ui, pos2};
use p95_core::model::labels::METRIC_NAME;

use super::Answered;
use super::plot::{Plot, axis_label};
use super::pointer::pointer_ui;
use crate::view::NamedSeries;
use crate::window::scene::Scene;
use crate::window::theme::{self, SMALL, STEP};
use crate::window::widgets::Line;

const ROW_HEIGHT: f32 = 6.0 * STEP;
const MIN_ROW_HEIGHT: f32 = STEP;

/// Draws a strip for each series: green where the value was not 0, red where it was, nothing where there is none. The states of
/// a state set are neither good nor bad: there a state that was not so is a hollow.
pub(super) fn status_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let name_width = (rect.width() * 0.4).min(50.0 * STEP);
    let plot = Plot::inside(rect, name_width + 2.0 * STEP, scene);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let places = (plot.area.height() / if plot.has_axes { ROW_HEIGHT } else { MIN_ROW_HEIGHT })
        .floor()
        .max(1.0) as usize;
    let count = answered.series.len();
    let shown = if count > places && plot.has_axes { places - 1 } else { count.min(places) };
    #[expect(clippy::cast_precision_loss, reason = "a number of rows on screen")]
    let row_height = (plot.area.height() / shown.max(1) as f32).min(ROW_HEIGHT);
    let is_states = answered.series.iter().any(|series| is_state(series));
    let colors = Colors {
        on: if is_states { scene.palette.accent } else { scene.palette.good },
        off: if is_states { scene.palette.border } else { scene.palette.bad },
    };
    let mut middle = plot.area.top() + row_height / 2.0;
    for series in answered.series.iter().take(shown) {
        if plot.has_axes {
            name_ui(ui, scene, pos2(rect.left(), middle), name_width, series);
        }
        strip_ui(ui, &plot, (middle, row_height * 0.6), answered.result.step_ms, series, colors);
        middle += row_height;
    }
    if shown < count && plot.has_axes {
        let text = format!("+{} more", count - shown);
        axis_label(scene, &text, name_width).paint(ui, pos2(rect.left(), middle), Align2::LEFT_CENTER);
    }
    plot.time_axis_ui(ui, scene);
    plot.crosshair_ui(ui, scene);
    pointer_ui(ui, scene, plot.area, name);
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
        ui.painter().rect_filled(strip, 3.0, if stretch.is_on { colors.on } else { colors.off });
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
