//! What stands above the page: the list of keys, and the command palette.

mod entries;
mod keys;
mod palette;

use egui::{Align2, Context, Id, Modal, Ui, vec2};

use super::actions::Action;
use super::scene::Scene;
pub(crate) use palette::PaletteState;

/// What stands above the page.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// The list of keys.
    Keys,
    /// The command palette.
    Palette(Box<PaletteState>),
}

/// The kinds of [`Overlay`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum OverlayKind {
    /// The list of keys.
    Keys,
    /// The command palette.
    Palette,
}

impl Overlay {
    /// One that was just opened.
    pub(crate) fn new(kind: OverlayKind) -> Self {
        match kind {
            OverlayKind::Keys => Self::Keys,
            OverlayKind::Palette => Self::Palette(Box::default()),
        }
    }
}

/// Draws it. A click beside it closes it.
pub(crate) fn overlay_ui(ctx: &Context, scene: &Scene<'_>, overlay: &mut Overlay) {
    let id = Id::unique("overlay");
    let modal = Modal::new(id).area(Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, 64.0)));
    let response = modal.show(ctx, |ui: &mut Ui| match overlay {
        Overlay::Keys => keys::keys_ui(ui, scene),
        Overlay::Palette(state) => palette::palette_ui(ui, scene, state),
    });
    if response.backdrop_response.clicked() {
        scene.act(Action::Close);
    }
}

#[cfg(test)]
mod tests {
    use egui::{Event, Key, Modifiers};
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    use jiff::tz::TimeZone;
    use p95_engine::Snapshot;

    use super::super::{View, Window};

    fn window() -> Harness<'static> {
        let mut window = None;
        Harness::builder().with_size([800.0, 600.0]).build_ui(move |ui| {
            let window = window.get_or_insert_with(|| Window::new(ui.ctx(), View::Overview, TimeZone::UTC));
            window.frame_ui(ui, &Snapshot::default(), 0);
        })
    }

    #[test]
    fn a_question_mark_lists_the_keys_and_escape_closes_the_list() {
        let mut harness = window();
        harness.run_steps(2);
        harness.event(Event::Text("?".to_owned()));
        harness.run_steps(3);
        harness.get_by_label("everything that can be done");
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        assert!(harness.query_by_label("everything that can be done").is_none());
    }

    #[test]
    fn the_palette_is_used_with_the_keyboard_alone() {
        let mut harness = window();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
        harness.run_steps(3);
        harness.event(Event::Text("tgts".to_owned()));
        harness.run_steps(3);
        harness.get_by_label("the targets");
        harness.key_press(Key::Enter);
        harness.run_steps(3);
        harness.get_by_label("Add: place of the target");
    }
}
