//! The last scrapes of a target, side by side.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{ScrapeRecord, TargetStatus};

use crate::output::escape::escape;
use crate::window::chart::clock_label;
use crate::window::scene::Scene;
use crate::window::theme::{self, SMALL, STEP};
use crate::window::widgets::{Line, as_float, grouped};

const HEIGHT: f32 = 10.0 * STEP;
/// From the left edge of a bar to that of the next one.
const PITCH: f32 = 5.0;
const BAR: f32 = 4.0;
const MIN_BAR_HEIGHT: f32 = 3.0;

/// Draws a bar for each of the last scrapes: its height is the duration, its colour the outcome.
pub(super) fn history_ui(ui: &mut Ui, scene: &Scene<'_>, target: &TargetStatus) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let room = (rect.width() / PITCH).floor().max(1.0) as usize;
    let shown: Vec<&ScrapeRecord> = target.history.iter().rev().take(room).collect();
    let longest_secs = shown.iter().map(|scrape| scrape.duration_secs).fold(0.0, f64::max);
    let failed = shown.iter().filter(|scrape| scrape.failure.is_some()).count();
    let what = if scene.snapshot.server.is_some() { "answers" } else { "scrapes" };
    let summary = format!(
        "last {} {what}: {failed} failed, the longest took {}",
        shown.len(),
        Unit::of(BaseUnit::Seconds).format(longest_secs)
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
    let palette = scene.palette;
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, egui::Stroke::new(1.0, palette.border));
    let pointer = response.hover_pos();
    let mut right = rect.right();
    let mut hovered = None;
    for scrape in shown {
        #[expect(clippy::cast_possible_truncation, reason = "a share of 1")]
        let share = (scrape.duration_secs / longest_secs.max(1e-9)).clamp(0.0, 1.0) as f32;
        let height = if scrape.failure.is_some() { HEIGHT } else { share * HEIGHT };
        let slot = Rect::from_min_max(pos2(right - PITCH, rect.top()), pos2(right, rect.bottom()));
        let bar = Rect::from_min_max(
            pos2(right - BAR, rect.bottom() - height.max(MIN_BAR_HEIGHT)),
            pos2(right, rect.bottom()),
        );
        let is_hovered = pointer.is_some_and(|pointer| slot.x_range().contains(pointer.x));
        let color = if scrape.failure.is_some() { palette.bad } else { palette.good };
        let color = if is_hovered { palette.text } else { color.gamma_multiply(0.85) };
        ui.painter().rect_filled(bar, 1.0, color);
        hovered = hovered.or(is_hovered.then_some(scrape));
        right -= PITCH;
    }
    if let Some(scrape) = hovered {
        response.on_hover_ui_at_pointer(|ui| scrape_ui(ui, scene, scrape));
    }
    let (caption, _) = ui.allocate_exact_size(vec2(rect.width(), 4.0 * STEP), Sense::hover());
    let line =
        Line { text: &summary, font: theme::font(SMALL), color: palette.weak, max_width: caption.width() };
    line.paint(ui, caption.left_center(), Align2::LEFT_CENTER);
}

/// One scrape in words.
fn scrape_ui(ui: &mut Ui, scene: &Scene<'_>, scrape: &ScrapeRecord) {
    let seconds = Unit::of(BaseUnit::Seconds).format(scrape.duration_secs);
    let size = Unit::of(BaseUnit::Bytes).format(as_float(scrape.body_bytes));
    ui.strong(clock_label(scrape.start_ms, scene.zone));
    ui.label(format!("{seconds} · {} samples · {size}", grouped(scrape.samples)));
    match &scrape.failure {
        Some(failure) => ui.colored_label(scene.palette.bad, escape(&failure.to_string())),
        None => ui.colored_label(scene.palette.good, "good"),
    };
}
