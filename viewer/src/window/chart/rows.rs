//! Rows of text instead of a chart: values without a past, and labels.

use egui::{Align2, Rect, Ui, pos2};
use p95_core::model::labels::{INSTANCE, JOB, METRIC_NAME};
use p95_core::overview::format_age;

use super::Answered;
use super::axis::date_label;
use super::legend::NAME_SIZE;
use crate::view::shown;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, STEP, VALUE};
use crate::window::widgets::Line;

const ROW_HEIGHT: f32 = 5.5 * STEP;

/// Draws the age of each series; a single one is large, with its date below.
pub(super) fn ages_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, answered: &Answered<'_>) {
    if let [single] = answered.series.as_slice()
        && let Some(age_secs) = single.last()
    {
        let has_room = rect.height() >= 12.0 * STEP;
        let line = |text: &str, size: f32, color, y: f32| {
            let line = Line { text, font: theme::font(size), color, max_width: rect.width() };
            line.paint(ui, pos2(rect.center().x, y), Align2::CENTER_CENTER);
        };
        let size = (1.6 * VALUE).min(0.7 * rect.height());
        let y = rect.center().y - if has_room { 3.0 * STEP } else { 0.0 };
        line(&format_age(age_secs), size, scene.palette.text, y);
        if has_room {
            let date = date_label(answered.result.end_ms, age_secs, scene.zone);
            line(&date, BODY, scene.palette.weak, y + 7.0 * STEP);
        }
        return;
    }
    let ages = answered.series.iter().filter_map(|series| Some((series.name(), format_age(series.last()?))));
    let rows = Vec::from_iter(ages);
    rows_ui(ui, scene, rect, &rows, 0.6);
}

/// Draws the labels: of one series a row each, of several a row for each series.
pub(super) fn labels_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, answered: &Answered<'_>) {
    let is_content = |name: &str| ![METRIC_NAME, INSTANCE, JOB].contains(&name);
    let rows: Vec<(String, String)> = match answered.series.as_slice() {
        [series] => series
            .series
            .labels
            .iter()
            .filter(|(name, _)| is_content(name))
            .map(|(name, value)| (shown(name), shown(value)))
            .collect(),
        several => several
            .iter()
            .map(|series| {
                let labels = series.series.labels.iter().filter(|(name, _)| is_content(name));
                let values: Vec<_> = labels.map(|(_, value)| shown(value)).collect();
                (values.join(" · "), String::new())
            })
            .collect(),
    };
    let name_share = if answered.series.len() == 1 { 0.36 } else { 1.0 };
    rows_ui(ui, scene, rect, &rows, name_share);
    let response = ui.interact(rect, ui.scope_id().with("labels"), egui::Sense::hover());
    response.on_hover_ui(|ui| {
        egui::Grid::new("labels").num_columns(2).show(ui, |ui| {
            for (name, value) in &rows {
                ui.weak(name);
                ui.label(value);
                ui.end_row();
            }
        });
    });
}

/// Names on the left, values on the right, and a count of the rows that do not fit. Where there is room for one row alone, all of
/// it is one.
fn rows_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, rows: &[(String, String)], name_share: f32) {
    if rect.height() < 2.0 * ROW_HEIGHT && rows.len() > 1 {
        let pairs = rows.iter().map(|(name, value)| format!("{name} {value}").trim().to_owned());
        let text = pairs.collect::<Vec<_>>().join(" · ");
        let color = scene.palette.weak;
        let line = Line { text: &text, font: theme::font(NAME_SIZE), color, max_width: rect.width() };
        line.paint(ui, rect.left_center(), Align2::LEFT_CENTER);
        return;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let places = (rect.height() / ROW_HEIGHT).floor().max(1.0) as usize;
    let shown = if rows.len() > places { places - 1 } else { rows.len() };
    let name_width = rect.width() * name_share - 2.0 * STEP;
    let mut center = rect.top() + ROW_HEIGHT / 2.0;
    let line = |text: &str, color, max_width, x, center| {
        Line { text, font: theme::font(NAME_SIZE), color, max_width }.paint(
            ui,
            pos2(x, center),
            Align2::LEFT_CENTER,
        )
    };
    for (name, value) in rows.iter().take(shown) {
        line(name, scene.palette.weak, name_width, rect.left(), center);
        let value_left = rect.left() + rect.width() * name_share;
        line(value, scene.palette.text, rect.right() - value_left, value_left, center);
        center += ROW_HEIGHT;
    }
    if shown < rows.len() {
        let more = format!("+{} more", rows.len() - shown);
        line(&more, scene.palette.weak, rect.width(), rect.left(), center);
    }
}
