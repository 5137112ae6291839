//! Text within a width.

use egui::{Align2, Color32, FontId, Painter, Pos2, Ui};

use crate::window::theme;

/// Longer texts are cut before anything else is done with them, in characters of either end.
const MAX_END_CHARS: usize = 400;

/// One line of text to be painted.
pub(crate) struct Line<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Its font.
    pub(crate) font: FontId,
    /// Its colour.
    pub(crate) color: Color32,
    /// Its middle is left out where it is wider.
    pub(crate) max_width: f32,
}

impl Line<'_> {
    /// Paints it; returns the width that it takes.
    pub(crate) fn paint(self, ui: &Ui, position: Pos2, anchor: Align2) -> f32 {
        let text = shortened(ui.painter(), self.text, &self.font, self.max_width);
        let galley = ui.painter().layout_no_wrap(text, self.font, self.color);
        let size = galley.size();
        ui.painter().galley(anchor.anchor_size(position, size).min, galley, self.color);
        size.x
    }

    /// The width that it takes.
    pub(crate) fn width(self, ui: &Ui) -> f32 {
        let text = shortened(ui.painter(), self.text, &self.font, self.max_width);
        ui.painter().layout_no_wrap(text, self.font, self.color).size().x
    }
}

/// The text in a size of the interface's font, its middle left out where it is wider.
pub(crate) fn elided(ui: &Ui, text: &str, size: f32, max_width: f32) -> String {
    shortened(ui.painter(), text, &theme::font(size), max_width)
}

/// The text, its middle left out where it is wider: what tells names apart stands at their ends.
fn shortened(painter: &Painter, text: &str, font: &FontId, max_width: f32) -> String {
    painter.fonts_mut(|fonts| shortened_by(text, max_width, |c| fonts.glyph_width(font, c)))
}

fn shortened_by(text: &str, max_width: f32, mut width: impl FnMut(char) -> f32) -> String {
    let mut total = 0.0;
    // A text that is far too long is not measured to its end.
    let fits = text.chars().all(|c| {
        total += width(c);
        // Widths are added up where the font kerns: a hair of tolerance.
        total <= max_width + 0.5
    });
    if fits {
        return text.to_owned();
    }
    let mut free = max_width - width('…');
    let mut start: Vec<char> = Vec::new();
    let mut end: Vec<char> = Vec::new();
    let mut chars = text.chars();
    for at in 0..2 * MAX_END_CHARS {
        let from_start = at % 2 == 0;
        let Some(c) = (if from_start { chars.next() } else { chars.next_back() }) else { break };
        free -= width(c);
        if free < 0.0 {
            break;
        }
        if from_start { start.push(c) } else { end.push(c) }
    }
    start.into_iter().chain(['…']).chain(end.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_left_out() {
        #[track_caller]
        fn check(text: &str, max_width: f32, expect: &str) {
            assert_eq!(shortened_by(text, max_width, |_| 10.0), expect, "{text} in {max_width}");
        }
        check("shop_http", 90.0, "shop_http");
        check("shop_http", 80.0, "shop…ttp");
        check("shop_http", 30.0, "s…p");
        check("shop_http", 5.0, "…");
        check("", 0.0, "");
        check(&"x".repeat(100_000), 50.0, "xx…xx");
    }
}
