//! The command palette: everything that can be done, found by a few letters.

use std::fmt;

use egui::{
    Align2, CursorIcon, Key, Margin, Modifiers, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2,
};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::entries::{Entry, entries};
use crate::window::actions::Action;
use crate::window::keys::keys_text;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, STEP};
use crate::window::widgets::Line;

const WIDTH: f32 = 560.0;
const ROW: f32 = 7.0 * STEP;
/// The rows that are seen at once.
const ROWS: f32 = 12.0;

/// What the palette keeps between two frames.
#[derive(Default)]
pub(crate) struct PaletteState {
    text: String,
    /// The row that Enter takes.
    selected: usize,
    matcher: Option<Box<Matcher>>,
}

impl fmt::Debug for PaletteState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaletteState").field("text", &self.text).finish_non_exhaustive()
    }
}

/// Draws the field and what matches it. What is taken is done, and the palette closes.
pub(super) fn palette_ui(ui: &mut Ui, scene: &Scene<'_>, state: &mut PaletteState) {
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 48.0));
    let (up, down, is_taken) = ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
        (count(Key::ArrowUp), count(Key::ArrowDown), count(Key::Enter) > 0)
    });
    let field = TextEdit::singleline(&mut state.text)
        .hint_text("What is to be done? Type a few letters")
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 7));
    let field = ui.add(field);
    field.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SearchInput, true, "command");
        info.current_text_value = Some(state.text.clone());
        info
    });
    if !field.has_focus() {
        field.request_focus();
    }
    if field.changed() {
        state.selected = 0;
    }
    let matcher = state.matcher.get_or_insert_with(|| Box::new(Matcher::new(Config::DEFAULT)));
    let found = matching(entries(scene), &state.text, matcher);
    if found.is_empty() {
        ui.weak("No metric, label, view or command is called so.");
        return;
    }
    state.selected = (state.selected + down + found.len() - up % found.len()) % found.len();
    let is_moved = up + down > 0;
    let mut taken = is_taken.then_some(state.selected);
    let height = ROW * ROWS.min((ui.ctx().content_rect().height() - 160.0) / ROW).max(3.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().max_height(height).min_scrolled_height(height);
    area.show(ui, |ui| {
        for (number, entry) in found.iter().enumerate() {
            let is_selected = number == state.selected;
            let response = row_ui(ui, scene, entry, is_selected);
            if is_selected && is_moved {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                taken = Some(number);
            }
        }
    });
    if let Some(entry) = taken.and_then(|number| found.into_iter().nth(number)) {
        scene.act(Action::Close);
        scene.act(entry.action);
    }
}

fn row_ui(ui: &mut Ui, scene: &Scene<'_>, entry: &Entry, is_selected: bool) -> egui::Response {
    let palette = scene.palette;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let keys = entry.keys.map(|keys| keys_text(ui.ctx(), &keys)).unwrap_or_default();
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, &entry.title));
    if is_selected || response.hovered() {
        let fill = if is_selected { palette.accent.gamma_multiply(0.3) } else { palette.well };
        ui.painter().rect_filled(rect, 4.0, fill);
    }
    let line = |text, color, max_width| Line { text, font: theme::font(BODY), color, max_width };
    let right = rect.right_center() - vec2(2.0 * STEP, 0.0);
    let width = line(&keys, palette.weak, 160.0).paint(ui, right, Align2::RIGHT_CENTER);
    let left = rect.left_center() + vec2(2.0 * STEP, 0.0);
    let max_width = rect.width() - width - 8.0 * STEP;
    line(&entry.title, palette.text, max_width).paint(ui, left, Align2::LEFT_CENTER);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// The entries that match, the best first; all of them, as they are, where nothing was typed.
fn matching(entries: Vec<Entry>, text: &str, matcher: &mut Matcher) -> Vec<Entry> {
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let mut chars = Vec::new();
    let mut scored: Vec<(u32, Entry)> = entries
        .into_iter()
        .filter_map(|entry| {
            let score = pattern.score(Utf32Str::new(&entry.title, &mut chars), matcher)?;
            Some((score, entry))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_letters_find_what_is_meant() {
        #[track_caller]
        fn check(text: &str, expect: &[&str]) {
            let titles =
                ["the targets", "colours: dark", "open http_requests", "open http_request_duration_seconds"];
            let entry = |title: &str| Entry { title: title.to_owned(), keys: None, action: Action::Close };
            let found = matching(titles.map(entry).into(), text, &mut Matcher::new(Config::DEFAULT));
            assert_eq!(Vec::from_iter(found.iter().map(|entry| entry.title.as_str())), expect, "{text}");
        }
        check("tgt", &["the targets"]);
        check("hrds", &["open http_request_duration_seconds"]);
        check("requests open", &["open http_requests", "open http_request_duration_seconds"]);
        check("DARK", &["colours: dark"]);
        check("zzz", &[]);
        check(
            "",
            &["the targets", "colours: dark", "open http_requests", "open http_request_duration_seconds"],
        );
    }
}
