//! One shape.

use std::fmt::{self, Write as _};

use egui::Shape;
use egui::epaint::{CircleShape, EllipseShape};

use super::document::Svg;
use super::paint::{Fill, Number, Outline};
use super::{image, path, rect, text};

/// Writes a shape as it is, or as an image where SVG has no words for it.
pub(super) fn write_shape(svg: &mut Svg<'_>, shape: &Shape) -> fmt::Result {
    match shape {
        Shape::Noop | Shape::Callback(_) => Ok(()),
        Shape::Vec(shapes) => shapes.iter().try_for_each(|shape| write_shape(svg, shape)),
        Shape::Circle(circle) => write_circle(svg, circle),
        Shape::Ellipse(ellipse) => write_ellipse(svg, ellipse),
        Shape::LineSegment { points, stroke } => path::write_segment(svg, *points, *stroke),
        Shape::Path(shape) => path::write_path(svg, shape),
        Shape::QuadraticBezier(curve) => path::write_quadratic(svg, curve),
        Shape::CubicBezier(curve) => path::write_cubic(svg, curve),
        Shape::Rect(shape) if shape.brush.is_none() => rect::write_rect(svg, shape),
        Shape::Text(shape) => text::write_text(svg, shape),
        Shape::Mesh(mesh) => image::write_mesh(svg, mesh),
        Shape::Rect(_) | Shape::Band(_) => image::write_image(svg, shape.clone()),
    }
}

fn write_circle(svg: &mut Svg<'_>, circle: &CircleShape) -> fmt::Result {
    let CircleShape { center, radius, fill, stroke } = *circle;
    let (x, y, radius) = (Number(center.x), Number(center.y), Number(radius));
    writeln!(svg.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{}{}/>", Fill(fill), Outline(stroke))
}

fn write_ellipse(svg: &mut Svg<'_>, ellipse: &EllipseShape) -> fmt::Result {
    let EllipseShape { center, radius, fill, stroke, angle } = *ellipse;
    let (x, y) = (Number(center.x), Number(center.y));
    write!(
        svg.body,
        "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{}\" ry=\"{}\"",
        Number(radius.x),
        Number(radius.y)
    )?;
    write!(svg.body, "{}{}", Fill(fill), Outline(stroke))?;
    if angle != 0.0 {
        write!(svg.body, " transform=\"rotate({} {x} {y})\"", Number(angle.to_degrees()))?;
    }
    svg.body.push_str("/>\n");
    Ok(())
}
