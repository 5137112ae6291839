//! Colouring one row of a shape.

use egui::Color32;

use crate::plane::{Plane, zip};
use crate::texture::Texture;

/// How far from whole texels a place may be, in texels, and still be taken as one of them.
const SAME_TEXEL: f32 = 1.0 / 256.0;

/// What a shape is coloured with.
pub(crate) enum Ink<'a> {
    /// One colour.
    Flat(Color32),
    /// A colour that changes over the shape, each channel from 0 to 255.
    Gradient(Plane<4>),
    /// A colour, each channel from 0 to 255, times that of a texture, at places in texels.
    Textured(Plane<4>, &'a Texture, Plane<2>),
}

impl<'a> Ink<'a> {
    /// The ink for colours and places in a texture; simpler where these allow it.
    pub(crate) fn new(color: Plane<4>, texture: &'a Texture, places: Plane<2>) -> Self {
        let is_even = color.step_x == [0.0; 4] && color.step_y == [0.0; 4];
        if places.step_x != [0.0; 2] || places.step_y != [0.0; 2] {
            return Self::Textured(color, texture, places);
        }
        let texel = texture.sample(places.at_origin);
        let tint = |values| zip(values, texel, |value, texel| value * texel / 255.0);
        let tinted = Plane {
            at_origin: tint(color.at_origin),
            step_x: tint(color.step_x),
            step_y: tint(color.step_y),
            ..color
        };
        if is_even { Self::Flat(rounded(tinted.at_origin)) } else { Self::Gradient(tinted) }
    }

    /// Whether it leaves everything as it is.
    pub(crate) fn is_invisible(&self) -> bool {
        matches!(self, Self::Flat(color) if *color == Color32::TRANSPARENT)
    }

    /// Colours a row that begins at the pixel `x`, `y`.
    pub(crate) fn fill(&self, span: &mut [Color32], x: i64, y: i64) {
        match self {
            Self::Flat(color) if color.is_opaque() => span.fill(*color),
            Self::Flat(color) => span.iter_mut().for_each(|pixel| *pixel = over(*pixel, *color)),
            Self::Gradient(plane) => {
                let mut color = plane.at(x, y);
                for pixel in span {
                    *pixel = over(*pixel, rounded(color));
                    color = zip(color, plane.step_x, |value, step| value + step);
                }
            }
            Self::Textured(colors, texture, places) => {
                fill_textured(
                    span,
                    (colors.at(x, y), colors.step_x),
                    texture,
                    (places.at(x, y), places.step_x),
                );
            }
        }
    }
}

fn fill_textured(
    span: &mut [Color32],
    (mut color, color_step): ([f32; 4], [f32; 4]),
    texture: &Texture,
    (mut place, place_step): ([f32; 2], [f32; 2]),
) {
    if color_step == [0.0; 4]
        && let Some((left, top)) = whole_texels(place, place_step)
    {
        // Glyphs: texel by texel, pixel by pixel.
        let color = rounded(color);
        for (pixel, column) in span.iter_mut().zip(left..) {
            let texel = texture.texel(column, top);
            if texel != Color32::TRANSPARENT {
                *pixel = over(*pixel, times(color, texel));
            }
        }
        return;
    }
    for pixel in span {
        let texel = texture.sample(place);
        *pixel = over(*pixel, rounded(zip(color, texel, |value, texel| value * texel / 255.0)));
        color = zip(color, color_step, |value, step| value + step);
        place = zip(place, place_step, |value, step| value + step);
    }
}

/// The first texel where each pixel of a row lies in the middle of the next texel.
#[expect(clippy::cast_possible_truncation, reason = "it saturates, and then wraps")]
fn whole_texels([x, y]: [f32; 2], [step_x, step_y]: [f32; 2]) -> Option<(i64, i64)> {
    let is_middle = |at: f32| (at - at.floor() - 0.5).abs() < SAME_TEXEL;
    let is_whole = (step_x - 1.0).abs() < SAME_TEXEL / 16.0 && step_y.abs() < SAME_TEXEL / 16.0;
    (is_whole && is_middle(x) && is_middle(y)).then(|| (x.floor() as i64, y.floor() as i64))
}

/// One colour over another, both premultiplied.
fn over(below: Color32, above: Color32) -> Color32 {
    let rest = 255 - u16::from(above.a());
    let mut out = above.to_array();
    for (out, below) in out.iter_mut().zip(below.to_array()) {
        *out = out.saturating_add(part(u16::from(below), rest));
    }
    let [red, green, blue, alpha] = out;
    Color32::from_rgba_premultiplied(red, green, blue, alpha)
}

/// The product of two colours.
fn times(left: Color32, right: Color32) -> Color32 {
    let mut out = left.to_array();
    for (out, right) in out.iter_mut().zip(right.to_array()) {
        *out = part(u16::from(*out), u16::from(right));
    }
    let [red, green, blue, alpha] = out;
    Color32::from_rgba_premultiplied(red, green, blue, alpha)
}

/// `value * factor / 255`, rounded; both are at most 255.
fn part(value: u16, factor: u16) -> u8 {
    // (n + 128 + (n + 128) / 256) / 256 is n / 255, rounded, for every n up to 255 * 255.
    let product = value * factor + 128;
    ((product + (product >> 8)) >> 8) as u8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn rounded(color: [f32; 4]) -> Color32 {
    let [red, green, blue, alpha] = color.map(|value| (value + 0.5) as u8);
    Color32::from_rgba_premultiplied(red, green, blue, alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_rounded_to_the_nearest() {
        for value in 0..=255_u16 {
            for factor in 0..=255_u16 {
                let expect = (f64::from(value) * f64::from(factor) / 255.0).round();
                assert_eq!(f64::from(part(value, factor)), expect, "{value} * {factor}");
            }
        }
    }

    #[test]
    fn colours_are_laid_over_each_other_premultiplied() {
        let half_white = Color32::from_rgba_premultiplied(128, 128, 128, 128);
        assert_eq!(over(Color32::BLACK, half_white), Color32::from_rgb(128, 128, 128));
        assert_eq!(over(Color32::WHITE, half_white), Color32::WHITE);
        let added = Color32::from_rgba_premultiplied(9, 0, 0, 0);
        assert_eq!(over(Color32::from_rgb(250, 7, 7), added), Color32::from_rgb(255, 7, 7));
    }
}
