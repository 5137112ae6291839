//! The pointer over a chart: it shows a time, zooms by a drag, and moves the time with Shift held.

use egui::{Id, PointerButton, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo};

use super::as_float;
use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::time::{TimeAction, TimeSpan};

/// Shorter drags are clicks with an unsteady hand, in points.
const MIN_DRAG: f32 = 5.0;

/// A drag that goes on.
#[derive(Clone, Copy)]
struct Drag {
    /// Where it began.
    origin_x: f32,
    /// What was shown then.
    span: TimeSpan,
    moves_time: bool,
}

/// Lets the pointer act on the part of a chart where time runs from left to right; returns where it is, while it is there.
pub(super) fn pointer_ui(ui: &mut Ui, scene: &Scene<'_>, area: Rect, name: &str) -> Option<Pos2> {
    let id = ui.scope_id().with((name, "pointer"));
    // Without the keyboard's focus: what it does is among the shortcuts.
    let response = ui.interact(area, id, Sense::CLICK | Sense::DRAG);
    response.widget_info(|| WidgetInfo::labeled(Role::Unknown, true, format!("time axis of {name}")));
    let pointer = response.interact_pointer_pos().or_else(|| response.hover_pos())?;
    scene.point_at(time_at(scene.span, area, pointer.x));
    let zoom = ui.input(|input| input.zoom_delta());
    if response.hovered() && zoom != 1.0 {
        let at_ms = time_at(scene.span, area, pointer.x);
        scene.act(Action::Time(TimeAction::Zoom(scene.span.zoomed(at_ms, f64::from(1.0 / zoom)))));
    }
    if response.double_clicked() {
        scene.act(Action::Time(TimeAction::Back));
    }
    drag_ui(ui, scene, area, id, &response);
    Some(pointer)
}

fn drag_ui(ui: &Ui, scene: &Scene<'_>, area: Rect, id: Id, response: &egui::Response) {
    let Some(pointer) = response.interact_pointer_pos() else { return };
    if response.drag_started() {
        let origin_x = ui.input(|input| input.pointer.press_origin()).unwrap_or(pointer).x;
        let moves_time =
            !response.dragged_by(PointerButton::Primary) || ui.input(|input| input.modifiers.shift);
        ui.data_mut(|data| data.insert_temp(id, Drag { origin_x, span: scene.span, moves_time }));
    }
    let Some(drag) = ui.data(|data| data.get_temp::<Drag>(id)) else { return };
    let to = area.x_range().clamp(pointer.x);
    if drag.moves_time {
        let by_ms = time_at(drag.span, area, drag.origin_x) - time_at(drag.span, area, pointer.x);
        if by_ms != 0 {
            scene.act(Action::Time(TimeAction::Pan(drag.span.moved(by_ms))));
        }
    } else if response.dragged() {
        let chosen = Rect::from_x_y_ranges(drag.origin_x.min(to)..=drag.origin_x.max(to), area.y_range());
        let color = scene.palette.accent;
        ui.painter().rect(
            chosen,
            0.0,
            color.gamma_multiply(0.2),
            Stroke::new(1.0, color),
            StrokeKind::Inside,
        );
    }
    if response.drag_stopped() {
        ui.data_mut(|data| data.remove::<Drag>(id));
        if !drag.moves_time && (to - drag.origin_x).abs() >= MIN_DRAG {
            let ends_ms = [drag.origin_x, to].map(|x| time_at(drag.span, area, x));
            let [start_ms, end_ms] = [ends_ms.iter().min(), ends_ms.iter().max()].map(|end| end.copied());
            if let (Some(start_ms), Some(end_ms)) = (start_ms, end_ms) {
                scene.act(Action::Time(TimeAction::Zoom(TimeSpan { start_ms, end_ms })));
            }
        }
    }
}

/// The time at a place.
#[expect(clippy::cast_possible_truncation, reason = "a time on screen fits")]
fn time_at(span: TimeSpan, area: Rect, x: f32) -> i64 {
    let share = f64::from((x - area.left()) / area.width().max(1.0));
    span.start_ms.saturating_add((share * as_float(span.length_ms())).round() as i64)
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn places_are_times() {
        let area = Rect::from_min_max(pos2(100.0, 0.0), pos2(300.0, 50.0));
        let span = TimeSpan { start_ms: 1_000, end_ms: 3_000 };
        assert_eq!(
            [100.0, 200.0, 300.0, 320.0].map(|x| time_at(span, area, x)),
            [1_000, 2_000, 3_000, 3_200]
        );
    }
}
