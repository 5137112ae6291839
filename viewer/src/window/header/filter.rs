//! The filter of the cards.

use egui::{Key, Margin, Response, TextEdit, Ui};

use crate::window::theme::STEP;

/// What is kept free beside it for the choice of time.
const CLOCK_WIDTH: f32 = 118.0 * STEP;

/// The filter. Typing anywhere fills it.
pub(super) fn filter_ui(ui: &mut Ui, filter: &mut String) {
    let width = (ui.available_width() - CLOCK_WIDTH).clamp(24.0 * STEP, 90.0 * STEP);
    let edit = TextEdit::singleline(filter)
        .hint_text("Filter cards: just type")
        .desired_width(width)
        .margin(Margin::symmetric(8, 5));
    let response = ui.add(edit);
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::SearchInput, true, "filter cards");
        info.current_text_value = Some(filter.clone());
        info
    });
    take_typing(ui, &response, filter);
}

fn take_typing(ui: &Ui, response: &Response, filter: &mut String) {
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        response.surrender_focus();
    }
    let is_free = ui.memory(|memory| memory.focused().is_none() && memory.top_modal_layer().is_none());
    let typed: String = ui.input(|input| {
        let texts = input.events.iter().filter_map(|event| match event {
            egui::Event::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    });
    if is_free && !response.lost_focus() && typed.starts_with(char::is_alphanumeric) {
        filter.push_str(&typed);
        response.request_focus();
        // The next key goes behind what is there already.
        let mut state = TextEdit::load_state(ui.ctx(), response.id).unwrap_or_default();
        let end = egui::text::CCursor::new(filter.chars().count());
        state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
        state.store(ui.ctx(), response.id);
    }
}
