//! Lines, polygons and curves.

use std::fmt::{self, Write as _};

use egui::epaint::{CubicBezierShape, PathShape, QuadraticBezierShape};
use egui::{Color32, Pos2, Rect, Stroke};

use super::document::Svg;
use super::paint::{Fill, Outline, Point, plain_stroke};

/// Writes a straight line. An upright or a level one lies on pixels, as egui draws it.
pub(super) fn write_segment(svg: &mut Svg<'_>, [mut from, mut to]: [Pos2; 2], stroke: Stroke) -> fmt::Result {
    if stroke.is_empty() {
        return Ok(());
    }
    if from.x == to.x {
        stroke.round_center_to_pixel(svg.pixels_per_point, &mut from.x);
        to.x = from.x;
    }
    if from.y == to.y {
        stroke.round_center_to_pixel(svg.pixels_per_point, &mut from.y);
        to.y = from.y;
    }
    writeln!(svg.body, "<path d=\"M{}L{}\"{}/>", Point(from), Point(to), Outline(stroke))
}

/// Writes a line through points, or a polygon.
pub(super) fn write_path(svg: &mut Svg<'_>, path: &PathShape) -> fmt::Result {
    let Some((first, rest)) = path.points.split_first() else { return Ok(()) };
    write!(svg.body, "<path d=\"M{}", Point(*first))?;
    for point in rest {
        write!(svg.body, "L{}", Point(*point))?;
    }
    // As in egui, only what is closed is filled.
    let (end, fill) = if path.closed { ("Z", path.fill) } else { ("", Color32::TRANSPARENT) };
    let stroke = plain_stroke(&path.stroke, path.visual_bounding_rect());
    writeln!(svg.body, "{end}\"{} stroke-linejoin=\"round\"{}/>", Fill(fill), Outline(stroke))
}

/// Writes a curve with one control point.
pub(super) fn write_quadratic(svg: &mut Svg<'_>, curve: &QuadraticBezierShape) -> fmt::Result {
    let [from, control, to] = curve.points;
    let d = format!("M{}Q{} {}", Point(from), Point(control), Point(to));
    let stroke = plain_stroke(&curve.stroke, Rect::from_points(&curve.points));
    writeln!(svg.body, "<path d=\"{d}\"{}{}/>", Fill(curve.fill), Outline(stroke))
}

/// Writes a curve with two control points.
pub(super) fn write_cubic(svg: &mut Svg<'_>, curve: &CubicBezierShape) -> fmt::Result {
    let [from, first, second, to] = curve.points;
    let d = format!("M{}C{} {} {}", Point(from), Point(first), Point(second), Point(to));
    let stroke = plain_stroke(&curve.stroke, Rect::from_points(&curve.points));
    writeln!(svg.body, "<path d=\"{d}\"{}{}/>", Fill(curve.fill), Outline(stroke))
}
