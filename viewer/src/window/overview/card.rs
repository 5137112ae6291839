//! One card: a title, the newest values, a chart, the query behind it.

use egui::{
    Align2, CursorIcon, FontId, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};

use super::face::{Face, remark_ui, title_ui};
use super::skeleton::skeleton_ui;
use crate::output::escape::escape;
use crate::output::shorten::shorten;
use crate::window::chart::{
    Answered, chart_ui, legend_height, legend_ui, message_ui, rows_height, strips_ui, value_text,
};
use crate::window::scene::Scene;
use crate::window::theme::{self, GAP, RADIUS, SMALL, STEP};
use crate::window::widgets::Line;

const TITLE_HEIGHT: f32 = 5.0 * STEP;
/// The most characters of a query that hovering shows.
const MAX_QUERY_CHARS: usize = 2_000;
const QUERY_HEIGHT: f32 = 5.0 * STEP;
/// The height of the name of a detail, and the least that is of use for the detail itself.
const CAPTION_HEIGHT: f32 = 5.0 * STEP;
const MIN_DETAIL_HEIGHT: f32 = 18.0 * STEP;

/// Draws a card into `rect`; returns whether its title was clicked. `section` tells apart cards that stand in two
/// places.
pub(crate) fn card_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, section: &str, face: Face<'_>) -> bool {
    let palette = scene.palette;
    ui.painter().rect(rect, RADIUS, palette.card, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    let inner = rect.shrink(GAP);
    let name = face.id();
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt((section, &name)));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    let ui = &mut child;

    let result = face.result(scene);
    let top = Rect::from_min_size(inner.min, vec2(inner.width(), TITLE_HEIGHT));
    let query = Rect::from_min_max(pos2(inner.left(), inner.bottom() - QUERY_HEIGHT), inner.max);
    let title = remark_ui(ui, scene, top, &face.remark(result));
    let is_opened = title_ui(ui, scene, title, face);
    query_ui(ui, scene, query, face);

    let middle = Rect::from_min_max(
        pos2(inner.left(), top.bottom() + STEP),
        pos2(inner.right(), query.top() - 2.0 * STEP),
    );
    let Some(result) = result else {
        match face.waiting() {
            Some(note) => message_ui(ui, scene, middle, note),
            None => skeleton_ui(ui, scene, middle),
        }
        return is_opened;
    };
    let answered = Answered::new(face.panel, result);
    let height = legend_height(&answered);
    let legend = Rect::from_min_size(middle.min, vec2(middle.width(), height));
    let chart = middle.with_min_y(legend.bottom() + if height > 0.0 { 3.0 * STEP } else { STEP });
    if height > 0.0 {
        legend_ui(ui, scene, legend, &face.title(), &answered);
    }
    let has_below = face.below().is_some_and(|below| below_ui(ui, scene, chart, &answered, below));
    if has_below {
        strips_ui(ui, scene, chart, &face.title(), &answered);
    } else {
        chart_ui(ui, scene, chart, &face.title(), &answered);
    }
    is_opened
}

/// Draws a detail into the room that strips leave, where there is enough; returns whether there is.
fn below_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, strips: &Answered<'_>, below: Face<'_>) -> bool {
    let rest = rect.with_min_y(rect.top() + rows_height(strips) + STEP);
    let caption = Rect::from_min_size(rest.min, vec2(rest.width(), CAPTION_HEIGHT));
    let chart = rest.with_min_y(caption.bottom() + STEP);
    let Some(result) = below.result(scene).filter(|_| chart.height() >= MIN_DETAIL_HEIGHT) else {
        return false;
    };
    let answered = Answered::new(below.panel, result);
    let line =
        |text, color| Line { text, font: theme::font(SMALL + 1.0), color, max_width: rest.width() / 2.0 };
    line(&below.panel.title, scene.palette.weak).paint(ui, caption.left_center(), Align2::LEFT_CENTER);
    if let [series] = answered.series.as_slice() {
        let value = value_text(scene, &answered, series);
        line(&value, scene.palette.text).paint(ui, caption.right_center(), Align2::RIGHT_CENTER);
    }
    chart_ui(ui, scene, chart, &below.title(), &answered);
    true
}

/// The query behind the numbers; a click copies it.
fn query_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, face: Face<'_>) {
    let query = face.query_text();
    if query.is_empty() {
        return;
    }
    let response = ui.interact(rect, ui.scope_id().with("query"), Sense::click());
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("copy query of {}", face.title())));
    let is_lit = response.hovered() || response.has_focus();
    if is_lit {
        ui.painter().rect_filled(rect.expand2(vec2(STEP, 0.0)), 4.0, scene.palette.well);
    }
    let color = if is_lit { scene.palette.text } else { scene.palette.weak };
    let shown = query.lines().next().unwrap_or_default();
    let more = query.lines().count().saturating_sub(1);
    let suffix = if more > 0 { format!("+{more}") } else { String::new() };
    let suffix_line =
        Line { text: &suffix, font: small_mono(), color: scene.palette.weak, max_width: rect.width() };
    let suffix_width = suffix_line.paint(ui, rect.right_center(), Align2::RIGHT_CENTER);
    let max_width = rect.width() - suffix_width - STEP;
    let text = escape(shown);
    Line { text: &text, font: small_mono(), color, max_width }.paint(
        ui,
        rect.left_center(),
        Align2::LEFT_CENTER,
    );
    if response.clicked() {
        ui.ctx().copy_text(query.clone());
    }
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_ui(|ui| {
        for line in query.lines() {
            ui.label(RichText::new(escape(&shorten(line, MAX_QUERY_CHARS))).monospace());
        }
        ui.weak("click to copy");
    });
}

fn small_mono() -> FontId {
    theme::mono(SMALL)
}
