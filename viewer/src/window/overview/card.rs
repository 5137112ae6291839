//! One card: a title, the newest values, a chart, the query behind it.

use egui::{
    Align2, CursorIcon, FontId, Label, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use p95_core::overview::{Card, Panel};

use super::skeleton::skeleton_ui;
use crate::output::escape::escape;
use crate::view::{panel_id, panel_result, shown_of};
use crate::window::chart::{Answered, LEGEND_HEIGHT, chart_ui, legend_ui, message_ui};
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, GAP, RADIUS, SMALL, STEP};
use crate::window::widgets::Line;

const TITLE_HEIGHT: f32 = 5.0 * STEP;
const QUERY_HEIGHT: f32 = 5.0 * STEP;

/// What a card on screen shows: the face of a metric, or one of its details.
#[derive(Clone, Copy)]
pub(crate) struct Face<'a> {
    /// The metric's card.
    pub(crate) card: &'a Card,
    /// The panel that is drawn.
    pub(crate) panel: &'a Panel,
    /// Its number: 0 is the face.
    pub(crate) number: usize,
}

impl<'a> Face<'a> {
    /// The face of a card.
    pub(crate) fn of(card: &'a Card) -> Self {
        Self { card, panel: &card.face, number: 0 }
    }

    /// The name under which the panel is asked for.
    pub(crate) fn id(&self) -> String {
        panel_id(self.card, self.number)
    }

    fn title(&self) -> String {
        if self.number == 0 {
            escape(&self.card.title).into_owned()
        } else {
            format!("{} · {}", escape(&self.card.title), escape(&self.panel.title))
        }
    }

    /// The queries, one after the other.
    fn query_text(&self) -> String {
        let exprs: Vec<&str> = self.panel.queries.iter().map(|query| query.expr.as_str()).collect();
        exprs.join("\n")
    }
}

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

    let result = panel_result(scene.snapshot, &name);
    let top = Rect::from_min_size(inner.min, vec2(inner.width(), TITLE_HEIGHT));
    let query = Rect::from_min_max(pos2(inner.left(), inner.bottom() - QUERY_HEIGHT), inner.max);
    let badge = badge_text(face, result.and_then(shown_of));
    let is_opened = title_ui(ui, scene, top, face, &badge);
    query_ui(ui, scene, query, face);

    let middle = Rect::from_min_max(
        pos2(inner.left(), top.bottom() + STEP),
        pos2(inner.right(), query.top() - 2.0 * STEP),
    );
    let Some(result) = result else {
        let note = face.card.note.as_deref().filter(|_| face.panel.queries.is_empty());
        match note {
            Some(note) => message_ui(ui, scene, middle, note),
            None => skeleton_ui(ui, scene, middle),
        }
        return is_opened;
    };
    let answered = Answered::new(face.panel, result);
    let has_legend =
        matches!(face.panel.chart, p95_core::overview::Chart::Lines) && !answered.series.is_empty();
    let legend_height = if has_legend { LEGEND_HEIGHT + 2.0 * STEP } else { STEP };
    let legend = Rect::from_min_size(middle.min, vec2(middle.width(), LEGEND_HEIGHT));
    let chart = Rect::from_min_max(pos2(middle.left(), middle.top() + legend_height), middle.max);
    if has_legend {
        legend_ui(ui, scene, legend, &name, &answered);
    }
    chart_ui(ui, scene, chart, &face.title(), &answered);
    is_opened
}

/// What stands in the card's corner: "since start", "20 of 341".
fn badge_text(face: Face<'_>, shown_of: Option<(usize, usize)>) -> String {
    let note = face.card.note.as_deref().filter(|_| !face.panel.queries.is_empty());
    let truncated = shown_of.map(|(shown, total)| format!("showing {shown} of {total}"));
    [note.map(str::to_owned), truncated].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The title, which opens the metric, and the badge. Hovering the title tells what the metric says of itself.
fn title_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, face: Face<'_>, badge: &str) -> bool {
    let palette = scene.palette;
    let badge_line =
        Line { text: badge, font: theme::font(SMALL), color: palette.warn, max_width: rect.width() / 2.0 };
    let badge_width = badge_line.paint(ui, rect.right_center(), Align2::RIGHT_CENTER);
    let gap = if badge.is_empty() { 0.0 } else { 2.0 * STEP };
    let title_rect = rect.with_max_x(rect.right() - badge_width - gap);
    let color = if face.card.error_like { palette.bad } else { palette.text };
    let text = RichText::new(face.title()).size(BODY + 1.0).color(color);
    let mut slot = ui.new_child(
        UiBuilder::new().max_rect(title_rect).layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    let response = slot.add(Label::new(text).truncate().sense(Sense::click()));
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    response.on_hover_ui(|ui| about_ui(ui, face.card)).clicked()
}

/// What a metric says of itself.
fn about_ui(ui: &mut Ui, card: &Card) {
    ui.strong(escape(if card.family.is_empty() { &card.title } else { &card.family }));
    if !card.help.is_empty() {
        ui.label(escape(&card.help));
    }
    let plural = if card.series == 1 { "" } else { "s" };
    let mut facts = format!("{} · {} series", card.metric_type, card.series);
    if card.family.is_empty() {
        facts = format!("{} series{plural}", card.series).replace("seriess", "series");
    }
    ui.weak(facts);
    if !card.by.is_empty() {
        ui.weak(format!("by {}", card.by.join(", ")));
    }
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
            ui.label(RichText::new(escape(line)).monospace());
        }
        ui.weak("click to copy");
    });
}

fn small_mono() -> FontId {
    theme::mono(SMALL)
}
