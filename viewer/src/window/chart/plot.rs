//! The part of a chart where time runs from left to right, with the axes around it.

use std::ops::RangeInclusive;

use egui::{Align2, Rect, Stroke, Ui, lerp, pos2};
use p95_core::overview::Unit;

use super::as_float;
use super::axis::{ValueAxis, time_label, time_marks};
use crate::window::scene::Scene;
use crate::window::theme::{self, SMALL, STEP};
use crate::window::time::TimeSpan;
use crate::window::widgets::Line;

/// The width of the value axis, the same everywhere so that charts stand in line.
pub(crate) const VALUE_AXIS_WIDTH: f32 = 14.0 * STEP;
/// The height of the time axis.
pub(super) const TIME_AXIS_HEIGHT: f32 = 5.0 * STEP;
/// A chart of less than this height has no room for axes.
const MIN_HEIGHT: f32 = 18.0 * STEP;
/// How far a time may stand out at the right, into the margin around every chart; and how far from its place.
const LABEL_OVERHANG: f32 = 2.0 * STEP;
const MAX_LABEL_SHIFT: f32 = 2.0 * STEP;
/// Marks of the time axis stand at least so far apart.
const MARK_WIDTH: f32 = 72.0;

/// Where time lies in a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plot {
    /// The place of the values.
    pub(super) area: Rect,
    /// The times from its left to its right.
    pub(super) span: TimeSpan,
    /// Whether there is room for axes.
    pub(super) has_axes: bool,
}

impl Plot {
    /// The part of `rect` that axes on its left, of this width, and below it leave; all of it where it is too small for axes.
    pub(super) fn inside(rect: Rect, left_width: f32, scene: &Scene<'_>) -> Self {
        if !Self::has_room(rect) {
            return Self { area: rect, span: scene.span, has_axes: false };
        }
        Self::with_axes(rect, left_width, scene)
    }

    /// The same, whatever the height.
    pub(super) fn with_axes(rect: Rect, left_width: f32, scene: &Scene<'_>) -> Self {
        let min = pos2((rect.left() + left_width).min(rect.right()), rect.top());
        let max = pos2(rect.right(), (rect.bottom() - TIME_AXIS_HEIGHT).max(rect.top()));
        Self { area: Rect::from_min_max(min, max), span: scene.span, has_axes: true }
    }

    /// Whether a place has room for axes.
    pub(super) fn has_room(rect: Rect) -> bool {
        rect.height() >= MIN_HEIGHT
    }

    /// Where a time lies.
    pub(super) fn x(&self, time_ms: i64) -> f32 {
        let since_ms = as_float(time_ms.saturating_sub(self.span.start_ms));
        self.lerp(self.area.x_range().into(), since_ms / as_float(self.span.length_ms().max(1)))
    }

    /// Where a value lies on an axis.
    pub(super) fn y(&self, axis: &ValueAxis, value: f64) -> f32 {
        self.lerp(self.area.bottom()..=self.area.top(), axis.share(value))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
    fn lerp(&self, range: RangeInclusive<f32>, share: f64) -> f32 {
        // Far outside is as good as anywhere outside, and f32 can hold it.
        lerp(range, share.clamp(-100.0, 100.0) as f32)
    }

    /// Draws lines at the marks of the values, and the values beside them.
    pub(super) fn value_axis_ui(&self, ui: &Ui, scene: &Scene<'_>, axis: &ValueAxis, unit: &Unit) {
        for mark in axis.marks().into_iter().filter(|_| self.has_axes) {
            let y = ui.painter().round_to_pixel_center(self.y(axis, mark.value));
            ui.painter().hline(self.area.x_range(), y, Stroke::new(1.0, scene.palette.grid));
            let text = unit.format(mark.value);
            let place = pos2(self.area.left() - 2.0 * STEP, y);
            axis_label(scene, &text, VALUE_AXIS_WIDTH - 2.0 * STEP).paint(ui, place, Align2::RIGHT_CENTER);
        }
    }

    /// Draws the times below. None is cut off, and none stands far from its place: the last one moves a little, or is left out,
    /// as is what would touch another.
    pub(super) fn time_axis_ui(&self, ui: &Ui, scene: &Scene<'_>) {
        if !self.has_axes {
            return;
        }
        let (start_ms, end_ms) = (as_float(self.span.start_ms), as_float(self.span.end_ms));
        let count = f64::from((self.area.width() / MARK_WIDTH).floor().max(1.0));
        let mut free_from = self.area.left() - VALUE_AXIS_WIDTH;
        for mark in time_marks(start_ms, end_ms, count, scene.zone) {
            let text = time_label(mark.value, mark.step, scene.zone);
            let width = axis_label(scene, &text, MARK_WIDTH).width(ui);
            let share = (mark.value - start_ms) / (end_ms - start_ms).max(1.0);
            let middle = self.lerp(self.area.x_range().into(), share);
            let centered = middle - width / 2.0;
            let left = centered.min(self.area.right() + LABEL_OVERHANG - width);
            if left >= free_from && centered - left <= MAX_LABEL_SHIFT {
                let place = pos2(left, self.area.bottom() + TIME_AXIS_HEIGHT);
                axis_label(scene, &text, MARK_WIDTH).paint(ui, place, Align2::LEFT_BOTTOM);
                free_from = left + width + 2.0 * STEP;
            }
        }
    }

    /// Draws the crosshair, where it is within the times shown.
    pub(super) fn crosshair_ui(&self, ui: &Ui, scene: &Scene<'_>) {
        let Some(cursor_ms) = scene.cursor_ms else { return };
        if (self.span.start_ms..=self.span.end_ms).contains(&cursor_ms) {
            let x = ui.painter().round_to_pixel_center(self.x(cursor_ms));
            ui.painter().vline(x, self.area.y_range(), Stroke::new(1.0, scene.palette.weak));
        }
    }
}

/// A small text beside a chart.
pub(super) fn axis_label<'a>(scene: &Scene<'_>, text: &'a str, max_width: f32) -> Line<'a> {
    Line { text, font: theme::font(SMALL), color: scene.palette.weak, max_width }
}
