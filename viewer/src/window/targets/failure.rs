//! A target that does not answer: why, where, and what comes next.

use egui::{Frame, Margin, Rect, RichText, Stroke, Ui, pos2, vec2};
use p95_engine::{Command, PagePlace, ScrapeFailure, TargetStatus};

use crate::output::escape::escape;
use crate::window::actions::Action;
use crate::window::chart::clock_label;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, Palette, RADIUS, SMALL, STEP, VALUE};
use crate::window::widgets::small_button;

/// Draws the card of a target that is down.
pub(crate) fn failure_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus, failure: &ScrapeFailure) {
    let palette = scene.palette;
    let frame = Frame::new()
        .fill(palette.bad_well)
        .stroke(Stroke::new(1.0, palette.bad.gamma_multiply(0.5)))
        .corner_radius(RADIUS)
        .inner_margin(Margin { left: 20, right: 16, top: 12, bottom: 12 });
    let card = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0 * STEP;
        let title = format!("{} failed: {}", escape(&target.url), stage_words(failure));
        ui.label(RichText::new(title).size(VALUE).color(palette.text));
        cause_ui(ui, palette, failure);
        ui.horizontal(|ui| {
            if ui.add(small_button("Retry now")).clicked() {
                scene.act(Action::Engine(Command::ScrapeNow(Some(target.id))));
            }
            ui.label(RichText::new(retry_text(target, scene.now_ms)).size(BODY).color(palette.weak));
            if let Some(good_ms) = last_good_ms(target) {
                let time = clock_label(good_ms, scene.zone);
                let text = format!("· the cards below show what it said until {time}");
                ui.label(RichText::new(text).size(BODY).color(palette.weak));
            }
        });
    });
    let bar = Rect::from_min_size(card.response.rect.min, vec2(STEP, card.response.rect.height()));
    let radius = egui::CornerRadius { nw: RADIUS, sw: RADIUS, ne: 0, se: 0 };
    ui.painter().rect_filled(bar, radius, palette.bad);
}

/// The stage, the cause and the remedy, below what names the target.
pub(super) fn failure_body_ui(ui: &mut Ui, scene: &Scene<'_>, failure: &ScrapeFailure) {
    ui.spacing_mut().item_spacing.y = 2.0 * STEP;
    let stage = format!("{}: {}", failure.stage, stage_words(failure));
    ui.label(RichText::new(stage).size(BODY).strong().color(scene.palette.bad));
    cause_ui(ui, scene.palette, failure);
}

fn cause_ui(ui: &mut Ui, palette: Palette, failure: &ScrapeFailure) {
    let message = RichText::new(escape(&failure.message)).size(BODY).color(palette.text);
    ui.add(egui::Label::new(message).wrap().selectable(true));
    if let Some(place) = &failure.place {
        place_ui(ui, palette, place);
    }
    if !failure.hint.is_empty() {
        ui.label(RichText::new(escape(&failure.hint)).size(BODY).color(palette.weak));
    }
}

/// What was going on when it failed.
fn stage_words(failure: &ScrapeFailure) -> &'static str {
    use p95_engine::Stage;
    match failure.stage {
        Stage::Options => "the options are wrong",
        Stage::Name => "its name has no address",
        Stage::Connect => "no connection",
        Stage::Tls => "no trust (TLS)",
        Stage::Status => "the server answered with something else",
        Stage::Read => "the answer broke off",
        Stage::Parse => "the page cannot be read",
        Stage::Limit => "the page breaks a limit",
    }
}

/// The line of the page with a mark below the column.
fn place_ui(ui: &mut Ui, palette: Palette, place: &PagePlace) {
    ui.label(
        RichText::new(format!("line {}, column {}", place.line, place.column))
            .size(SMALL + 1.0)
            .color(palette.weak),
    );
    let frame = Frame::new().fill(palette.card).corner_radius(4).inner_margin(Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let gutter = format!("{} │ ", place.line);
        let text =
            RichText::new(format!("{gutter}{}", place.text)).font(theme::mono(BODY)).color(palette.text);
        let line = ui.add(egui::Label::new(text).truncate().selectable(true));
        // The fixed-width font has one advance for all, so that the column's place is a product.
        let advance = ui.ctx().fonts_mut(|fonts| fonts.glyph_width(&theme::mono(BODY), 'x'));
        let column = gutter.chars().count() + usize::try_from(place.column).unwrap_or(1).saturating_sub(1);
        #[expect(clippy::cast_precision_loss, reason = "a column on screen")]
        let left = line.rect.left() + advance * column as f32;
        if left < line.rect.right() + advance {
            let mark = Rect::from_min_size(pos2(left, line.rect.bottom() - 1.0), vec2(advance, 2.0));
            ui.painter().rect_filled(mark, 1.0, palette.bad);
        }
    });
}

/// When it is tried again.
pub(super) fn retry_text(target: &TargetStatus, now_ms: i64) -> String {
    match target.next_scrape_ms {
        _ if target.scraping => "trying…".to_owned(),
        Some(next_ms) => format!("next try in {} s", (next_ms - now_ms).max(0).unsigned_abs().div_ceil(1000)),
        None => "paused".to_owned(),
    }
}

/// When the target last answered well.
fn last_good_ms(target: &TargetStatus) -> Option<i64> {
    target.history.iter().rev().find(|scrape| scrape.failure.is_none()).map(|scrape| scrape.start_ms)
}
