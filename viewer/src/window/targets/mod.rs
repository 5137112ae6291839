//! The targets: how they are, why one failed, and what can be done about it.

mod card;
mod failure;
mod form;
mod history;

use egui::{RichText, Ui};
use p95_engine::{Command, TargetId, TargetOptions, TargetState, TargetStatus};

use super::actions::Action;
use super::recording::recording_ui;
use super::scene::Scene;
use super::theme::{BODY, STEP, VALUE};
use super::view::View;
use super::widgets::small_button;
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
        ui.spacing_mut().item_spacing.x = 3.0 * STEP;
        if ui.add(small_button("‹ All cards")).on_hover_text("back to the overview (Esc)").clicked() {
            scene.act(Action::Show(View::Overview));
        }
        let is_server = scene.snapshot.server.is_some();
        let heading = if is_server { "Server" } else { "Targets" };
        ui.label(RichText::new(heading).size(VALUE).color(scene.palette.text));
        if !is_server {
            let states = states_text(targets.iter().map(AsRef::as_ref));
            ui.label(RichText::new(states).size(BODY).color(scene.palette.weak));
            recording_ui(ui, scene);
        }
    });
    if scene.snapshot.server.is_some() {
        ui.label("This server answers all queries; what it scrapes, the card “targets” shows.");
    } else if let Some((spec, interval_ms)) = form_ui(ui, scene, "Add", &mut state.new) {
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

/// How many of the targets answer, in words: `1 of 2 targets failing`.
pub(crate) fn states_text<'a>(targets: impl Iterator<Item = &'a TargetStatus> + Clone) -> String {
    let count = |state| targets.clone().filter(|target| target.state == state).count();
    let total = targets.clone().count();
    let (up, down) = (count(TargetState::Up), count(TargetState::Down));
    if total == 0 {
        "no targets".to_owned()
    } else if down > 0 {
        format!("{down} of {total} {} failing", targets_word(total))
    } else if up == total {
        format!("{total} {} up", targets_word(total))
    } else {
        format!("{up} of {total} {} up so far", targets_word(total))
    }
}

fn targets_word(count: usize) -> &'static str {
    if count == 1 { "target" } else { "targets" }
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    use jiff::tz::TimeZone;
    use p95_engine::Snapshot;

    use super::super::{View, Window};
    use super::*;

    #[test]
    fn a_target_is_added_by_its_address_and_a_mistake_is_explained() {
        let mut window = None;
        let state = Vec::new();
        let mut harness = Harness::builder().with_size([800.0, 600.0]).build_ui_state(
            move |ui, commands: &mut Vec<Command>| {
                let window =
                    window.get_or_insert_with(|| Window::new(ui.ctx(), View::Targets, TimeZone::UTC));
                commands.extend(window.frame_ui(ui, &Snapshot::default(), 0));
            },
            state,
        );
        harness.run_steps(2);
        harness.get_by_label("Nothing is scraped. Add a target above.");
        harness.get_by_label("Add: place of the target").focus();
        harness.run_steps(2);
        harness.event(egui::Event::Text("localhost:99999".to_owned()));
        harness.run_steps(2);
        harness.get_by_label_contains("invalid port number");
        for _ in 0..4 {
            harness.key_press(egui::Key::Backspace);
            harness.run_steps(1);
        }
        harness.run_steps(2);
        harness.get_by_label("scrapes http://localhost:9/metrics");
        harness.get_by_label("Add").click();
        harness.run_steps(2);
        let added = harness.state().iter().find_map(|command| match command {
            Command::AddTarget { spec, .. } => Some(spec.to_string()),
            _ => None,
        });
        assert_eq!(added.as_deref(), Some("http://localhost:9/metrics"));
    }
}
