//! The grid of cards.

mod card;
mod grid;
mod skeleton;
mod state;

use egui::{RichText, Ui};
use p95_core::overview::Card;
use p95_engine::TargetState;

use super::actions::Action;
use super::scene::Scene;
use super::targets::failure_ui;
use super::theme::{BODY, STEP};
use super::view::View;
use super::widgets::{folding_heading_ui, heading_ui, small_button};
use crate::output::escape::escape;
use crate::view::{matches_filter, panel_query};
pub(crate) use card::Face;
use card::card_ui;
use grid::CardGrid;
use skeleton::skeletons_ui;
pub(crate) use state::{OverviewAction, OverviewState};

/// Draws everything that the snapshot has: what failed, and the cards that match the filter.
pub(crate) fn overview_ui(ui: &mut Ui, scene: &Scene<'_>, state: &mut OverviewState) {
    let snapshot = scene.snapshot;
    for warning in &snapshot.warnings {
        ui.label(RichText::new(escape(warning)).size(BODY).color(scene.palette.warn));
    }
    for target in &snapshot.targets {
        if let Some(failure) = &target.failure {
            failure_ui(ui, scene, target, failure);
        }
    }
    let is_empty = snapshot.overview.top.is_empty() && snapshot.overview.groups.is_empty();
    if !is_empty {
        sections_ui(ui, scene, state);
    } else if snapshot.targets.iter().all(|target| target.state == TargetState::Pending) {
        skeletons_ui(ui, scene, 8);
    } else if snapshot.targets.iter().any(|target| target.state == TargetState::Up) {
        ui.vertical_centered(|ui| {
            ui.add_space(16.0 * STEP);
            ui.label("The targets answer, but their pages hold no metrics.");
        });
    }
}

fn sections_ui(ui: &mut Ui, scene: &Scene<'_>, state: &OverviewState) {
    let overview = &scene.snapshot.overview;
    let is_filtered = !state.filter.trim().is_empty();
    let top: Vec<&Card> = overview.top.iter().filter(|card| matches_filter(card, &state.filter)).collect();
    let mut found = top.len();
    if !top.is_empty() {
        heading_ui(ui, scene, "Overview", top.len());
        grid_ui(ui, scene, "top", top.into_iter().map(Face::of).collect());
    }
    for group in &overview.groups {
        let cards: Vec<&Card> =
            group.cards.iter().filter(|card| matches_filter(card, &state.filter)).collect();
        if cards.is_empty() {
            continue;
        }
        found += cards.len();
        let is_open = is_filtered || state.is_open(&group.prefix, group.folded);
        if folding_heading_ui(ui, scene, &group.prefix, cards.len(), is_open) {
            let prefix = group.prefix.clone();
            scene.act(Action::Overview(OverviewAction::Fold { prefix, is_open: !is_open }));
        }
        if is_open {
            grid_ui(ui, scene, &group.prefix, cards.into_iter().map(Face::of).collect());
        }
    }
    if found == 0 && is_filtered {
        nothing_found_ui(ui, scene, state);
    }
}

/// Draws cards beside each other. A click on a title opens the metric. `section` tells apart cards that stand in two
/// places.
pub(crate) fn grid_ui(ui: &mut Ui, scene: &Scene<'_>, section: &str, faces: Vec<Face<'_>>) {
    let rects = CardGrid::new(ui.available_width()).place(ui, faces.len());
    let screen = ui.clip_rect();
    // Answers for cards about to scroll into view are asked for ahead.
    let near = screen.expand2(egui::vec2(0.0, screen.height() / 2.0));
    for (face, rect) in faces.into_iter().zip(rects) {
        if near.intersects(rect)
            && let Some(query) = panel_query(face.id(), face.panel, scene.span.length_ms())
        {
            scene.ask(query);
        }
        if screen.intersects(rect) && card_ui(ui, scene, rect, section, face) {
            scene.act(Action::Show(View::Metric(face.card.id.clone())));
        }
    }
}

fn nothing_found_ui(ui: &mut Ui, scene: &Scene<'_>, state: &OverviewState) {
    ui.vertical_centered(|ui| {
        ui.add_space(16.0 * STEP);
        ui.label(format!("No card matches “{}”.", state.filter.trim()));
        if ui.add(small_button("Clear the filter")).clicked() {
            scene.act(Action::Overview(OverviewAction::SetFilter(String::new())));
        }
    });
}
