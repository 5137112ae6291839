//! Strips that say over time whether something was so.

use egui::{Align2, Rect, Ui, pos2};

use super::axis::{time_label, time_marks};
use super::pointer::pointer_ui;
use super::{Answered, as_float, time_range};
use crate::view::NamedSeries;
use crate::window::scene::Scene;
use crate::window::theme::{self, SMALL, STEP};
use crate::window::widgets::Line;

const ROW_HEIGHT: f32 = 6.0 * STEP;
const STRIP_HEIGHT: f32 = 3.0 * STEP;
const AXIS_HEIGHT: f32 = 4.0 * STEP;

/// Draws a strip for each series: full where the value was not 0, hollow where it was, nothing where there is none.
pub(crate) fn status_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let name_width = (rect.width() * 0.36).min(160.0);
    let strip_left = rect.left() + name_width + 2.0 * STEP;
    let rows_bottom = rect.bottom() - AXIS_HEIGHT;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let places = ((rows_bottom - rect.top()) / ROW_HEIGHT).floor().max(1.0) as usize;
    let shown = if answered.series.len() > places { places - 1 } else { answered.series.len() };
    let times = time_range(scene);
    let to_x = |time: f64| {
        let share = (time - times.start()) / (times.end() - times.start()).max(1.0);
        #[expect(clippy::cast_possible_truncation, reason = "a share of 1")]
        egui::lerp(strip_left..=rect.right(), share.clamp(0.0, 1.0) as f32)
    };
    let mut center = rect.top() + ROW_HEIGHT / 2.0;
    for series in answered.series.iter().take(shown) {
        name_ui(ui, scene, pos2(rect.left(), center), name_width, series);
        strip_ui(ui, scene, center, answered.result.step_ms, series, &to_x);
        center += ROW_HEIGHT;
    }
    if shown < answered.series.len() {
        let text = format!("+{} more", answered.series.len() - shown);
        let more =
            Line { text: &text, font: theme::font(SMALL), color: scene.palette.weak, max_width: name_width };
        more.paint(ui, pos2(rect.left(), center), Align2::LEFT_CENTER);
    }
    for mark in time_marks(*times.start(), *times.end(), 2.0, scene.zone) {
        let text = time_label(mark.value, mark.step_size, scene.zone);
        let label =
            Line { text: &text, font: theme::font(SMALL), color: scene.palette.weak, max_width: 80.0 };
        let x = to_x(mark.value).clamp(strip_left + 22.0, rect.right() - 22.0);
        label.paint(ui, pos2(x, rect.bottom()), Align2::CENTER_BOTTOM);
    }
    let strips = Rect::from_min_max(pos2(strip_left, rect.top()), pos2(rect.right(), rows_bottom));
    if let Some(cursor_ms) = scene.cursor_ms {
        ui.painter().vline(to_x(as_float(cursor_ms)), strips.y_range(), (1.0, scene.palette.weak));
    }
    pointer_ui(ui, scene, strips, name);
}

fn name_ui(ui: &Ui, scene: &Scene<'_>, left: egui::Pos2, width: f32, series: &NamedSeries<'_>) {
    let is_on = series.last().is_some_and(|value| value != 0.0);
    let color = if is_on { scene.palette.text } else { scene.palette.weak };
    let text = series.name();
    Line { text: &text, font: theme::font(SMALL), color, max_width: width }.paint(
        ui,
        left,
        Align2::LEFT_CENTER,
    );
}

fn strip_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    center: f32,
    step_ms: i64,
    series: &NamedSeries<'_>,
    to_x: &impl Fn(f64) -> f32,
) {
    let strip = |from_ms: i64, to_ms: i64, is_on: bool| {
        let (left, right) = (to_x(as_float(from_ms)), to_x(as_float(to_ms)));
        let top = center - STRIP_HEIGHT / 2.0;
        let rect = Rect::from_min_max(pos2(left, top), pos2(right.max(left + 1.0), top + STRIP_HEIGHT));
        let color = if is_on { scene.palette.good } else { scene.palette.border };
        ui.painter().rect_filled(rect, 2.0, color);
    };
    for stretch in stretches(&series.series.timestamps_ms, &series.series.values, step_ms) {
        strip(stretch.from_ms, stretch.to_ms, stretch.is_on);
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
