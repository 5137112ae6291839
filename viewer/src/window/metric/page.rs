//! The lines of the last scrape that are about a metric.

use egui::{Label, RichText, Ui};
use p95_engine::PageLines;

use super::face::card_frame;
use crate::output::escape::escape;
use crate::window::chart::clock_label;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, SMALL, STEP};
use crate::window::widgets::{grouped, small_button};

/// Draws the lines of one target's page, with their numbers.
pub(super) fn page_ui(ui: &mut Ui, scene: &Scene<'_>, page: &PageLines) {
    let palette = scene.palette;
    let target = scene.snapshot.targets.iter().find(|target| target.id == page.target);
    let Some(target) = target else { return };
    card_frame(scene).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = STEP;
        ui.horizontal(|ui| {
            let time = clock_label(page.start_ms, scene.zone);
            let title = format!("{} at {time}", escape(&target.url));
            ui.label(RichText::new(title).size(BODY).color(palette.text));
            let copy = (!page.lines.is_empty()).then(|| ui.add(small_button("Copy lines")));
            if copy.is_some_and(|copy| copy.clicked()) {
                let lines: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
                ui.ctx().copy_text(lines.join("\n"));
            }
        });
        let note = |text: String| RichText::new(text).size(BODY).color(palette.weak);
        if page.is_too_large {
            ui.label(note("The page is too large to be kept: pages up to 16 MiB are.".to_owned()));
        } else if page.lines.is_empty() {
            ui.label(note("The last page says nothing of it.".to_owned()));
        }
        let digits = page.lines.last().map_or(1, |line| line.number.to_string().len());
        for line in &page.lines {
            let text = format!("{:>digits$} │ {}", line.number, escape(&line.text));
            let color = if line.text.trim_start().starts_with('#') { palette.weak } else { palette.text };
            let text = RichText::new(text).font(theme::mono(SMALL + 1.0)).color(color);
            ui.add(Label::new(text).truncate().selectable(true));
        }
        if page.lines.len() < page.lines_total {
            let (shown, total) = (page.lines.len(), grouped(page.lines_total));
            ui.colored_label(palette.warn, format!("showing {shown} of {total} lines"));
        }
    });
}
