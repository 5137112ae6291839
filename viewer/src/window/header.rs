//! The bar at the top: the name, the filter, the targets.

use egui::{
    Align, Color32, Frame, Key, Layout, Margin, Panel, Response, RichText, Sense, Stroke, TextEdit, Ui, vec2,
};
use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{Command, Snapshot, TargetState, TargetStatus};

use super::card::small_button;
use super::theme::{BODY, GAP, Palette, SMALL, STEP, VALUE};
use crate::output::escape::escape;

/// The most text of a chip, in characters; hovering shows all of it.
const MAX_CHIP_CHARS: usize = 48;

/// Draws the bar; returns what the engine is to be told.
pub(super) fn header_ui(
    ui: &mut Ui,
    palette: Palette,
    snapshot: &Snapshot,
    filter: &mut String,
) -> Option<Command> {
    let frame = Frame::new()
        .fill(palette.bar)
        .inner_margin(Margin::symmetric(12, 8))
        .stroke(Stroke::new(1.0, palette.border));
    let bar = Panel::top("header").frame(frame).show_separator_line(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(2.0 * STEP, 2.0 * STEP);
        let command = ui
            .horizontal(|ui| {
                ui.label(RichText::new("p95").size(VALUE + 1.0).strong().color(palette.accent));
                ui.add_space(STEP);
                filter_ui(ui, filter);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| controls_ui(ui, palette, snapshot))
                    .inner
            })
            .inner;
        ui.horizontal_wrapped(|ui| {
            for target in &snapshot.targets {
                chip_ui(ui, palette, target);
            }
        });
        command
    });
    bar.inner
}

/// The filter. Typing anywhere fills it; Escape empties it.
fn filter_ui(ui: &mut Ui, filter: &mut String) {
    let width = (ui.available_width() - 300.0).clamp(120.0, 360.0);
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
        filter.clear();
        response.surrender_focus();
    }
    let is_free = ui.memory(|memory| memory.focused().is_none());
    let typed: String = ui.input(|input| {
        let texts = input.events.iter().filter_map(|event| match event {
            egui::Event::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    });
    if is_free && !response.lost_focus() && !typed.trim().is_empty() {
        filter.push_str(typed.trim_start_matches('/'));
        response.request_focus();
        // The next key goes behind what is there already.
        let mut state = TextEdit::load_state(ui.ctx(), response.id).unwrap_or_default();
        let end = egui::text::CCursor::new(filter.chars().count());
        state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
        state.store(ui.ctx(), response.id);
    }
}

/// What is on the right: pause, and what the store holds.
fn controls_ui(ui: &mut Ui, palette: Palette, snapshot: &Snapshot) -> Option<Command> {
    let label = if snapshot.paused { "Resume" } else { "Pause" };
    let clicked = ui.add(small_button(label)).clicked();
    let size = Unit::of(BaseUnit::Bytes)
        .format(size_as_float(u64::try_from(snapshot.store.size_bytes).unwrap_or(u64::MAX)));
    let stored = format!("{} series · {size}", grouped(snapshot.store.series));
    let stored = ui.label(RichText::new(stored).size(SMALL + 1.0).color(palette.weak));
    stored.on_hover_text(format!("{} samples in memory", grouped(snapshot.store.samples)));
    clicked.then_some(Command::SetPaused(!snapshot.paused))
}

/// A target: its state, where it is, how long its last scrape took and how much it brought.
fn chip_ui(ui: &mut Ui, palette: Palette, target: &TargetStatus) {
    let is_down = target.state == TargetState::Down;
    let frame = Frame::new()
        .fill(if is_down { palette.bad_well } else { palette.well })
        .inner_margin(Margin::symmetric(8, 4))
        .corner_radius(12);
    let response = frame
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 1.5 * STEP;
            ui.horizontal(|ui| {
                dot_ui(ui, state_color(palette, target.state));
                let url = escape(&target.url);
                ui.label(RichText::new(shortened(&url, MAX_CHIP_CHARS)).size(BODY).color(palette.text));
                ui.label(RichText::new(chip_facts(target)).size(SMALL + 1.0).color(palette.weak));
            });
        })
        .response;
    response.on_hover_ui(|ui| target_ui(ui, target));
}

fn chip_facts(target: &TargetStatus) -> String {
    match (target.state, target.last_scrape()) {
        (TargetState::Up, Some(scrape)) => {
            let duration = Unit::of(BaseUnit::Seconds).format(scrape.duration_secs);
            format!("{duration} · {} series", grouped(scrape.samples - scrape.duplicates.min(scrape.samples)))
        }
        (TargetState::Down, _) => target
            .failure
            .as_ref()
            .map_or_else(|| "down".to_owned(), |failure| format!("down: {}", failure.stage)),
        _ => "first scrape…".to_owned(),
    }
}

/// All that is known of a target.
fn target_ui(ui: &mut Ui, target: &TargetStatus) {
    ui.strong(escape(&target.url));
    ui.weak(escape(&target.labels.to_string()));
    let Some(scrape) = target.last_scrape() else { return };
    let seconds = |value| Unit::of(BaseUnit::Seconds).format(value);
    let rows = [
        ("interval", seconds(size_as_float(target.interval_ms) / 1000.0)),
        ("fetched in", seconds(scrape.duration_secs)),
        ("stored in", seconds(scrape.ingest_secs)),
        ("page", Unit::of(BaseUnit::Bytes).format(size_as_float(scrape.body_bytes))),
        ("samples", grouped(scrape.samples)),
        ("duplicates", grouped(scrape.duplicates)),
        ("dropped", grouped(scrape.dropped)),
        ("scrapes", grouped(target.scrapes_total)),
    ];
    egui::Grid::new("target").num_columns(2).spacing(vec2(GAP, STEP)).show(ui, |ui| {
        for (name, value) in rows {
            ui.weak(name);
            ui.label(value);
            ui.end_row();
        }
    });
    if let Some(failure) = &target.failure {
        ui.label(failure.to_string());
    }
}

fn dot_ui(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(2.0 * STEP, 2.0 * STEP), Sense::hover());
    ui.painter().circle_filled(rect.center(), STEP, color);
}

fn state_color(palette: Palette, state: TargetState) -> Color32 {
    match state {
        TargetState::Pending => palette.weak,
        TargetState::Up => palette.good,
        TargetState::Down => palette.bad,
    }
}

/// The text, its middle left out where it is longer than `max_chars`.
fn shortened(text: &str, max_chars: usize) -> String {
    let count = text.chars().count();
    if count <= max_chars {
        return text.to_owned();
    }
    let half = (max_chars - 1) / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(count - half).collect();
    format!("{start}…{end}")
}

/// A count with its thousands apart: `12,345`.
fn grouped(count: impl ToString) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn size_as_float(size: u64) -> f64 {
    size as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(
            [0_u64, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"].map(str::to_owned)
        );
    }

    #[test]
    fn long_addresses_lose_their_middle() {
        assert_eq!(shortened("http://a/metrics", 48), "http://a/metrics");
        assert_eq!(shortened("abcdefghijk", 7), "abc…ijk");
    }
}
