//! The recording that the window writes: what begins and ends it, and how it goes.

use std::env;
use std::path::{Path, PathBuf};

use egui::{RichText, Role, Ui, WidgetInfo, vec2};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{Command, RecordingState, RecordingStatus};

use super::actions::Action;
use super::scene::Scene;
use super::theme::{BODY, STEP};
use super::view::View;
use super::widgets::{as_float, grouped, small_button};
use crate::output::escape::escape;

/// At most this much is lost where the program is killed, in milliseconds.
const FLUSH_MS: u64 = 1_000;

/// What begins a recording, or ends the one that goes on; and what that is called. A browser has no files, and
/// of a server nothing is scraped: there is `None`.
pub(super) fn toggle(scene: &Scene<'_>) -> Option<(String, Action)> {
    if cfg!(target_family = "wasm") || scene.snapshot.server.is_some() {
        return None;
    }
    if let Some(status) = going_on(scene) {
        let title = format!("end the recording {}", file_text(&status.path));
        return Some((title, Action::Engine(Command::StopRecording)));
    }
    let path = path_for(scene.now_ms, &folder());
    let title = format!("record what is scraped into {}", escape(&path.display().to_string()));
    Some((title, Action::Engine(Command::StartRecording { path, flush_ms: FLUSH_MS })))
}

/// Draws how the recording goes, and what begins or ends it.
pub(super) fn recording_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let Some((title, action)) = toggle(scene) else { return };
    let name = if going_on(scene).is_some() { "End recording" } else { "Record" };
    if ui.add(small_button(name)).on_hover_text(title).clicked() {
        scene.act(action);
    }
    if let Some(status) = &scene.snapshot.recording {
        let palette = scene.palette;
        let (text, color) = match &status.state {
            RecordingState::Recording => (format!("recording {}", facts(status)), palette.text),
            RecordingState::Ended => (format!("recorded {}", facts(status)), palette.weak),
            RecordingState::Failed(message) => (escape(message).into_owned(), palette.bad),
        };
        let path = escape(&status.path.display().to_string()).into_owned();
        ui.label(RichText::new(text).size(BODY).color(color)).on_hover_text(path);
    }
}

/// Draws that a recording goes on; a click shows how.
pub(super) fn recording_mark_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let Some(status) = going_on(scene) else { return };
    // Room for the dot.
    let response = ui.add(small_button("      Recording"));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("recording {}", facts(status))));
    let dot = response.rect.left_center() + vec2(4.0 * STEP, 0.0);
    ui.painter().circle_filled(dot, STEP, scene.palette.bad);
    if response.on_hover_text(facts(status)).clicked() {
        scene.act(Action::Show(View::Targets));
    }
}

fn going_on<'a>(scene: &Scene<'a>) -> Option<&'a RecordingStatus> {
    scene.snapshot.recording.as_ref().filter(|status| status.state == RecordingState::Recording)
}

/// The file, how much is in it: `p95-20260102-090000.p95 · 12 scrapes · 34 KiB`.
fn facts(status: &RecordingStatus) -> String {
    let size = Unit::of(BaseUnit::Bytes).format(as_float(status.size_bytes));
    format!("{} · {} scrapes · {size}", file_text(&status.path), grouped(status.scrapes))
}

fn file_text(path: &Path) -> String {
    escape(&path.file_name().unwrap_or_default().to_string_lossy()).into_owned()
}

/// A file named after the time, in UTC.
fn path_for(now_ms: i64, folder: &Path) -> PathBuf {
    let now = Timestamp::from_millisecond(now_ms).unwrap_or_default().to_zoned(TimeZone::UTC);
    folder.join(format!("p95-{}.p95", now.strftime("%Y%m%d-%H%M%S")))
}

/// Where the program was started; the user's own folder where that was by a click.
fn folder() -> PathBuf {
    let current = env::current_dir().ok().filter(|folder| folder.parent().is_some());
    current.or_else(env::home_dir).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    use p95_engine::Snapshot;

    use super::super::{View, Window};
    use super::*;

    #[test]
    fn a_recording_is_begun_and_ended_on_the_page_of_targets() {
        let shared = Arc::new(Mutex::new(None));
        let status = Arc::clone(&shared);
        let mut window = None;
        let mut harness = Harness::builder().with_size([1000.0, 400.0]).build_ui_state(
            move |ui, commands: &mut Vec<Command>| {
                let window =
                    window.get_or_insert_with(|| Window::new(ui.ctx(), View::Targets, TimeZone::UTC));
                let recording = status.lock().unwrap().clone();
                let snapshot = Snapshot { recording, ..Snapshot::default() };
                commands.extend(window.frame_ui(ui, &snapshot, 1_767_344_400_300));
            },
            Vec::new(),
        );
        harness.run_steps(2);
        harness.get_by_label("Record").click();
        harness.run_steps(2);
        let path = harness.state().iter().find_map(|command| match command {
            Command::StartRecording { path, .. } => Some(path.clone()),
            _ => None,
        });
        let path = path.unwrap();
        assert_eq!(path.file_name().unwrap(), "p95-20260102-090000.p95");
        let state = RecordingState::Recording;
        *shared.lock().unwrap() = Some(RecordingStatus { path, state, scrapes: 12, size_bytes: 34_816 });
        harness.run_steps(2);
        let facts = "recording p95-20260102-090000.p95 · 12 scrapes · 34 KiB";
        assert_eq!(harness.get_all_by_label(facts).count(), 2, "in the bar and on the page");
        harness.get_by_label("End recording").click();
        harness.run_steps(2);
        assert!(harness.state().iter().any(|command| matches!(command, Command::StopRecording)));
    }

    #[test]
    fn files_are_named_after_the_time() {
        let path = path_for(1_767_344_400_300, Path::new("/tmp"));
        assert_eq!(path, Path::new("/tmp/p95-20260102-090000.p95"));
    }
}
