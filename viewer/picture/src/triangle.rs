//! Triangles: which pixels belong to one, and their colours.

use std::ops::Range;

use egui::Pos2;
use egui::epaint::Vertex;

use crate::canvas::{Canvas, Clip};
use crate::fill::Ink;
use crate::plane::Plane;
use crate::texture::{Texture, channels};

/// Positions are snapped to this part of a pixel, as graphics hardware does it.
const SUBPIXELS: i64 = 256;
/// Positions further away than this, in pixels, are moved here: products of two then fit.
const FARTHEST: f32 = 1_048_576.0;

/// Draws a triangle: every pixel whose middle lies inside. A middle on an edge belongs to the triangle on the right of
/// it, or below it where the edge is level; so an edge that two triangles share is drawn once.
pub(crate) fn draw_triangle(
    canvas: &mut Canvas,
    clip: &Clip,
    texture: &Texture,
    vertices: [&Vertex; 3],
    pixels_per_point: f32,
) {
    let corners = vertices.map(|vertex| pixel_position(vertex, pixels_per_point));
    let Some(shape) = Triangle::new(corners) else { return };
    let [width, height] = texture.size();
    let [first, second, third] = vertices;
    let is_even = first.color == second.color && second.color == third.color;
    let is_placed = first.uv == second.uv && second.uv == third.uv;
    let color = if is_even {
        Some(Plane::even(channels(first.color)))
    } else {
        Plane::through(corners, vertices.map(|vertex| channels(vertex.color)))
    };
    let place = |vertex: &Vertex| [vertex.uv.x * width, vertex.uv.y * height];
    let places = if is_placed {
        Some(Plane::even(place(first)))
    } else {
        Plane::through(corners, vertices.map(place))
    };
    let (Some(color), Some(places)) = (color, places) else { return };
    let ink = Ink::new(color, texture, places);
    if ink.is_invisible() {
        return;
    }
    for y in clip.rows_within(shape.rows()) {
        let Some(columns) = clip.columns_within(shape.columns(y)) else { continue };
        let x = i64::try_from(columns.start).unwrap_or_default();
        ink.fill(canvas.span_mut(usize::try_from(y).unwrap_or_default(), columns), x, y);
    }
}

/// Where a vertex is, in pixels.
pub(crate) fn pixel_position(vertex: &Vertex, pixels_per_point: f32) -> Pos2 {
    (vertex.pos.to_vec2() * pixels_per_point).to_pos2()
}

/// A coordinate in parts of a pixel.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "it is clamped before")]
pub(crate) fn fixed(at: f32) -> i64 {
    (at.clamp(-FARTHEST, FARTHEST) * SUBPIXELS as f32).round() as i64
}

/// The first pixel whose middle is not before `at`, which is in parts of a pixel.
pub(crate) fn first_middle_from(at: i64) -> i64 {
    (at + SUBPIXELS / 2 - 1).div_euclid(SUBPIXELS)
}

/// The outline of a triangle.
struct Triangle {
    edges: [Edge; 3],
    top: i64,
    bottom: i64,
}

impl Triangle {
    /// `None` where the corners lie on a line.
    fn new(corners: [Pos2; 3]) -> Option<Self> {
        let [first, second, third] = corners.map(|corner| (fixed(corner.x), fixed(corner.y)));
        let turn = (second.0 - first.0) * (third.1 - first.1) - (second.1 - first.1) * (third.0 - first.0);
        let [first, second, third] = match turn {
            0 => return None,
            1.. => [first, second, third],
            _ => [first, third, second],
        };
        let edges = [Edge::new(first, second), Edge::new(second, third), Edge::new(third, first)];
        let ys = [first.1, second.1, third.1];
        let (top, bottom) = (ys.into_iter().min()?, ys.into_iter().max()?);
        Some(Self { edges, top, bottom })
    }

    /// The rows that it may touch.
    fn rows(&self) -> Range<i64> {
        first_middle_from(self.top)..first_middle_from(self.bottom) + 1
    }

    /// The pixels of a row that belong to it.
    fn columns(&self, y: i64) -> Range<i64> {
        let middle_y = y * SUBPIXELS + SUBPIXELS / 2;
        let mut columns = i64::MIN..i64::MAX;
        for edge in &self.edges {
            // In the row, the edge's sign is slope * x + offset for the pixel x.
            let slope = edge.x * SUBPIXELS;
            let offset = edge.x * (SUBPIXELS / 2) + edge.y * middle_y + edge.constant;
            match slope {
                0 if offset < 0 => return 0..0,
                0 => {}
                1.. => columns.start = columns.start.max(-offset.div_euclid(slope)),
                _ => columns.end = columns.end.min(offset.div_euclid(-slope) + 1),
            }
        }
        columns
    }
}

/// One side of a triangle: a point belongs to the triangle's side of it where `x * point.x + y * point.y + constant` is not
/// negative.
struct Edge {
    x: i64,
    y: i64,
    constant: i64,
}

impl Edge {
    /// The edge of a triangle whose corners follow each other clockwise.
    fn new(from: (i64, i64), to: (i64, i64)) -> Self {
        let (right, down) = (to.0 - from.0, to.1 - from.1);
        let is_left_or_top = down < 0 || (down == 0 && right > 0);
        let own = if is_left_or_top { 0 } else { -1 };
        Self { x: -down, y: right, constant: down * from.0 - right * from.1 + own }
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    /// How often each pixel of 8 x 8 is drawn.
    fn counts(triangles: &[[Pos2; 3]]) -> Vec<u32> {
        let mut counts = vec![0; 64];
        for corners in triangles {
            let Some(triangle) = Triangle::new(*corners) else { continue };
            for y in triangle.rows().start.max(0)..triangle.rows().end.min(8) {
                let columns = triangle.columns(y);
                for x in columns.start.max(0)..columns.end.min(8) {
                    counts[usize::try_from(y * 8 + x).unwrap()] += 1;
                }
            }
        }
        counts
    }

    #[test]
    fn triangles_that_share_their_edges_draw_each_pixel_once() {
        // A fan around a middle that no edge favours, and one around the middle of a pixel.
        for middle in [pos2(3.3, 4.1), pos2(3.5, 3.5), pos2(0.0, 8.0)] {
            let rim = [
                (0.0, 0.0),
                (5.0, 0.0),
                (8.0, 0.0),
                (8.0, 3.5),
                (8.0, 8.0),
                (2.5, 8.0),
                (0.0, 8.0),
                (0.0, 4.5),
            ];
            let rim = rim.map(|(x, y)| pos2(x, y));
            let next = rim.iter().cycle().skip(1);
            let fan = Vec::from_iter(rim.iter().zip(next).map(|(from, to)| [middle, *from, *to]));
            assert_eq!(counts(&fan), [1; 64], "{middle:?}");
            // Either way round.
            let turned = Vec::from_iter(fan.iter().map(|[a, b, c]| [*c, *b, *a]));
            assert_eq!(counts(&turned), [1; 64], "{middle:?}");
        }
    }

    #[test]
    fn a_middle_on_an_edge_belongs_to_the_right_and_below() {
        let square = [
            [pos2(0.5, 0.5), pos2(2.5, 0.5), pos2(0.5, 2.5)],
            [pos2(0.5, 2.5), pos2(2.5, 0.5), pos2(2.5, 2.5)],
        ];
        let drawn = counts(&square);
        let expect = |x: usize, y: usize| u32::from(x < 2 && y < 2);
        for y in 0..8 {
            for x in 0..8 {
                assert_eq!(drawn[y * 8 + x], expect(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn far_away_corners_do_no_harm() {
        let drawn = counts(&[[pos2(-1e30, 4.0), pos2(1e30, 4.0), pos2(0.0, f32::MAX)]]);
        assert_eq!(drawn[..32], [0; 32]);
        assert_eq!(drawn[32..], [1; 32]);
    }
}
