//! The page of one metric.

use egui::{Label, RichText, Ui};

use super::actions::Action;
use super::overview::{Face, grid_ui};
use super::scene::Scene;
use super::view::View;
use super::widgets::small_button;
use crate::output::escape::escape;

/// What the page keeps between two frames.
#[derive(Debug, Default)]
pub(crate) struct MetricState {}

/// Draws all panels of a card: its face and what it shows besides.
pub(crate) fn metric_ui(ui: &mut Ui, scene: &Scene<'_>, _state: &mut MetricState, name: &str) {
    let overview = &scene.snapshot.overview;
    let card = overview.cards().find(|card| card.id == name);
    let card = card.or_else(|| overview.cards().find(|card| card.family == name));
    ui.horizontal(|ui| {
        if ui.add(small_button("Back to all cards")).clicked() {
            scene.act(Action::Show(View::Overview));
        }
        ui.heading(escape(card.map_or(name, |card| &card.title)));
        if let Some(card) = card {
            ui.weak(card.metric_type.as_str());
        }
    });
    let Some(card) = card else {
        ui.weak("No target has a metric of this name at present.");
        return;
    };
    if !card.help.is_empty() {
        ui.add(Label::new(RichText::new(escape(&card.help)).weak()).wrap());
    }
    let panels = card.panels().enumerate().map(|(number, panel)| Face { card, panel, number });
    grid_ui(ui, scene, "details", panels.collect());
}
