//! How cards are arranged.

use egui::Ui;

use crate::window::actions::Action;
use crate::window::overview::{Density, OverviewAction, OverviewState, Sort};
use crate::window::scene::Scene;
use crate::window::widgets::{Choice, segmented_ui};

const DENSITIES: [Choice<Density>; 3] = [
    Choice { value: Density::Comfortable, label: "Cards", name: "cards with axes and legends" },
    Choice { value: Density::Compact, label: "Compact", name: "small cards" },
    Choice { value: Density::Rows, label: "Rows", name: "a row for each card" },
];

const SORTS: [Choice<Sort>; 3] = [
    Choice { value: Sort::Name, label: "Name", name: "sort by name" },
    Choice { value: Sort::Changed, label: "Changed", name: "sort by most changed" },
    Choice { value: Sort::Highest, label: "Highest", name: "sort by highest, unit by unit" },
];

/// Draws the choices of order and density, from the right.
pub(super) fn arrange_ui(ui: &mut Ui, scene: &Scene<'_>, state: &OverviewState) {
    if let Some(density) = segmented_ui(ui, scene, &DENSITIES, Some(state.density)) {
        scene.act(Action::Overview(OverviewAction::SetDensity(density)));
    }
    if let Some(sort) = segmented_ui(ui, scene, &SORTS, Some(state.sort)) {
        scene.act(Action::Overview(OverviewAction::SetSort(sort)));
    }
}
