//! Rectangles, with round corners, outlines and shadows.

use std::fmt::{self, Write as _};

use egui::emath::GuiRounding as _;
use egui::epaint::{CornerRadiusF32, RectShape};
use egui::{Rect, Stroke, StrokeKind};

use super::document::Svg;
use super::paint::{Fill, Number, Outline};

/// The standard deviation of an even ramp of length one.
const RAMP_DEVIATION: f32 = 0.289;

/// Writes a rectangle on the pixels that egui would use.
pub(super) fn write_rect(svg: &mut Svg<'_>, shape: &RectShape) -> fmt::Result {
    let is_sharp = shape.round_to_pixels.unwrap_or(true) && shape.angle == 0.0 && shape.blur_width == 0.0;
    let rect = if is_sharp { shape.rect.round_to_pixels(svg.pixels_per_point) } else { shape.rect };
    let mut attributes = String::new();
    if shape.blur_width > 0.0 {
        let deviation = Number(shape.blur_width * RAMP_DEVIATION);
        let filter = svg.define(format!(
            "<filter x=\"-50%\" y=\"-50%\" width=\"200%\" height=\"200%\"><feGaussianBlur \
             stdDeviation=\"{deviation}\"/></filter>"
        ));
        write!(attributes, " filter=\"url(#d{filter})\"")?;
    }
    if shape.angle != 0.0 {
        let (degrees, center) = (Number(shape.angle.to_degrees()), rect.center());
        write!(attributes, " transform=\"rotate({degrees} {} {})\"", Number(center.x), Number(center.y))?;
    }
    let corners = CornerRadiusF32::from(shape.corner_radius);
    let stroke = shape.stroke;
    // SVG's strokes are half inside and half outside.
    let out = match shape.stroke_kind {
        _ if stroke.is_empty() => 0.0,
        StrokeKind::Inside => -stroke.width / 2.0,
        StrokeKind::Middle => 0.0,
        StrokeKind::Outside => stroke.width / 2.0,
    };
    if out > 0.0 && shape.fill.a() > 0 {
        write_box(svg, rect, corners, &format!("{}{attributes}", Fill(shape.fill)))?;
        let outline = format!("{}{}{attributes}", Fill(egui::Color32::TRANSPARENT), Outline(stroke));
        return write_box(svg, rect.expand(out), grown(corners, out), &outline);
    }
    let paint = format!("{}{}{attributes}", Fill(shape.fill), Outline(stroke));
    if shape.fill.a() == 0 && stroke == Stroke::NONE {
        return Ok(());
    }
    write_box(svg, rect.expand(out), grown(corners, out), &paint)
}

fn grown(corners: CornerRadiusF32, by: f32) -> CornerRadiusF32 {
    let grow = |radius: f32| if radius > 0.0 { (radius + by).max(0.0) } else { 0.0 };
    CornerRadiusF32 { nw: grow(corners.nw), ne: grow(corners.ne), sw: grow(corners.sw), se: grow(corners.se) }
}

fn write_box(svg: &mut Svg<'_>, rect: Rect, corners: CornerRadiusF32, paint: &str) -> fmt::Result {
    let (x, y, width, height) =
        (Number(rect.left()), Number(rect.top()), Number(rect.width()), Number(rect.height()));
    let CornerRadiusF32 { nw, ne, sw, se } = corners;
    if nw == ne && ne == sw && sw == se {
        let radius = nw.min(rect.width() / 2.0).min(rect.height() / 2.0).max(0.0);
        let round = if radius > 0.0 { format!(" rx=\"{}\"", Number(radius)) } else { String::new() };
        return writeln!(
            svg.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{round}{paint}/>"
        );
    }
    let arc = |radius: f32, right: f32, down: f32| {
        format!("a{0} {0} 0 0 1 {1} {2}", Number(radius), Number(right * radius), Number(down * radius))
    };
    writeln!(
        svg.body,
        "<path d=\"M{} {y}H{}{}V{}{}H{}{}V{}{}Z\"{paint}/>",
        Number(rect.left() + nw),
        Number(rect.right() - ne),
        arc(ne, 1.0, 1.0),
        Number(rect.bottom() - se),
        arc(se, -1.0, 1.0),
        Number(rect.left() + sw),
        arc(sw, -1.0, -1.0),
        Number(rect.top() + nw),
        arc(nw, 1.0, -1.0),
    )
}
