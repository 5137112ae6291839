//! Triangles, and whatever else SVG has no words for.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use egui::emath::TSTransform;
use egui::epaint::{ClippedPrimitive, Mesh, Primitive, TessellationOptions, Tessellator, Vertex, WHITE_UV};
use egui::{Color32, Rect, Shape, pos2};

use super::document::Svg;
use super::paint::{Fill, Number};
use crate::encode_png;

/// The pixels of an image for each point of the picture.
const SCALE: f32 = 2.0;

/// Writes a mesh: as rectangles where it is made of them, else as an image.
pub(super) fn write_mesh(svg: &mut Svg<'_>, mesh: &Arc<Mesh>) -> fmt::Result {
    let Some(tiles) = tiles(mesh) else { return write_image(svg, Shape::Mesh(Arc::clone(mesh))) };
    // Neighbours touch without a seam.
    svg.body.push_str("<g shape-rendering=\"crispEdges\">\n");
    for (rect, color) in tiles {
        let (x, y) = (Number(rect.left()), Number(rect.top()));
        let (width, height) = (Number(rect.width()), Number(rect.height()));
        writeln!(
            svg.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{}/>",
            Fill(color)
        )?;
    }
    svg.body.push_str("</g>\n");
    Ok(())
}

/// The upright rectangles of one colour each that a mesh is made of; `None` where it has anything else.
fn tiles(mesh: &Mesh) -> Option<Vec<(Rect, Color32)>> {
    let vertex = |index: &u32| mesh.vertices.get(usize::try_from(*index).ok()?);
    let (quads, rest) = mesh.indices.as_chunks::<6>();
    let tile = |quad: &[u32; 6]| {
        let [left_top, right_top, left_bottom, same_left, same_right, right_bottom] = quad;
        let corners: [&Vertex; 4] =
            [vertex(left_top)?, vertex(right_top)?, vertex(left_bottom)?, vertex(right_bottom)?];
        let [first, right, below, last] = corners;
        let is_tile = same_left == left_bottom
            && same_right == right_top
            && corners.iter().all(|corner| corner.color == first.color && corner.uv == WHITE_UV)
            && (first.pos.x, first.pos.y) == (below.pos.x, right.pos.y)
            && (last.pos.x, last.pos.y) == (right.pos.x, below.pos.y);
        is_tile.then(|| (Rect::from_two_pos(first.pos, last.pos), first.color))
    };
    if rest.is_empty() { quads.iter().map(tile).collect() } else { None }
}

/// Draws a shape and writes the pixels.
pub(super) fn write_image(svg: &mut Svg<'_>, shape: Shape) -> fmt::Result {
    let bounds = shape.visual_bounding_rect().expand(1.0);
    let bounds = Rect::from_min_max(
        pos2(bounds.left().floor(), bounds.top().floor()),
        pos2(bounds.right().ceil(), bounds.bottom().ceil()),
    );
    let Some(size_px) = pixels(bounds) else { return Ok(()) };
    let mut mesh = Mesh::default();
    if let Shape::Mesh(ready) = shape {
        mesh = Mesh::clone(&ready);
    } else {
        let options = TessellationOptions::default();
        Tessellator::new(SCALE, options, [1, 1], Vec::new()).tessellate_shape(shape, &mut mesh);
    }
    mesh.transform(TSTransform::from_translation(-bounds.min.to_vec2()));
    let clip_rect = Rect::from_min_size(egui::Pos2::ZERO, bounds.size());
    let primitive = ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) };
    let canvas = svg.painter.paint(&[primitive], size_px, SCALE, Color32::TRANSPARENT);
    // Where there are no pixels, there is nothing to be seen.
    let Ok(png) = encode_png(&canvas) else { return Ok(()) };
    writeln!(
        svg.body,
        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"data:image/png;base64,{}\"/>",
        Number(bounds.left()),
        Number(bounds.top()),
        Number(bounds.width()),
        Number(bounds.height()),
        STANDARD.encode(png)
    )
}

/// The pixels of an image; `None` where nothing sensible can be drawn.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and bounded")]
fn pixels(bounds: Rect) -> Option<[usize; 2]> {
    let side = |points: f32| (points > 0.0 && points < 16_384.0).then_some((points * SCALE) as usize);
    Some([side(bounds.width())?, side(bounds.height())?])
}
