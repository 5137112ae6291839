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
