//! The list of keys.

use egui::{Grid, RichText, ScrollArea, Ui, vec2};

use crate::window::keys::{SHORTCUTS, keys_text};
use crate::window::scene::Scene;
use crate::window::theme::{BODY, STEP, VALUE};

/// What the pointer does.
const GESTURES: [(&str, &str); 7] = [
    ("Type", "filter the cards"),
    ("Drag on a chart", "show that stretch of time"),
    ("Shift+drag", "move through time"),
    ("Ctrl+wheel", "zoom at the pointer"),
    ("Double click on a chart", "back to the time shown before"),
    ("Click on a line's name", "hide it, or show it"),
    ("Alt+click on a line's name", "show it alone"),
];

/// Draws all shortcuts, and what the pointer does.
pub(super) fn keys_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let palette = scene.palette;
    ui.set_max_width(520.0_f32.min(ui.ctx().content_rect().width() - 48.0));
    ui.label(RichText::new("Keys").size(VALUE).color(palette.text));
    let max_height = (ui.ctx().content_rect().height() - 160.0).max(120.0);
    ScrollArea::vertical().max_height(max_height).min_scrolled_height(max_height).show(ui, |ui| {
        let row = |ui: &mut Ui, keys: &str, text: &str| {
            ui.label(RichText::new(keys).size(BODY).color(palette.accent));
            ui.label(RichText::new(text).size(BODY).color(palette.text));
            ui.end_row();
        };
        Grid::new("keys").num_columns(2).spacing(vec2(6.0 * STEP, 1.5 * STEP)).show(ui, |ui| {
            for shortcut in SHORTCUTS {
                row(ui, &keys_text(ui.ctx(), &shortcut.keys), shortcut.text);
            }
            for (gesture, text) in GESTURES {
                row(ui, gesture, text);
            }
        });
    });
}
