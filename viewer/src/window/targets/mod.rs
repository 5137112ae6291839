//! The targets, and why one failed.

mod failure;

use egui::Ui;

use super::scene::Scene;
use super::widgets::heading_ui;
pub(crate) use failure::failure_ui;

/// What the page keeps between two frames.
#[derive(Debug, Default)]
pub(crate) struct TargetsState {}

/// Draws what is known of each target.
pub(crate) fn targets_ui(ui: &mut Ui, scene: &Scene<'_>, _state: &mut TargetsState) {
    heading_ui(ui, scene, "Targets", scene.snapshot.targets.len());
    for target in &scene.snapshot.targets {
        match &target.failure {
            Some(failure) => failure_ui(ui, scene, target, failure),
            None => super::header::target_ui(ui, target),
        }
    }
}
