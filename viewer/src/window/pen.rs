//! How a line looks: its colour, and whether it is whole.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

/// The length of the mark of a line in a legend, in points.
const MARK_LENGTH: f32 = 12.0;
const MARK_HEIGHT: f32 = 3.0;

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pen {
    /// Its colour.
    pub(crate) color: Color32,
    /// What tells it from another line of this colour.
    pub(crate) dash: Dash,
}

/// Whether a line is whole.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Dash {
    /// It is.
    Solid,
    /// It is in pieces.
    Dashed,
    /// It is in dots.
    Dotted,
}

impl Pen {
    /// A whole line of a colour.
    pub(crate) fn solid(color: Color32) -> Self {
        Self { color, dash: Dash::Solid }
    }

    /// A line through points, of a width in points.
    pub(crate) fn draw(self, points: &[Pos2], width: f32) -> Vec<Shape> {
        let stroke = Stroke::new(width, self.color);
        match (self.dash, points) {
            (_, []) => Vec::new(),
            (_, [point]) => vec![Shape::circle_filled(*point, 2.0, self.color)],
            (Dash::Solid, _) => vec![Shape::line(points.to_vec(), stroke)],
            (Dash::Dashed, _) => Shape::dashed_line(points, stroke, 7.0, 4.0),
            (Dash::Dotted, _) => Shape::dashed_line(points, stroke, 2.0, 3.0),
        }
    }

    /// Paints the mark of a line in a legend, from its left end on; returns where it ends.
    pub(crate) fn mark(self, ui: &Ui, left_center: Pos2) -> f32 {
        self.mark_on(ui.painter(), left_center)
    }

    /// The same in another layer.
    pub(crate) fn mark_on(self, painter: &Painter, left_center: Pos2) -> f32 {
        let mark =
            Rect::from_min_size(left_center - vec2(0.0, MARK_HEIGHT / 2.0), vec2(MARK_LENGTH, MARK_HEIGHT));
        let (pieces, gap) = match self.dash {
            Dash::Solid => (1.0, 0.0),
            Dash::Dashed => (2.0, 2.0),
            Dash::Dotted => (3.0, 1.5),
        };
        let length = (MARK_LENGTH - (pieces - 1.0) * gap) / pieces;
        let mut left = mark.left();
        while left < mark.right() - 0.1 {
            let piece = Rect::from_min_size(pos2(left, mark.top()), vec2(length, MARK_HEIGHT));
            painter.rect_filled(piece, MARK_HEIGHT / 2.0, self.color);
            left += length + gap;
        }
        mark.right()
    }
}
