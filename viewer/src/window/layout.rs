//! Where cards stand, and text within a width.

use egui::text::LayoutJob;
use egui::{Align2, Color32, FontId, Pos2, Rect, Ui, vec2};

use super::theme::GAP;

/// The height of a card.
pub(super) const CARD_HEIGHT: f32 = 236.0;
/// Cards are at least so wide.
const MIN_CARD_WIDTH: f32 = 296.0;

/// A grid of cards of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CardGrid {
    /// Cards beside each other.
    pub(super) columns: usize,
    /// The width of each.
    pub(super) card_width: f32,
}

impl CardGrid {
    /// As many columns as fit.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    pub(super) fn new(width: f32) -> Self {
        let columns = ((width + GAP) / (MIN_CARD_WIDTH + GAP)).floor().max(1.0);
        let card_width = ((width - GAP * (columns - 1.0)) / columns).floor();
        Self { columns: columns as usize, card_width }
    }

    /// The rectangles of `count` cards; the space for them is taken from `ui`.
    pub(super) fn place(self, ui: &mut Ui, count: usize) -> Vec<Rect> {
        let rows = count.div_ceil(self.columns);
        let height = (as_float(rows) * (CARD_HEIGHT + GAP) - GAP).max(0.0);
        let (_, area) = ui.allocate_space(vec2(ui.available_width(), height));
        let rect = |number: usize| {
            let (row, column) = (number / self.columns, number % self.columns);
            let offset =
                vec2(as_float(column) * (self.card_width + GAP), as_float(row) * (CARD_HEIGHT + GAP));
            Rect::from_min_size(area.min + offset, vec2(self.card_width, CARD_HEIGHT))
        };
        (0..count).map(rect).collect()
    }
}

/// One line of text to be painted.
pub(super) struct Line<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Its font.
    pub(super) font: FontId,
    /// Its colour.
    pub(super) color: Color32,
    /// It is shortened to this width.
    pub(super) max_width: f32,
}

impl Line<'_> {
    /// Paints it; returns the width that it takes.
    pub(super) fn paint(self, ui: &Ui, position: Pos2, anchor: Align2) -> f32 {
        let mut job = LayoutJob::simple_singleline(self.text.to_owned(), self.font, self.color);
        job.wrap.max_width = self.max_width.max(1.0);
        job.wrap.max_rows = 1;
        job.wrap.break_anywhere = true;
        let galley = ui.painter().layout_job(job);
        let size = galley.size();
        ui.painter().galley(anchor.anchor_size(position, size).min, galley, self.color);
        size.x
    }
}

#[expect(clippy::cast_precision_loss, reason = "a small number of cards")]
fn as_float(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_columns_as_fit() {
        #[track_caller]
        fn check(width: f32, expect: usize) {
            assert_eq!(CardGrid::new(width).columns, expect, "{width}");
        }
        check(100.0, 1);
        check(603.0, 1);
        check(604.0, 2);
        check(776.0, 2);
        check(1256.0, 4);
    }
}
