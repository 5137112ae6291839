//! The chart of a metric at full size.

use std::sync::Arc;

use egui::{Frame, Margin, RichText, Sense, Stroke, Ui, vec2};
use p95_core::overview::{Card, Chart};
use p95_engine::{PanelMode, PanelQuery, PanelResult, Snapshot};

use super::ledger::ledger_ui;
use super::{MetricAction, MetricState, panel_name};
use crate::output::escape::escape;
use crate::view::panel_query;
use crate::window::actions::Action;
use crate::window::chart::{Answered, chart_ui, cut_text, message_ui, rows_height};
use crate::window::scene::Scene;
use crate::window::theme::{BODY, RADIUS, SMALL, STEP};

/// The most points of a line: about one for each pixel column.
const MAX_POINTS: usize = 1_000;

/// Draws the chart, and its lines with their figures.
pub(super) fn face_ui(ui: &mut Ui, scene: &Scene<'_>, state: &mut MetricState, card: &Card) {
    let panel = state.face(card);
    let name = panel_name("face", &panel);
    if let Some(query) = panel_query(name.clone(), &panel, scene.span.length_ms()) {
        scene.ask(at_full_size(query));
    }
    if let Some(result) = answer(scene.snapshot, &name) {
        state.drawn = Some((panel.clone(), result));
    }
    card_frame(scene).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0 * STEP;
        let height = (ui.ctx().content_rect().height() * 0.36).clamp(160.0, 440.0).round();
        let Some((drawn, result)) = &state.drawn else {
            head_ui(ui, scene, state, None, card);
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
            message_ui(ui, scene, rect, card.note.as_deref().unwrap_or("waiting for the first answer"));
            return;
        };
        head_ui(ui, scene, state, Some(result), card);
        let mut answered = Answered::new(drawn, result);
        let height = height.min(needed_height(&answered));
        let all = answered.series.clone();
        answered.series.retain(|series| !state.hidden.contains(&series.name()));
        ui.add_space(STEP);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        if answered.series.is_empty() && !all.is_empty() {
            message_ui(ui, scene, rect, "all lines are hidden: click one below to show it");
        } else {
            chart_ui(ui, scene, rect, &escape(&card.title), &answered);
        }
        for warning in answered.result.answers.iter().flatten().flat_map(|answer| &answer.warnings) {
            ui.label(RichText::new(escape(warning)).size(SMALL + 1.0).color(scene.palette.warn));
        }
        if drawn.chart == Chart::Lines {
            answered.series = all;
            ledger_ui(ui, scene, state, &answered);
        }
    });
}

/// The height that a chart makes use of, at most.
fn needed_height(answered: &Answered<'_>) -> f32 {
    match answered.panel.chart {
        Chart::Lines | Chart::Heatmap => f32::INFINITY,
        Chart::Status => rows_height(answered) + 6.0 * STEP,
        Chart::Age | Chart::Table => 40.0 * STEP,
    }
}

/// The frame of a card.
pub(super) fn card_frame(scene: &Scene<'_>) -> Frame {
    Frame::new()
        .fill(scene.palette.card)
        .stroke(Stroke::new(1.0, scene.palette.border))
        .corner_radius(RADIUS)
        .inner_margin(Margin::same(12))
}

/// The answer to a panel, to be kept.
pub(super) fn answer(snapshot: &Snapshot, name: &str) -> Option<Arc<PanelResult>> {
    snapshot.panels.iter().find(|result| result.id == name).cloned()
}

fn at_full_size(query: PanelQuery) -> PanelQuery {
    let mode = match query.mode {
        PanelMode::Range { range_ms, .. } => PanelMode::Range { range_ms, max_points: MAX_POINTS },
        PanelMode::Instant => PanelMode::Instant,
    };
    PanelQuery { mode, ..query }
}

/// The panels of the card, and what is to be known of the one that is shown.
fn head_ui(ui: &mut Ui, scene: &Scene<'_>, state: &MetricState, result: Option<&PanelResult>, card: &Card) {
    let truncated = result.and_then(cut_text);
    let note = card.note.clone().filter(|_| result.is_some());
    let badge = [note, truncated].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = STEP;
        for (number, panel) in card.panels().enumerate() {
            let is_shown = std::ptr::eq(panel, state.panel(card));
            let title = RichText::new(escape(&panel.title)).size(BODY);
            if ui.selectable_label(is_shown, title).clicked() {
                scene.act(Action::Metric(MetricAction::ShowPanel(number)));
            }
        }
        if !badge.is_empty() {
            ui.add_space(2.0 * STEP);
            ui.label(RichText::new(badge).size(SMALL + 1.0).color(scene.palette.warn));
        }
    });
}
