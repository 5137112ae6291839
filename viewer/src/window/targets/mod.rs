//! The targets: how they are, why one failed, and what can be done about it.

mod card;
mod failure;
mod form;
mod history;

use egui::{RichText, Ui};
use p95_engine::{Command, TargetId, TargetOptions, TargetState, TargetStatus};

use super::actions::Action;
use super::scene::Scene;
use super::theme::{BODY, VALUE};
pub(crate) use card::state_color;
use card::target_card_ui;
pub(crate) use failure::failure_ui;
use form::{TargetForm, form_ui};

/// What the page keeps between two frames.
#[derive(Debug, Default)]
pub(crate) struct TargetsState {
    /// What is typed to add a target.
    new: TargetForm,
    /// The target that is being changed.
    changed: Option<(TargetId, TargetForm)>,
}

/// Draws what is known of each target, and the way to add one.
pub(crate) fn targets_ui(ui: &mut Ui, scene: &Scene<'_>, state: &mut TargetsState) {
    let targets = &scene.snapshot.targets;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("Targets").size(VALUE).color(scene.palette.text));
        ui.label(
            RichText::new(states_text(targets.iter().map(AsRef::as_ref)))
                .size(BODY)
                .color(scene.palette.weak),
        );
    });
    if let Some((spec, interval_ms)) = form_ui(ui, scene, "Add", &mut state.new) {
        let options = Box::new(TargetOptions { interval_ms, ..TargetOptions::default() });
        scene.act(Action::Engine(Command::AddTarget { spec, options }));
        state.new = TargetForm::default();
    }
    if targets.is_empty() {
        ui.label("Nothing is scraped. Add a target above.");
    }
    for target in targets {
        ui.push_id(target.id.0, |ui| target_card_ui(ui, scene, target, &mut state.changed));
    }
}

/// How many of the targets answer, in words: `1 of 2 failing`.
pub(crate) fn states_text<'a>(targets: impl Iterator<Item = &'a TargetStatus> + Clone) -> String {
    let count = |state| targets.clone().filter(|target| target.state == state).count();
    let total = targets.clone().count();
    let (up, down) = (count(TargetState::Up), count(TargetState::Down));
    if total == 0 {
        "no targets".to_owned()
    } else if down > 0 {
        format!("{down} of {total} failing")
    } else if up == total {
        format!("{total} up")
    } else {
        format!("{up} of {total} up so far")
    }
}
