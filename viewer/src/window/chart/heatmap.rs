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
use crate::window::pen::Pen;
use crate::window::scene::Scene;
use crate::window::theme::STEP;

/// The height of the row that says what the colours mean, and the width of its colours.
const SCALE_HEIGHT: f32 = 6.0 * STEP;
const SCALE_WIDTH: f32 = 30.0 * STEP;
/// Labels of rows stand at least so far apart.
const LABEL_HEIGHT: f32 = 4.0 * STEP;

/// Draws the buckets as one mesh: the brighter a cell, the more observations it holds. A cell covers the time up to its step.
pub(super) fn heatmap_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let buckets: Vec<Bucket<'_>> = answered.series.iter().filter_map(Bucket::of).collect();
    let peak = peak(&buckets);
    let plot = Plot::inside(scale_ui(ui, scene, rect, answered, peak), VALUE_AXIS_WIDTH, scene);
    #[expect(clippy::cast_precision_loss, reason = "a small number of buckets")]
    let row_height = plot.area.height() / buckets.len().max(1) as f32;
    mesh_ui(ui, scene, &plot, answered.result.step_ms.max(1), row_height, &buckets, peak);
    labels_ui(ui, scene, &plot, answered, row_height, &buckets);
    plot.time_axis_ui(ui, scene);
    plot.crosshair_ui(ui, scene);
    if let Some(pointer) = pointer_ui(ui, scene, plot.area, name) {
        // Rows are counted from the lowest bucket, at the bottom.
        let row = ((plot.area.bottom() - pointer.y) / row_height.max(1.0)).floor();
        tooltip_ui(ui, scene, rect, &rows(scene, answered, &buckets, peak, row));
    }
}

/// The most that a cell holds.
fn peak(buckets: &[Bucket<'_>]) -> f64 {
    let counts = buckets.iter().flat_map(|bucket| bucket.cells()).map(|(_, count)| count);
    counts.filter(|count| count.is_finite()).fold(0.0, f64::max)
}

/// How much of the peak a cell holds, as a share of the colours: the root lifts rare observations out of the ground.
fn share(count: f64, peak: f64) -> f64 {
    (count / peak).min(1.0).sqrt()
}

/// Says what the colours mean, in a row of its own at the top of `rect`; returns what is left of it.
fn scale_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, answered: &Answered<'_>, peak: f64) -> Rect {
    let rest = rect.with_min_y(rect.top() + SCALE_HEIGHT);
    if !Plot::has_room(rest) || peak <= 0.0 {
        return rect;
    }
    let per_second = if answered.panel.unit.per_second { "/s" } else { "" };
    let text = format!("{} observations{per_second}", Unit::default().format(peak));
    let middle = rect.top() + 2.0 * STEP;
    let label = |text: &str, x: f32| {
        axis_label(scene, text, rect.width() / 2.0).paint(ui, pos2(x, middle), Align2::RIGHT_CENTER)
    };
    let right = rect.right() - label(&text, rect.right()) - 2.0 * STEP;
    let bar = Rect::from_min_max(pos2(right - SCALE_WIDTH, middle - STEP), pos2(right, middle + STEP));
    let mut mesh = Mesh::default();
    let pieces = 24_u8;
    let width = bar.width() / f32::from(pieces);
    for piece in 0..pieces {
        let left = bar.left() + width * f32::from(piece);
        // Along the bar counts grow evenly, as the text at its ends says.
        let color = scene.palette.heat(share(f64::from(piece) + 0.5, f64::from(pieces)));
        let cell = Rect::from_min_max(pos2(left, bar.top()), pos2(left + width, bar.bottom()));
        mesh.add_colored_rect(cell, color);
    }
    ui.painter().add(Shape::mesh(mesh));
    label("0", bar.left() - 1.5 * STEP);
    rest
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

    /// The bound in the unit of what was observed, whether or not the cells are rates.
    fn bound_text(&self, answered: &Answered<'_>) -> String {
        Unit::of(answered.panel.unit.base.clone()).format(self.bound)
    }

    fn cells(&self) -> impl Iterator<Item = (i64, f64)> {
        let series = self.series.series;
        series.timestamps_ms.iter().copied().zip(series.values.iter().copied())
    }
}

fn mesh_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    plot: &Plot,
    step_ms: i64,
    row_height: f32,
    buckets: &[Bucket<'_>],
    peak: f64,
) {
    let mut mesh = Mesh::default();
    let mut bottom = plot.area.bottom();
    for bucket in buckets {
        for (time_ms, count) in bucket.cells().filter(|(_, count)| *count > 0.0) {
            let (left, right) = (plot.x(time_ms.saturating_sub(step_ms)), plot.x(time_ms));
            let cell = Rect::from_min_max(pos2(left, bottom - row_height), pos2(right, bottom));
            let cell = cell.intersect(plot.area);
            if cell.is_positive() {
                mesh.add_colored_rect(cell, scene.palette.heat(share(count, peak)));
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
            let text = bucket.bound_text(answered);
            let place = pos2(plot.area.left() - 2.0 * STEP, middle);
            let label = axis_label(scene, &text, VALUE_AXIS_WIDTH - 2.0 * STEP);
            label.paint(ui, place, Align2::RIGHT_CENTER);
            free_below = middle - LABEL_HEIGHT / 2.0;
        }
    }
}

/// What the buckets hold at the crosshair, the highest bound first, without those that are empty; `near` is the number of the
/// one under the pointer.
fn rows(
    scene: &Scene<'_>,
    answered: &Answered<'_>,
    buckets: &[Bucket<'_>],
    peak: f64,
    near: f32,
) -> Vec<Row> {
    let Some(cursor_ms) = scene.cursor_ms else { return Vec::new() };
    let step_ms = answered.result.step_ms.max(1);
    // A cell covers the time before its step.
    let at_ms = cursor_ms.saturating_add(step_ms / 2);
    #[expect(clippy::cast_precision_loss, reason = "a small number of buckets")]
    let held = |(number, bucket): (usize, &Bucket<'_>)| {
        let count = bucket.series.value_at(at_ms, step_ms).filter(|count| *count > 0.0)?;
        Some(Row {
            pen: Pen::solid(scene.palette.heat(share(count, peak))),
            name: format!("≤ {}", bucket.bound_text(answered)),
            text: answered.text(count),
            is_near: number as f32 == near,
        })
    };
    buckets.iter().enumerate().rev().filter_map(held).collect()
}
