//! Where cards stand.

use egui::{Rect, Ui, pos2, vec2};

use super::Density;
use crate::window::theme::{GAP, STEP};

/// A grid of cards. Each row fills the width, and all cards of a row are equally wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CardGrid {
    /// Cards beside each other, where there are enough.
    columns: usize,
    /// The height of a card.
    card_height: f32,
    gap: f32,
}

impl CardGrid {
    /// As many columns as a width has room for.
    pub(super) fn new(width: f32, density: Density) -> Self {
        let (min_width, card_height, gap) = match density {
            Density::Comfortable => (74.0 * STEP, 59.0 * STEP, GAP),
            Density::Compact => (58.0 * STEP, 29.0 * STEP, GAP),
            Density::Rows => (f32::INFINITY, 8.0 * STEP, 0.0),
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive number"
        )]
        let columns = ((width + gap) / (min_width + gap)).floor().max(1.0) as usize;
        Self { columns, card_height, gap }
    }

    /// The same for a few cards of which none is to stand alone in a last row: the rows get as even as they can.
    pub(super) fn evened(self, count: usize) -> Self {
        let rows = count.div_ceil(self.columns).max(1);
        // A single card is no banner.
        let least = self.columns.min(2);
        Self { columns: count.div_ceil(rows).max(least), ..self }
    }

    /// The rectangles of `count` cards; the space for them is taken from `ui`. With `fills_last_row` the cards of the last row
    /// are as wide as they must be to fill it.
    pub(super) fn place(self, ui: &mut Ui, count: usize, fills_last_row: bool) -> Vec<Rect> {
        let rows = count.div_ceil(self.columns);
        let height = (as_float(rows) * (self.card_height + self.gap) - self.gap).max(0.0);
        let (_, area) = ui.allocate_space(vec2(ui.available_width(), height));
        let rect = |number: usize| {
            let row = number / self.columns;
            let in_row = count - row * self.columns;
            let columns = if fills_last_row { in_row.min(self.columns) } else { self.columns };
            let step = (area.width() + self.gap) / as_float(columns);
            let column = number % self.columns;
            let (left, right) = (as_float(column) * step, as_float(column + 1) * step - self.gap);
            let top = area.top() + as_float(row) * (self.card_height + self.gap);
            Rect::from_min_max(
                pos2((area.left() + left).round(), top),
                pos2((area.left() + right).round(), top + self.card_height),
            )
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
        fn check(width: f32, density: Density, expect: usize) {
            assert_eq!(CardGrid::new(width, density).columns, expect, "{width}");
        }
        check(100.0, Density::Comfortable, 1);
        check(603.0, Density::Comfortable, 1);
        check(604.0, Density::Comfortable, 2);
        check(776.0, Density::Comfortable, 2);
        check(1256.0, Density::Comfortable, 4);
        check(1256.0, Density::Compact, 5);
        check(1256.0, Density::Rows, 1);
    }

    #[test]
    fn no_card_of_a_few_stands_alone() {
        #[track_caller]
        fn check(count: usize, expect: usize) {
            let grid = CardGrid::new(1256.0, Density::Comfortable).evened(count);
            assert_eq!(grid.columns, expect, "{count}");
        }
        check(0, 2);
        check(1, 2);
        check(3, 3);
        check(4, 4);
        check(5, 3);
        check(6, 3);
        check(7, 4);
    }
}
