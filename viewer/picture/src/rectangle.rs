//! Rectangles: most of what an interface is made of, glyphs included.

use egui::epaint::Vertex;

use crate::canvas::{Canvas, Clip};
use crate::fill::Ink;
use crate::plane::Plane;
use crate::texture::{Texture, channels};
use crate::triangle::{first_middle_from, fixed, pixel_position};

/// Two triangles that make up an upright rectangle of one colour.
pub(crate) struct Rectangle {
    left_top: Vertex,
    right_bottom: Vertex,
}

impl Rectangle {
    /// The rectangle of two triangles, in the order in which egui lays them: left top, right top, left bottom; left
    /// bottom, right top, right bottom. `None` for any other two.
    pub(crate) fn new(first: [&Vertex; 3], second: [&Vertex; 3]) -> Option<Self> {
        let ([left_top, right_top, left_bottom], [same_left, same_right, right_bottom]) = (first, second);
        let is_upright = same_left == left_bottom
            && same_right == right_top
            && [left_top, right_top, left_bottom].iter().all(|vertex| vertex.color == right_bottom.color)
            && left_top.pos.x == left_bottom.pos.x
            && left_top.pos.y == right_top.pos.y
            && right_bottom.pos.x == right_top.pos.x
            && right_bottom.pos.y == left_bottom.pos.y
            && left_top.pos.x < right_bottom.pos.x
            && left_top.pos.y < right_bottom.pos.y
            && left_top.uv.x == left_bottom.uv.x
            && left_top.uv.y == right_top.uv.y
            && right_bottom.uv.x == right_top.uv.x
            && right_bottom.uv.y == left_bottom.uv.y;
        is_upright.then_some(Self { left_top: *left_top, right_bottom: *right_bottom })
    }

    /// Draws it.
    pub(crate) fn draw(&self, canvas: &mut Canvas, clip: &Clip, texture: &Texture, pixels_per_point: f32) {
        let min = pixel_position(&self.left_top, pixels_per_point);
        let max = pixel_position(&self.right_bottom, pixels_per_point);
        let columns = first_middle_from(fixed(min.x))..first_middle_from(fixed(max.x));
        let rows = first_middle_from(fixed(min.y))..first_middle_from(fixed(max.y));
        let Some(columns) = clip.columns_within(columns) else { return };
        let [width, height] = texture.size();
        let (from, to) = (self.left_top.uv, self.right_bottom.uv);
        let places = Plane {
            origin: min,
            at_origin: [from.x * width, from.y * height],
            step_x: [(to.x - from.x) * width / (max.x - min.x), 0.0],
            step_y: [0.0, (to.y - from.y) * height / (max.y - min.y)],
        };
        let ink = Ink::new(Plane::even(channels(self.left_top.color)), texture, places);
        if ink.is_invisible() {
            return;
        }
        let x = i64::try_from(columns.start).unwrap_or_default();
        for y in clip.rows_within(rows) {
            let span = canvas.span_mut(usize::try_from(y).unwrap_or_default(), columns.clone());
            ink.fill(span, x, y);
        }
    }
}
