//! The file as a whole: its frame, and the parts that shapes refer to.

use std::fmt::{self, Write as _};

use egui::emath::TSTransform;
use egui::epaint::ClippedShape;
use egui::{Color32, Rect, Vec2};

use super::paint::{Fill, Number};
use super::shape::write_shape;
use super::text::Escaped;
use crate::Painter;

/// What an SVG file is besides its shapes.
#[derive(Clone, Debug)]
pub struct SvgOptions<'a> {
    /// What the picture shows, for those who cannot see it: one line.
    pub title: &'a str,
    /// The size of the frame, in points.
    pub size: Vec2,
    /// The scale at which egui laid out the frame; edges lie on the pixels of that scale.
    pub pixels_per_point: f32,
    /// What is behind all shapes.
    pub background: Color32,
}

/// A frame as an SVG file. `painter` draws what SVG has no words for, such as triangles whose corners differ in colour; those
/// become images within the file. Callbacks into other painters are left out.
pub fn encode_svg(shapes: &[ClippedShape], painter: &Painter, options: &SvgOptions<'_>) -> String {
    let mut svg =
        Svg { painter, pixels_per_point: options.pixels_per_point, defs: Vec::new(), body: String::new() };
    // Writing into a text cannot fail.
    let _ = svg.shapes(shapes, Rect::from_min_size(egui::Pos2::ZERO, options.size));
    let (width, height) = (Number(options.size.x), Number(options.size.y));
    let mut file = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
         {height}\" role=\"img\">\n<title>{}</title>\n",
        Escaped(options.title)
    );
    if !svg.defs.is_empty() {
        file.push_str("<defs>\n");
        for (number, def) in svg.defs.iter().enumerate() {
            let _ = writeln!(file, "{}", def.replacen(" ", &format!(" id=\"d{number}\" "), 1));
        }
        file.push_str("</defs>\n");
    }
    let _ = writeln!(file, "<rect width=\"{width}\" height=\"{height}\"{}/>", Fill(options.background));
    file.push_str(&svg.body);
    file.push_str("</svg>\n");
    file
}

/// An SVG file while it is written.
pub(super) struct Svg<'a> {
    pub(super) painter: &'a Painter,
    pub(super) pixels_per_point: f32,
    /// What shapes refer to by its number.
    defs: Vec<String>,
    /// Where shapes are written to.
    pub(super) body: String,
}

impl Svg<'_> {
    /// The number of a definition; the same one is there once.
    pub(super) fn define(&mut self, def: String) -> usize {
        if let Some(number) = self.defs.iter().position(|known| *known == def) {
            return number;
        }
        self.defs.push(def);
        self.defs.len() - 1
    }

    /// Writes shapes; those that follow each other with one clip rectangle share a group.
    fn shapes(&mut self, shapes: &[ClippedShape], screen: Rect) -> fmt::Result {
        let same_group = |one: &ClippedShape, next: &ClippedShape| {
            one.clip_rect == next.clip_rect
                && one.transform_after_tessellation == next.transform_after_tessellation
        };
        for group in shapes.chunk_by(same_group) {
            let Some(first) = group.first() else { continue };
            let clip = first.clip_rect.intersect(screen);
            if !clip.is_positive() {
                continue;
            }
            let body = std::mem::take(&mut self.body);
            for clipped in group {
                if clipped.shape.visual_bounding_rect().intersects(clip) {
                    write_shape(self, &clipped.shape)?;
                }
            }
            let content = std::mem::replace(&mut self.body, body);
            if !content.is_empty() {
                self.group(&content, (clip != screen).then_some(clip), first.transform_after_tessellation)?;
            }
        }
        Ok(())
    }

    fn group(&mut self, content: &str, clip: Option<Rect>, transform: TSTransform) -> fmt::Result {
        let clip = clip.map(|clip| {
            self.define(format!(
                "<clipPath clipPathUnits=\"userSpaceOnUse\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
                Number(clip.left()),
                Number(clip.top()),
                Number(clip.width()),
                Number(clip.height())
            ))
        });
        if let Some(number) = clip {
            write!(self.body, "<g clip-path=\"url(#d{number})\">")?;
        }
        let is_moved = transform != TSTransform::IDENTITY;
        if is_moved {
            let TSTransform { scaling, translation } = transform;
            let (x, y) = (Number(translation.x), Number(translation.y));
            write!(self.body, "<g transform=\"translate({x} {y}) scale({})\">", Number(scaling))?;
        }
        self.body.push('\n');
        self.body.push_str(content);
        for _ in 0..usize::from(clip.is_some()) + usize::from(is_moved) {
            self.body.push_str("</g>");
        }
        self.body.push('\n');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use egui::epaint::{Mesh, PathShape, TextShape, Vertex};
    use egui::{Color32, Context, FontId, Pos2, RawInput, Shape, Stroke, pos2, vec2};

    use super::*;

    /// What stands between the background and the end of a file with this shape, cut off at 20 points.
    fn body(shape: impl Fn(&Context) -> Shape) -> String {
        let (ctx, mut painter) = (Context::default(), Painter::default());
        let mut made = None;
        let mut output = ctx.run_ui(RawInput::default(), |ui| made = Some(shape(ui.ctx())));
        painter.update(&mut output.textures_delta);
        // What the text needs of the textures comes with the next frame.
        painter.update(&mut ctx.run_ui(RawInput::default(), |_| ()).textures_delta);
        let clip_rect = Rect::from_min_size(Pos2::ZERO, vec2(20.0, 20.0));
        let shapes = [ClippedShape::new(clip_rect, made.unwrap())];
        let options = SvgOptions {
            title: "a & b",
            size: vec2(40.0, 20.0),
            pixels_per_point: 1.0,
            background: Color32::BLACK,
        };
        let file = encode_svg(&shapes, &painter, &options);
        assert!(file.contains("<title>a &amp; b</title>"), "{file}");
        assert!(
            file.contains("<clipPath id=\"d0\" clipPathUnits=\"userSpaceOnUse\"><rect x=\"0\" y=\"0\""),
            "{file}"
        );
        let body = file.split("<g clip-path=\"url(#d0)\">\n").nth(1).unwrap();
        body.split("</g>\n</svg>").next().unwrap().trim_end().to_owned()
    }

    #[test]
    fn shapes_become_elements() {
        #[track_caller]
        fn check(shape: Shape, expect: &str) {
            assert_eq!(body(|_| shape.clone()), expect);
        }
        let white = Stroke::new(1.0, Color32::WHITE);
        check(Shape::hline(1.0..=9.0, 3.2, white), "<path d=\"M1 3.5L9 3.5\" stroke=\"#ffffff\"/>");
        check(
            Shape::rect_filled(Rect::from_min_max(pos2(1.2, 1.0), pos2(5.0, 4.0)), 2.0, Color32::RED),
            "<rect x=\"1\" y=\"1\" width=\"4\" height=\"3\" rx=\"1.5\" fill=\"#ff0000\"/>",
        );
        check(
            Shape::circle_filled(pos2(5.0, 5.0), 2.0, Color32::RED),
            "<circle cx=\"5\" cy=\"5\" r=\"2\" fill=\"#ff0000\"/>",
        );
        let corners = vec![pos2(0.0, 0.0), pos2(4.0, 0.0), pos2(0.0, 4.0)];
        let open = PathShape { fill: Color32::RED, ..PathShape::line(corners.clone(), white) };
        check(
            Shape::Path(open),
            "<path d=\"M0 0L4 0L0 4\" fill=\"none\" stroke-linejoin=\"round\" stroke=\"#ffffff\"/>",
        );
        check(
            Shape::convex_polygon(corners, Color32::RED, Stroke::NONE),
            "<path d=\"M0 0L4 0L0 4Z\" fill=\"#ff0000\" stroke-linejoin=\"round\"/>",
        );
    }

    #[test]
    fn text_stays_text() {
        let text = body(|ctx| {
            let layout = |fonts: &mut egui::epaint::text::FontsView<'_>| {
                fonts.layout_no_wrap("<b> & 1".to_owned(), FontId::monospace(10.0), Color32::WHITE)
            };
            Shape::Text(TextShape::new(pos2(1.0, 1.0), ctx.fonts_mut(layout), Color32::WHITE))
        });
        assert!(
            text.starts_with("<text x=\"1\" y=\"") && text.ends_with(">&lt;b&gt; &amp; 1</text>"),
            "{text}"
        );
        assert!(text.contains("font-family=\"Hack,") && text.contains(" textLength=\"42."), "{text}");
    }

    #[test]
    fn tiles_become_rectangles_and_other_meshes_images() {
        let mut tiles = Mesh::default();
        tiles.add_colored_rect(Rect::from_min_max(pos2(1.0, 1.0), pos2(3.0, 2.0)), Color32::RED);
        let written = body(|_| Shape::mesh(tiles.clone()));
        assert!(
            written.contains("<rect x=\"1\" y=\"1\" width=\"2\" height=\"1\" fill=\"#ff0000\"/>"),
            "{written}"
        );
        tiles.vertices.push(Vertex::untextured(pos2(9.0, 9.0), Color32::BLUE));
        tiles.indices.extend([0, 1, 4]);
        let written = body(|_| Shape::mesh(tiles.clone()));
        assert!(
            written.starts_with(
                "<image x=\"0\" y=\"0\" width=\"10\" height=\"10\" href=\"data:image/png;base64,iVBOR"
            ),
            "{written}"
        );
    }
}
