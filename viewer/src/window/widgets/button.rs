//! Buttons.

use egui::{Button, RichText};

use crate::window::theme::BODY;

/// A small button of the interface.
pub(crate) fn small_button(text: &str) -> Button<'_> {
    Button::new(RichText::new(text).size(BODY))
}
