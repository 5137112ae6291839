//! The icon of the window: the picture of `assets/p95.svg`, drawn by hand so that no decoder is needed.

use egui::{Color32, IconData, Pos2, Rgba, pos2};

/// The size of the drawing, in pixels.
const SIZE: u32 = 64;
const GROUND: Color32 = Color32::from_rgb(18, 22, 28);
const LINE: Color32 = Color32::from_rgb(96, 174, 255);
const MARK: Color32 = Color32::from_rgb(240, 170, 48);
/// The line of the chart, and half its width.
const POINTS: [(f32, f32); 7] =
    [(10.0, 48.0), (19.0, 44.0), (27.0, 46.0), (34.0, 33.0), (40.0, 38.0), (47.0, 18.0), (54.0, 26.0)];
const LINE_RADIUS: f32 = 2.5;
/// The dots of the quantile: where the first one is, and from one to the next.
const DOTS: (f32, f32, f32) = (10.0, 22.0, 7.2);
const DOT_RADIUS: f32 = 1.7;

/// Draws the icon.
pub(crate) fn icon() -> IconData {
    let mut rgba = Vec::new();
    for at in 0..SIZE * SIZE {
        #[expect(clippy::cast_precision_loss, reason = "a coordinate below 64")]
        let center = pos2((at % SIZE) as f32 + 0.5, (at / SIZE) as f32 + 0.5);
        rgba.extend(pixel(center).to_srgba_unmultiplied());
    }
    IconData { rgba, width: SIZE, height: SIZE }
}

/// The colour of a pixel: the parts one over the other, each as much as it covers.
fn pixel(at: Pos2) -> Rgba {
    let line = POINTS.windows(2).filter_map(|ends| {
        let [start, end] = ends else { return None };
        Some(distance(at, pos2(start.0, start.1), pos2(end.0, end.1)))
    });
    let line = line.fold(f32::INFINITY, f32::min) - LINE_RADIUS;
    let (left, y, pitch) = DOTS;
    let dots = (0..7_u8).map(|dot| at.distance(pos2(left + f32::from(dot) * pitch, y)));
    let dots = dots.fold(f32::INFINITY, f32::min) - DOT_RADIUS;
    // A square of 60 with round corners of radius 14.
    let corner = (at - pos2(32.0, 32.0)).abs() - egui::vec2(16.0, 16.0);
    let ground = corner.max(egui::Vec2::ZERO).length() - 14.0;
    [(ground, GROUND), (dots, MARK), (line, LINE)].into_iter().fold(
        Rgba::TRANSPARENT,
        |below, (away, color)| {
            let cover = (0.5 - away).clamp(0.0, 1.0);
            Rgba::from(color) * cover + below * (1.0 - cover)
        },
    )
}

/// How far a point is from a stretch of line.
fn distance(point: Pos2, start: Pos2, end: Pos2) -> f32 {
    let (along, to_point) = (end - start, point - start);
    let share = (to_point.dot(along) / along.length_sq()).clamp(0.0, 1.0);
    point.distance(start + share * along)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_has_round_corners_and_a_line() {
        let icon = icon();
        assert_eq!(icon.rgba.len(), 64 * 64 * 4);
        let pixel = |x: usize, y: usize| icon.rgba[(y * 64 + x) * 4..][..4].to_vec();
        assert_eq!(pixel(2, 2)[3], 0, "outside the corner");
        assert_eq!(pixel(32, 56), [18, 22, 28, 255]);
        assert_eq!(pixel(47, 18), [96, 174, 255, 255]);
    }
}
