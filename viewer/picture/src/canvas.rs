//! What is drawn on.

use std::ops::Range;

use egui::Color32;

/// A picture: rows of pixels from top to bottom, their colours premultiplied and gamma-encoded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Color32>,
}

impl Canvas {
    /// A canvas of one colour. Sizes are in pixels.
    pub fn new([width, height]: [usize; 2], background: Color32) -> Self {
        Self { width, height, pixels: vec![background; width * height] }
    }

    /// Its width, in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Its height, in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[Color32] {
        &self.pixels
    }

    /// The pixels of one row; none where they lie outside.
    pub(crate) fn span_mut(&mut self, y: usize, columns: Range<usize>) -> &mut [Color32] {
        let start = y * self.width;
        self.pixels.get_mut(start + columns.start..start + columns.end).unwrap_or_default()
    }
}

/// The pixels that may be drawn on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Clip {
    /// From left to right.
    pub(crate) columns: Range<i64>,
    /// From top to bottom.
    pub(crate) rows: Range<i64>,
}

impl Clip {
    /// A rectangle in points, rounded to whole pixels, within a canvas.
    pub(crate) fn new(rect: egui::Rect, pixels_per_point: f32, [width, height]: [usize; 2]) -> Self {
        let range = |min: f32, max: f32, size: usize| {
            let bound =
                |at: f32| whole(at * pixels_per_point).clamp(0, i64::try_from(size).unwrap_or(i64::MAX));
            bound(min)..bound(max)
        };
        Self { columns: range(rect.min.x, rect.max.x, width), rows: range(rect.min.y, rect.max.y, height) }
    }

    /// The columns of a row that lie within both.
    pub(crate) fn columns_within(&self, columns: Range<i64>) -> Option<Range<usize>> {
        let start = usize::try_from(columns.start.max(self.columns.start)).ok()?;
        let end = usize::try_from(columns.end.min(self.columns.end)).ok()?;
        (start < end).then_some(start..end)
    }

    /// The rows that lie within both.
    pub(crate) fn rows_within(&self, rows: Range<i64>) -> Range<i64> {
        rows.start.max(self.rows.start)..rows.end.min(self.rows.end)
    }
}

/// The nearest whole number; far away coordinates end at the limits of the type, NaN is 0.
#[expect(clippy::cast_possible_truncation, reason = "it saturates, which is what is wanted")]
fn whole(at: f32) -> i64 {
    at.round() as i64
}
