//! Time by bucket.

use egui::epaint::Mesh;
use egui::{Align2, Color32, Rect, Shape, Ui, pos2};
use p95_core::model::labels::BUCKET;

use super::lines::VALUE_AXIS_WIDTH;
use super::pointer::pointer_ui;
use super::{Answered, as_float, time_range};
use crate::view::NamedSeries;
use crate::window::scene::Scene;
use crate::window::theme::{self, SMALL};
use crate::window::widgets::Line;

/// Draws the buckets as one mesh: the darker a cell, the fewer observations it holds.
pub(crate) fn heatmap_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let buckets = buckets(answered);
    let area = Rect::from_min_max(pos2(rect.left() + VALUE_AXIS_WIDTH, rect.top()), rect.max);
    let times = time_range(scene);
    let step_ms = answered.result.step_ms.max(1);
    let peak = buckets.iter().flat_map(|bucket| &bucket.cells).map(|(_, count)| *count).fold(0.0, f64::max);
    let mut mesh = Mesh::default();
    #[expect(clippy::cast_precision_loss, reason = "a small number of buckets")]
    let row_height = area.height() / buckets.len().max(1) as f32;
    let mut bottom = area.bottom();
    for bucket in &buckets {
        for (time_ms, count) in bucket.cells.iter().filter(|(_, count)| *count > 0.0) {
            let to_x = |time: f64| {
                let share = (time - times.start()) / (times.end() - times.start()).max(1.0);
                #[expect(clippy::cast_possible_truncation, reason = "a share of 1")]
                egui::lerp(area.x_range(), share.clamp(0.0, 1.0) as f32)
            };
            let (left, right) = (to_x(as_float(time_ms - step_ms)), to_x(as_float(*time_ms)));
            let cell = Rect::from_min_max(pos2(left, bottom - row_height), pos2(right, bottom));
            mesh.add_colored_rect(cell, heat(scene.palette.accent, count / peak));
        }
        bottom -= row_height;
    }
    ui.painter().add(Shape::mesh(mesh));
    labels_ui(ui, scene, rect, &buckets, row_height);
    pointer_ui(ui, scene, area, name);
}

/// A bucket with its observations over time.
struct Bucket {
    bound: f64,
    cells: Vec<(i64, f64)>,
}

/// The buckets by ascending bound.
fn buckets(answered: &Answered<'_>) -> Vec<Bucket> {
    let bucket = |series: &NamedSeries<'_>| {
        let bound = series.series.labels.get(BUCKET)?.parse().ok()?;
        let times = series.series.timestamps_ms.iter().copied();
        Some(Bucket { bound, cells: times.zip(series.series.values.iter().copied()).collect() })
    };
    answered.series.iter().filter_map(bucket).collect()
}

/// The colour of a cell; the root lifts rare observations out of the dark.
#[expect(clippy::cast_possible_truncation, reason = "a share of 1")]
fn heat(color: Color32, share: f64) -> Color32 {
    color.gamma_multiply(0.12 + 0.88 * share.clamp(0.0, 1.0).sqrt() as f32)
}

/// Upper bounds beside their rows, as many as there is room for.
fn labels_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, buckets: &[Bucket], row_height: f32) {
    let mut last_y = f32::INFINITY;
    let mut y = rect.bottom() - row_height / 2.0;
    for bucket in buckets {
        if last_y - y >= 16.0 {
            let unit = p95_core::overview::Unit::default();
            let text = unit.format(bucket.bound);
            let font = theme::font(SMALL);
            let label =
                Line { text: &text, font, color: scene.palette.weak, max_width: VALUE_AXIS_WIDTH - 8.0 };
            label.paint(ui, pos2(rect.left() + VALUE_AXIS_WIDTH - 8.0, y), Align2::RIGHT_CENTER);
            last_y = y;
        }
        y -= row_height;
    }
}
