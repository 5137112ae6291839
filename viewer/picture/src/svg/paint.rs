//! Numbers, colours and strokes as attributes.

use std::fmt::{self, Display, Formatter};

use egui::epaint::{ColorMode, PathStroke};
use egui::{Color32, Pos2, Rect, Stroke};

/// A length or a coordinate, with two decimals at most.
#[derive(Clone, Copy)]
pub(super) struct Number(pub(super) f32);

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        // Neither an infinity nor minus zero is a number in SVG's sense.
        let value = if rounded.is_finite() && rounded != 0.0 { rounded } else { 0.0 };
        write!(f, "{value}")
    }
}

/// A point as two numbers.
pub(super) struct Point(pub(super) Pos2);

impl Display for Point {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Number(self.0.x), Number(self.0.y))
    }
}

/// The attributes of a filled shape.
pub(super) struct Fill(pub(super) Color32);

impl Display for Fill {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.a() == 0 { f.write_str(" fill=\"none\"") } else { color(f, "fill", self.0) }
    }
}

/// The attributes of an outline; nothing where there is none.
pub(super) struct Outline(pub(super) Stroke);

impl Display for Outline {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() || self.0.color.a() == 0 {
            return Ok(());
        }
        color(f, "stroke", self.0.color)?;
        if self.0.width == 1.0 { Ok(()) } else { write!(f, " stroke-width=\"{}\"", Number(self.0.width)) }
    }
}

/// The stroke of a path, with the colour of its middle where that changes along it.
pub(super) fn plain_stroke(stroke: &PathStroke, bounds: Rect) -> Stroke {
    let color = match &stroke.color {
        ColorMode::Solid(color) => *color,
        ColorMode::UV(color_at) => color_at(bounds, bounds.center()),
    };
    Stroke::new(stroke.width, color)
}

/// A colour, and how opaque it is.
fn color(f: &mut Formatter<'_>, name: &str, color: Color32) -> fmt::Result {
    let [red, green, blue, alpha] = color.to_srgba_unmultiplied();
    write!(f, " {name}=\"#{red:02x}{green:02x}{blue:02x}\"")?;
    if alpha == 255 { Ok(()) } else { write!(f, " {name}-opacity=\"{}\"", Number(f32::from(alpha) / 255.0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_finite() {
        #[track_caller]
        fn check(value: f32, expect: &str) {
            assert_eq!(Number(value).to_string(), expect);
        }
        check(1.0, "1");
        check(0.126, "0.13");
        check(-0.001, "0");
        check(1234.5, "1234.5");
        check(f32::INFINITY, "0");
        check(f32::NAN, "0");
    }

    #[test]
    fn colours_are_unmultiplied() {
        let half_red = Color32::from_rgba_unmultiplied(255, 0, 0, 128);
        assert_eq!(Fill(half_red).to_string(), " fill=\"#ff0000\" fill-opacity=\"0.5\"");
        assert_eq!(Fill(Color32::TRANSPARENT).to_string(), " fill=\"none\"");
        assert_eq!(
            Outline(Stroke::new(2.0, Color32::WHITE)).to_string(),
            " stroke=\"#ffffff\" stroke-width=\"2\""
        );
        assert_eq!(Outline(Stroke::NONE).to_string(), "");
    }
}
