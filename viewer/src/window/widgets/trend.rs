//! Whether a value rises or falls.

use egui::{Align2, Pos2, Shape, Stroke, Ui, pos2, vec2};

use super::Line;
use crate::window::scene::Scene;
use crate::window::theme::{self, SMALL, STEP};

/// Smaller changes are none.
const LEAST: f64 = 0.01;

/// Draws an arrow and how much a value changed, as a share of what it was, where that has room; returns the width that it takes.
pub(crate) fn trend_ui(ui: &Ui, scene: &Scene<'_>, left_center: Pos2, change: f64, max_width: f32) -> f32 {
    let text = trend_text(change);
    let Some(text) = text else { return 0.0 };
    let line = || Line {
        text: &text,
        font: theme::font(SMALL),
        color: scene.palette.weak,
        max_width: f32::INFINITY,
    };
    let width = 2.5 * STEP + line().width(ui);
    if width > max_width {
        return 0.0;
    }
    let tip = if change > 0.0 { -1.0 } else { 1.0 };
    let center = left_center + vec2(STEP, 0.0);
    let corners = [vec2(-3.5, -2.5 * tip), vec2(3.5, -2.5 * tip), vec2(0.0, 2.5 * tip)];
    let points = corners.into_iter().map(|corner| center + corner).collect();
    ui.painter().add(Shape::convex_polygon(points, scene.palette.weak, Stroke::NONE));
    line().paint(ui, pos2(left_center.x + 2.5 * STEP, left_center.y), Align2::LEFT_CENTER);
    width
}

/// `12%`, or a factor for what is many times as much; `None` for what is as it was.
fn trend_text(change: f64) -> Option<String> {
    let size = change.abs();
    if size.is_nan() || size < LEAST {
        None
    } else if size.is_infinite() {
        Some("from 0".to_owned())
    } else if size < 9.995 {
        Some(format!("{:.0}%", 100.0 * size))
    } else if size < 1e4 {
        Some(format!("×{:.0}", 1.0 + size))
    } else {
        Some("×10k+".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_short() {
        #[track_caller]
        fn check(change: f64, expect: Option<&str>) {
            assert_eq!(trend_text(change).as_deref(), expect, "{change}");
        }
        check(0.0, None);
        check(-0.004, None);
        check(0.123, Some("12%"));
        check(-1.0, Some("100%"));
        check(41.0, Some("×42"));
        check(1e9, Some("×10k+"));
        check(f64::INFINITY, Some("from 0"));
        check(f64::NAN, None);
    }
}
