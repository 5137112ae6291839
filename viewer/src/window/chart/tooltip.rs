//! The values under the crosshair, beside the chart and not on it.

use std::sync::Arc;

use egui::{
    Align2, Color32, Galley, Id, LayerId, Order, Painter, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2, pos2,
    vec2,
};

use super::axis::clock_label;
use crate::window::pen::Pen;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, GAP, RADIUS, SMALL, STEP};
use crate::window::widgets::elided;

/// The most values; the rest are counted.
const MAX_ROWS: usize = 12;
/// The width of a name, in points.
const NAME_WIDTH: f32 = 48.0 * STEP;
/// The room for the mark of a line.
const MARK_WIDTH: f32 = 5.0 * STEP;
const ROW_HEIGHT: f32 = 5.0 * STEP;
const MARGIN: f32 = 2.5 * STEP;
/// How far it stays away from the pointer.
const CLEARANCE: f32 = 4.0 * STEP;

/// A value under the crosshair.
pub(super) struct Row {
    /// How its line looks.
    pub(super) pen: Pen,
    /// What it is called.
    pub(super) name: String,
    /// The value as text.
    pub(super) text: String,
    /// Whether the pointer is nearest to it.
    pub(super) is_near: bool,
}

/// Shows values beside the chart that covers `chart`, with the time at the crosshair.
///
/// It is painted, and no area of egui's: such a one is not seen in its first frame, and stands where its last content had room.
pub(super) fn tooltip_ui(ui: &Ui, scene: &Scene<'_>, chart: Rect, rows: &[Row]) {
    let Some(cursor_ms) = scene.cursor_ms else { return };
    let layer = LayerId::new(Order::Tooltip, Id::unique("values at the crosshair"));
    let painter = ui.ctx().layer_painter(layer);
    let content = Content::new(ui, &painter, scene, clock_label(cursor_ms, scene.zone), rows);
    let screen = ui.ctx().content_rect().shrink(STEP);
    let pointer = ui.ctx().pointer_hover_pos().unwrap_or(chart.center());
    content.paint(ui, &painter, scene, place(screen, chart.expand(GAP), pointer, content.size));
}

/// What a tooltip says, laid out.
struct Content {
    title: Arc<Galley>,
    lines: Vec<TextLine>,
    size: Vec2,
}

/// A line of a tooltip.
struct TextLine {
    /// The mark at its left.
    pen: Option<Pen>,
    text: Arc<Galley>,
    /// What stands at its right.
    value: Option<Arc<Galley>>,
}

impl TextLine {
    fn width(&self) -> f32 {
        let value = self.value.as_ref().map_or(0.0, |value| 4.0 * STEP + value.size().x);
        let mark = if self.pen.is_some() { MARK_WIDTH } else { 0.0 };
        mark + self.text.size().x + value
    }
}

impl Content {
    fn new(ui: &Ui, painter: &Painter, scene: &Scene<'_>, title: String, rows: &[Row]) -> Self {
        let palette = scene.palette;
        let text =
            |text: String, size: f32, color: Color32| painter.layout_no_wrap(text, theme::font(size), color);
        let title = text(title, SMALL + 1.0, palette.weak);
        // The one that is pointed at is among those shown.
        let near = rows.iter().position(|row| row.is_near).unwrap_or_default();
        let from = near.saturating_sub(MAX_ROWS / 2).min(rows.len().saturating_sub(MAX_ROWS));
        let shown = rows.iter().skip(from).take(MAX_ROWS);
        let mut lines = Vec::from_iter(shown.map(|row| {
            let color = if row.is_near { palette.text } else { palette.weak };
            let name = text(elided(ui, &row.name, BODY, NAME_WIDTH), BODY, color);
            let value = Some(text(row.text.clone(), BODY, palette.text));
            TextLine { pen: Some(row.pen), text: name, value }
        }));
        let remark = if rows.is_empty() {
            Some("no value at this time".to_owned())
        } else {
            (rows.len() > MAX_ROWS).then(|| format!("{MAX_ROWS} of {}", rows.len()))
        };
        lines.extend(remark.map(|remark| TextLine {
            pen: None,
            text: text(remark, SMALL + 1.0, palette.weak),
            value: None,
        }));
        let widest = lines.iter().map(TextLine::width).fold(title.size().x, f32::max);
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let height = (lines.len() + 1) as f32 * ROW_HEIGHT;
        let size = vec2(widest.ceil(), height) + Vec2::splat(2.0 * MARGIN);
        Self { title, lines, size }
    }

    fn paint(&self, ui: &Ui, painter: &Painter, scene: &Scene<'_>, rect: Rect) {
        let palette = scene.palette;
        painter.add(ui.visuals().popup_shadow.as_shape(rect, RADIUS));
        painter.rect(rect, RADIUS, palette.card, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        let inner = rect.shrink(MARGIN);
        let paint = |galley: &Arc<Galley>, place: Pos2, anchor: Align2| {
            painter.galley(anchor.anchor_size(place, galley.size()).min, Arc::clone(galley), palette.text);
        };
        let mut y = inner.top() + ROW_HEIGHT / 2.0;
        paint(&self.title, pos2(inner.left(), y), Align2::LEFT_CENTER);
        for TextLine { pen, text, value } in &self.lines {
            y += ROW_HEIGHT;
            let mut left = inner.left();
            if let Some(pen) = pen {
                pen.mark_on(painter, pos2(left, y));
                left += MARK_WIDTH;
            }
            paint(text, pos2(left, y), Align2::LEFT_CENTER);
            if let Some(value) = value {
                paint(value, pos2(inner.right(), y), Align2::RIGHT_CENTER);
            }
        }
    }
}

/// Where a tooltip of this size goes: right of the chart, left of it, below or above it; where none of them has room, beside the
/// pointer on the side that has more.
fn place(screen: Rect, chart: Rect, pointer: Pos2, size: Vec2) -> Rect {
    let at = |corner: Pos2| Rect::from_min_size(corner, size);
    let top = chart.top().min(screen.bottom() - size.y).max(screen.top());
    let left = (pointer.x - size.x / 2.0).min(screen.right() - size.x).max(screen.left());
    let beside = [
        at(pos2(chart.right(), top)),
        at(pos2(chart.left() - size.x, top)),
        at(pos2(left, chart.bottom())),
        at(pos2(left, chart.top() - size.y)),
    ];
    if let Some(place) = beside.into_iter().find(|place| screen.contains_rect(*place)) {
        return place;
    }
    let is_left = pointer.x > screen.center().x;
    let x = if is_left { pointer.x - CLEARANCE - size.x } else { pointer.x + CLEARANCE };
    at(pos2(x, top))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a tooltip of 200 by 150 goes beside a chart, in a window of 1280 by 800, with the pointer in it.
    #[track_caller]
    fn check(chart: [f32; 4], pointer: [f32; 2], expect: [f32; 2]) {
        let screen = Rect::from_min_max(pos2(0.0, 0.0), pos2(1280.0, 800.0));
        let [left, top, right, bottom] = chart;
        let chart = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
        let found = place(screen, chart, pos2(pointer[0], pointer[1]), vec2(200.0, 150.0));
        assert_eq!(found.min, pos2(expect[0], expect[1]));
        assert!(screen.contains_rect(found));
        assert!(
            !found.expand(CLEARANCE - 1.0).contains(pos2(pointer[0], pointer[1])),
            "it covers the pointer"
        );
    }

    #[test]
    fn the_data_stays_in_sight() {
        check([0.0, 100.0, 300.0, 300.0], [100.0, 200.0], [300.0, 100.0]);
        check([960.0, 100.0, 1270.0, 300.0], [1000.0, 200.0], [760.0, 100.0]);
        check([960.0, 700.0, 1270.0, 800.0], [1000.0, 750.0], [760.0, 650.0]);
        check([10.0, 100.0, 1270.0, 300.0], [200.0, 200.0], [100.0, 300.0]);
        check([10.0, 500.0, 1270.0, 790.0], [20.0, 600.0], [0.0, 350.0]);
        check([0.0, 0.0, 1280.0, 800.0], [900.0, 200.0], [684.0, 0.0]);
        check([0.0, 0.0, 1280.0, 800.0], [300.0, 700.0], [316.0, 0.0]);
    }
}
