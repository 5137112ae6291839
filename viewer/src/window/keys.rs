//! The shortcuts, as a table.
//!
//! Letters alone are no shortcuts: typing them filters the cards.

use egui::{Context, Event, Id, InputState, Key, KeyboardShortcut, Modifiers, Ui};

use super::View;
use super::actions::Action;
use super::overlay::OverlayKind;
use super::time::TimeAction;

/// The last pass in which a field had the keyboard that uses Escape itself.
#[derive(Clone, Copy)]
struct KeptEscape(u64);

/// A key with what it does.
pub(crate) struct Shortcut {
    /// The key, with its modifiers.
    pub(crate) keys: KeyboardShortcut,
    /// What it does, in a few words.
    pub(crate) text: &'static str,
    /// What it does.
    pub(crate) action: Action,
    /// Whether it works while a text field has the focus.
    pub(crate) in_fields: bool,
}

/// All shortcuts.
pub(crate) const SHORTCUTS: &[Shortcut] = &[
    always(Modifiers::NONE, Key::Escape, "back to the overview, then empty the filter", Action::Close),
    always(Modifiers::COMMAND, Key::K, "everything that can be done", Action::Open(OverlayKind::Palette)),
    free(Modifiers::NONE, Key::Questionmark, "the list of keys", Action::Open(OverlayKind::Keys)),
    always(Modifiers::COMMAND, Key::Num1, "the overview", Action::Show(View::Overview)),
    always(Modifiers::COMMAND, Key::Num2, "the targets", Action::Show(View::Targets)),
    free(Modifiers::NONE, Key::Space, "pause, or go on", Action::Time(TimeAction::TogglePause)),
    free(
        Modifiers::NONE,
        Key::Plus,
        "zoom into the middle of the time shown",
        Action::Time(TimeAction::ZoomIn),
    ),
    free(Modifiers::NONE, Key::Minus, "zoom out", Action::Time(TimeAction::ZoomOut)),
    free(Modifiers::NONE, Key::ArrowLeft, "earlier", Action::Time(TimeAction::Earlier)),
    free(Modifiers::NONE, Key::ArrowRight, "later", Action::Time(TimeAction::Later)),
    free(Modifiers::NONE, Key::Backspace, "back to the time shown before", Action::Time(TimeAction::Back)),
];

const fn always(modifiers: Modifiers, key: Key, text: &'static str, action: Action) -> Shortcut {
    Shortcut { keys: KeyboardShortcut::new(modifiers, key), text, action, in_fields: true }
}

const fn free(modifiers: Modifiers, key: Key, text: &'static str, action: Action) -> Shortcut {
    Shortcut { keys: KeyboardShortcut::new(modifiers, key), text, action, in_fields: false }
}

/// The actions of the keys that were pressed.
pub(crate) fn pressed(ui: &Ui) -> Vec<Action> {
    let is_covered = ui.memory(|memory| memory.top_modal_layer().is_some());
    let is_typing = ui.ctx().egui_wants_keyboard_input() || is_covered;
    let pass = ui.ctx().cumulative_pass_nr();
    let kept = ui.data(|data| data.get_temp::<KeptEscape>(Id::NULL));
    let has_own_escape = kept.is_some_and(|kept| kept.0 + 1 >= pass);
    SHORTCUTS
        .iter()
        .filter(|shortcut| shortcut.in_fields || !is_typing)
        .filter(|shortcut| !(has_own_escape && shortcut.keys.logical_key == Key::Escape))
        .filter(|shortcut| ui.input_mut(|input| is_pressed(input, &shortcut.keys)))
        .map(|shortcut| shortcut.action.clone())
        .collect()
}

/// How a shortcut is written: `Ctrl+K`, `?`.
pub(crate) fn keys_text(ctx: &Context, keys: &KeyboardShortcut) -> String {
    match keys.logical_key {
        Key::Questionmark => "?".to_owned(),
        Key::Plus => "+".to_owned(),
        Key::Minus => "-".to_owned(),
        _ => ctx.format_shortcut(keys),
    }
}

/// Leaves the next Escape to a field that has the keyboard: it closes a list of completions, or lets go of the keyboard, and
/// the page stays.
pub(crate) fn keep_escape(ui: &Ui) {
    let pass = ui.ctx().cumulative_pass_nr();
    ui.data_mut(|data| data.insert_temp(Id::NULL, KeptEscape(pass)));
}

/// Whether a shortcut was pressed; it is taken out of the input. Where `?` is on the keyboard differs, so that the text
/// counts too.
fn is_pressed(input: &mut InputState, keys: &KeyboardShortcut) -> bool {
    if keys.logical_key != Key::Questionmark {
        return input.consume_shortcut(keys);
    }
    let is_typed = |event: &Event| matches!(event, Event::Text(text) if text == "?");
    input.consume_shortcut(keys) | input.events.iter().any(is_typed)
}
