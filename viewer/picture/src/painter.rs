//! From egui's triangles to a canvas.

use egui::epaint::{ClippedPrimitive, Mesh, Primitive, Vertex};
use egui::{Color32, TexturesDelta};

use crate::Canvas;
use crate::canvas::Clip;
use crate::rectangle::Rectangle;
use crate::texture::{Texture, Textures};
use crate::triangle::draw_triangle;

/// Draws what egui tessellates. It keeps egui's textures, so one painter belongs to one [`egui::Context`].
#[derive(Clone, Debug, Default)]
pub struct Painter {
    textures: Textures,
}

impl Painter {
    /// Takes over what a frame changed of the textures, and leaves `delta` empty. Every frame's changes are needed,
    /// whether it is painted or not.
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        self.textures.update(delta);
    }

    /// Paints a frame on a canvas of `size_px` pixels. Meshes with a texture that is not there, and callbacks into other
    /// painters, are left out.
    pub fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        size_px: [usize; 2],
        pixels_per_point: f32,
        background: Color32,
    ) -> Canvas {
        let mut canvas = Canvas::new(size_px, background);
        for clipped in primitives {
            let Primitive::Mesh(mesh) = &clipped.primitive else { continue };
            let Some(texture) = self.textures.get(mesh.texture_id) else { continue };
            let clip = Clip::new(clipped.clip_rect, pixels_per_point, size_px);
            draw_mesh(&mut canvas, &clip, texture, mesh, pixels_per_point);
        }
        canvas
    }
}

/// Draws triangle by triangle, in their order; two that are one rectangle at once.
fn draw_mesh(canvas: &mut Canvas, clip: &Clip, texture: &Texture, mesh: &Mesh, pixels_per_point: f32) {
    let mut triangles =
        mesh.indices.as_chunks::<3>().0.iter().filter_map(|indices| corners(mesh, indices)).peekable();
    while let Some(first) = triangles.next() {
        let rectangle = triangles.peek().and_then(|second| Rectangle::new(first, *second));
        match rectangle {
            Some(rectangle) => {
                triangles.next();
                rectangle.draw(canvas, clip, texture, pixels_per_point);
            }
            None => draw_triangle(canvas, clip, texture, first, pixels_per_point),
        }
    }
}

/// The corners of a triangle; `None` where an index is wrong, or a corner is nowhere.
fn corners<'a>(mesh: &'a Mesh, [first, second, third]: &[u32; 3]) -> Option<[&'a Vertex; 3]> {
    let vertex = |index: &u32| {
        mesh.vertices.get(usize::try_from(*index).ok()?).filter(|vertex| vertex.pos.is_finite())
    };
    Some([vertex(first)?, vertex(second)?, vertex(third)?])
}
