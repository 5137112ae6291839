//! Time by bucket.

use egui::epaint::Mesh;
use egui::{Align2, Rect, Shape, Ui, pos2};
use p95_core::model::labels::BUCKET;
use p95_core::overview::Unit;

use super::Answered;
use super::plot::{Plot, VALUE_AXIS_WIDTH, axis_label};
use super::pointer::pointer_ui;
use super::tooltip::{Row, tooltip_ui};
use crate::view::NamedSeries;
use crate::window::scene::Scene;
use crate::window::theme::STEP;

/// Labels of rows stand at least so far apart.
const LABEL_HEIGHT: f32 = 4.0 * STEP;

/// Draws the buckets as one mesh: the brighter a cell, the more observations it holds. A cell covers the time up to its step.
pub(super) fn heatmap_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let plot = Plot::inside(rect, VALUE_AXIS_WIDTH, scene);
    let buckets: Vec<Bucket<'_>> = answered.series.iter().filter_map(Bucket::of).collect();
    #[expect(clippy::cast_precision_loss, reason = "a small number of buckets")]
    let row_height = plot.area.height() / buckets.len().max(1) as f32;
    mesh_ui(ui, scene, &plot, answered.result.step_ms.max(1), row_height, &buckets);
    labels_ui(ui, scene, &plot, answered, row_height, &buckets);
    plot.time_axis_ui(ui, scene);
    plot.crosshair_ui(ui, scene);
    if pointer_ui(ui, scene, plot.area, name).is_some() {
        tooltip_ui(ui, scene, rect, &rows(scene, answered, &buckets));
    }
}

/// A bucket with its observations over time.
struct Bucket<'a> {
    bound: f64,
    series: NamedSeries<'a>,
}

impl<'a> Bucket<'a> {
    fn of(series: &NamedSeries<'a>) -> Option<Self> {
        Some(Self { bound: series.series.labels.get(BUCKET)?.parse().ok()?, series: *series })
    }

    fn cells(&self) -> impl Iterator<Item = (i64, f64)> {
        let series = self.series.series;
        series.timestamps_ms.iter().copied().zip(series.values.iter().copied())
    }
}

fn mesh_ui(ui: &Ui, scene: &Scene<'_>, plot: &Plot, step_ms: i64, row_height: f32, buckets: &[Bucket<'_>]) {
    let counts = buckets.iter().flat_map(|bucket| bucket.cells()).map(|(_, count)| count);
    let peak = counts.filter(|count| count.is_finite()).fold(0.0, f64::max);
    let mut mesh = Mesh::default();
    let mut bottom = plot.area.bottom();
    for bucket in buckets {
        for (time_ms, count) in bucket.cells().filter(|(_, count)| *count > 0.0) {
            let (left, right) = (plot.x(time_ms.saturating_sub(step_ms)), plot.x(time_ms));
            let cell = Rect::from_min_max(pos2(left, bottom - row_height), pos2(right, bottom));
            let cell = cell.intersect(plot.area);
            if cell.is_positive() {
                // The root lifts rare observations out of the ground.
                mesh.add_colored_rect(cell, scene.palette.heat((count / peak).min(1.0).sqrt()));
            }
        }
        bottom -= row_height;
    }
    ui.painter().add(Shape::mesh(mesh));
}

/// Upper bounds at the upper edges of their rows, as many as there is room for.
fn labels_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    plot: &Plot,
    answered: &Answered<'_>,
    row_height: f32,
    buckets: &[Bucket<'_>],
) {
    let mut free_below = f32::INFINITY;
    let mut y = plot.area.bottom();
    for bucket in buckets {
        y -= row_height;
        let middle = y + (row_height / 2.0).min(LABEL_HEIGHT / 2.0);
        if middle + LABEL_HEIGHT / 2.0 <= free_below {
            let text = answered.panel.unit.format(bucket.bound);
            let place = pos2(plot.area.left() - 2.0 * STEP, middle);
            let label = axis_label(scene, &text, VALUE_AXIS_WIDTH - 2.0 * STEP);
            label.paint(ui, place, Align2::RIGHT_CENTER);
            free_below = middle - LABEL_HEIGHT / 2.0;
        }
    }
}

/// What the buckets hold at the crosshair, the highest bound first, without those that are empty.
fn rows(scene: &Scene<'_>, answered: &Answered<'_>, buckets: &[Bucket<'_>]) -> Vec<Row> {
    let Some(cursor_ms) = scene.cursor_ms else { return Vec::new() };
    let step_ms = answered.result.step_ms.max(1);
    // A cell covers the time before its step.
    let at_ms = cursor_ms.saturating_add(step_ms / 2);
    let held = |bucket: &Bucket<'_>| {
        let count = bucket.series.value_at(at_ms, step_ms).filter(|count| *count > 0.0)?;
        Some(Row {
            color: scene.palette.heat(1.0),
            name: format!("≤ {}", answered.panel.unit.format(bucket.bound)),
            text: Unit::default().format(count),
            is_near: false,
        })
    };
    buckets.iter().rev().filter_map(held).collect()
}
