//! The grid of cards.

mod card;
mod compact;
mod face;
mod grid;
mod row;
mod sections;
mod skeleton;
mod state;
mod trouble;

use egui::{Rect, RichText, Ui};
use p95_engine::TargetState;

use super::actions::Action;
use super::scene::Scene;
use super::theme::{BODY, STEP};
use super::view::View;
use super::widgets::{folding_heading_ui, heading_ui, small_button};
use crate::output::escape::escape;
use crate::view::{matches_filter, panel_query};
use card::card_ui;
use compact::compact_ui;
use face::Face;
use grid::CardGrid;
use row::row_ui;
use sections::sections;
use skeleton::skeletons_ui;
pub(crate) use state::{Density, OverviewAction, OverviewState, Sort};
use trouble::trouble_ui;

/// Draws everything that the snapshot has: what failed, and the cards that match the filter.
pub(crate) fn overview_ui(ui: &mut Ui, scene: &Scene<'_>, state: &mut OverviewState) {
    let snapshot = scene.snapshot;
    for warning in &snapshot.warnings {
        ui.label(RichText::new(escape(warning)).size(BODY).color(scene.palette.warn));
    }
    trouble_ui(ui, scene);
    // An order that changes under the pointer is none.
    if scene.end_ms.is_none() {
        state.ranking = std::sync::Arc::clone(&snapshot.ranking);
    }
    let is_empty = snapshot.overview.groups.is_empty();
    if !(is_empty && snapshot.overview.top.is_empty()) {
        sections_ui(ui, scene, state);
    }
    if !is_empty {
        return;
    }
    if snapshot.targets.is_empty() {
        ui.vertical_centered(|ui| {
            ui.add_space(16.0 * STEP);
            ui.label("Nothing is scraped yet.");
            if ui.add(small_button("Add a target")).clicked() {
                scene.act(Action::Show(View::Targets));
            }
        });
    } else if snapshot.targets.iter().all(|target| target.state == TargetState::Pending) {
        skeletons_ui(ui, scene, state.density, 12);
    } else if snapshot.targets.iter().any(|target| target.state == TargetState::Up) {
        ui.vertical_centered(|ui| {
            ui.add_space(16.0 * STEP);
            ui.label(match snapshot.targets.len() {
                _ if snapshot.server.is_some() => "The server answers, and is asked what it has…",
                1 => "The target answers, but its page holds no metrics.",
                _ => "The targets answer, but their pages hold no metrics.",
            });
        });
    }
}

fn sections_ui(ui: &mut Ui, scene: &Scene<'_>, state: &OverviewState) {
    let overview = &scene.snapshot.overview;
    let is_filtered = !state.filter.trim().is_empty();
    let top: Vec<Face<'_>> =
        overview.top.iter().filter(|card| matches_filter(card, &state.filter)).map(Face::of).collect();
    let sections = sections(overview, state);
    if top.is_empty() && sections.is_empty() {
        return nothing_found_ui(ui, scene, state);
    }
    let grid = CardGrid::new(ui.available_width(), state.density);
    if !top.is_empty() {
        let rects = grid.evened(top.len()).place(ui, top.len(), top.len() > 1);
        cards_ui(ui, scene, "top", state.density, top.into_iter().zip(rects));
    }
    for section in sections {
        let is_open = is_filtered || state.is_open(&section.title, section.folded);
        if is_filtered {
            // What was searched for is not folded away.
            heading_ui(ui, scene, &section.title, section.cards.len());
        } else if folding_heading_ui(ui, scene, &section.title, section.cards.len(), is_open) {
            let prefix = section.title.clone();
            scene.act(Action::Overview(OverviewAction::Fold { prefix, is_open: !is_open }));
        }
        if is_open {
            let rects = grid.place(ui, section.cards.len(), false);
            let faces = section.cards.into_iter().map(Face::of);
            cards_ui(ui, scene, &section.title, state.density, faces.zip(rects));
        }
    }
}

/// Draws cards at their places. A click on a title opens the metric. `section` tells apart cards that stand in two places.
fn cards_ui<'a>(
    ui: &mut Ui,
    scene: &Scene<'_>,
    section: &str,
    density: Density,
    places: impl Iterator<Item = (Face<'a>, Rect)>,
) {
    let screen = ui.clip_rect();
    // Answers for cards about to scroll into view are asked for ahead.
    let near = screen.expand2(egui::vec2(0.0, screen.height() / 2.0));
    for (face, rect) in places.filter(|(_, rect)| near.intersects(*rect)) {
        let below = face.below().filter(|_| density == Density::Comfortable);
        for face in std::iter::once(face).chain(below) {
            if let Some(query) = panel_query(face.id(), face.panel, scene.span.length_ms()) {
                scene.ask(query);
            }
        }
        if !screen.intersects(rect) {
            continue;
        }
        let is_opened = match density {
            Density::Comfortable => card_ui(ui, scene, rect, section, face),
            Density::Compact => compact_ui(ui, scene, rect, section, face),
            Density::Rows => row_ui(ui, scene, rect, section, face),
        };
        if is_opened {
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
