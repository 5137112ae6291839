//! Where cards stand.

use egui::{Rect, Ui, vec2};

use crate::window::theme::GAP;

/// The height of a card.
pub(crate) const CARD_HEIGHT: f32 = 236.0;
/// Cards are at least so wide.
const MIN_CARD_WIDTH: f32 = 296.0;

/// A grid of cards of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CardGrid {
    /// Cards beside each other.
    pub(crate) columns: usize,
    /// The width of each.
    pub(crate) card_width: f32,
}

impl CardGrid {
    /// As many columns as fit.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    pub(crate) fn new(width: f32) -> Self {
        let columns = ((width + GAP) / (MIN_CARD_WIDTH + GAP)).floor().max(1.0);
        let card_width = ((width - GAP * (columns - 1.0)) / columns).floor();
        Self { columns: columns as usize, card_width }
    }

    /// The rectangles of `count` cards; the space for them is taken from `ui`.
    pub(crate) fn place(self, ui: &mut Ui, count: usize) -> Vec<Rect> {
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
