//! Lines over time.

use std::sync::Arc;

use egui::epaint::{BandPoint, BandShape};
use egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, Ui, pos2};

use super::axis::ValueAxis;
use super::cache::Ingredients;
use super::curve::{Points, is_drawable};
use super::legend::series_pen;
use super::plot::{Plot, VALUE_AXIS_WIDTH, axis_label};
use super::pointer::pointer_ui;
use super::tooltip::{Row, tooltip_ui};
use super::{Answered, message_ui};
use crate::order::is_quantile;
use crate::view::NamedSeries;
use crate::window::pen::Pen;
use crate::window::scene::Scene;
use crate::window::theme::STEP;
use crate::window::time::TimeSpan;
use crate::window::widgets::grouped;

/// The width of a line, in points.
const LINE_WIDTH: f32 = 1.5;
/// Of more lines than this, a single one is thinner and whole: nobody tells so many apart by their dashes, which take long to
/// draw.
const MANY_LINES: usize = 60;
/// The height of the row that says what is not drawn.
const NOTE_HEIGHT: f32 = 5.0 * STEP;
/// What the colour of a line leaves below it, or between it and the next quantile.
const VEIL: f32 = 0.13;

/// Draws the series as lines; where a value is missing, the line is interrupted.
pub(super) fn lines_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let id = ui.scope_id().with((name, "lines"));
    let left_out = scene.meshes.counted(id, answered.result, || undrawable(answered));
    let all: usize = answered.series.iter().map(|series| series.series.values.len()).sum();
    if left_out > 0 && left_out == all {
        return message_ui(ui, scene, rect, "all values are NaN or infinite");
    }
    let below = note_ui(ui, scene, rect, left_out);
    let plot = Plot::inside(below, VALUE_AXIS_WIDTH, scene);
    let axis = value_axis(answered);
    plot.value_axis_ui(ui, scene, &axis, &answered.panel.unit);
    plot.time_axis_ui(ui, scene);
    curves_ui(ui, scene, &plot, axis, id, answered);
    plot.crosshair_ui(ui, scene);
    dots_ui(ui, scene, &plot, &axis, answered);
    if let Some(pointer) = pointer_ui(ui, scene, plot.area, name) {
        tooltip_ui(ui, scene, rect, &rows(scene, &plot, &axis, answered, pointer));
    }
}

/// How many values have no place in a chart, other than those whose NaN is no fault.
fn undrawable(answered: &Answered<'_>) -> usize {
    let has_meaning = |value: f64| value.is_nan() && answered.panel.nan.is_some();
    let is_fault = |value: &f64| !(is_drawable(*value) || has_meaning(*value));
    let values = answered.series.iter().flat_map(|series| &series.series.values);
    values.filter(|value| is_fault(value)).count()
}

/// Says how many values are not drawn, in a row of its own at the top of `rect`; returns what is left of it.
fn note_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect, left_out: usize) -> Rect {
    if left_out == 0 || !Plot::has_room(rect.with_min_y(rect.top() + NOTE_HEIGHT)) {
        return rect;
    }
    let values = if left_out == 1 { "value is" } else { "values are" };
    let text = format!("{} {values} NaN or infinite and not drawn", grouped(left_out));
    let place = pos2(rect.left(), rect.top() + 2.0 * STEP);
    axis_label(scene, &text, rect.width()).paint(ui, place, Align2::LEFT_CENTER);
    rect.with_min_y(rect.top() + NOTE_HEIGHT)
}

/// An axis on which all values that can be drawn have room.
fn value_axis(answered: &Answered<'_>) -> ValueAxis {
    let mut ends = (f64::INFINITY, f64::NEG_INFINITY);
    for series in &answered.series {
        let Some(stats) = series.series.stats else { continue };
        if is_drawable(stats.min) && is_drawable(stats.max) {
            ends = (ends.0.min(stats.min), ends.1.max(stats.max));
        } else {
            let drawn = || series.series.values.iter().copied().filter(|value| is_drawable(*value));
            ends = (drawn().fold(ends.0, f64::min), drawn().fold(ends.1, f64::max));
        }
    }
    ValueAxis::new(ends.0, ends.1, answered.panel.axis, &answered.panel.unit)
}

/// Draws the lines.
fn curves_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    plot: &Plot,
    axis: ValueAxis,
    id: egui::Id,
    answered: &Answered<'_>,
) {
    let pen = |series: &NamedSeries<'_>| series_pen(&scene.palette, answered, series);
    let ingredients = Ingredients {
        result: Arc::clone(answered.result),
        size: plot.area.size(),
        span: plot.span,
        axis,
        lines: answered.series.iter().map(|series| (series.number, pen(series))).collect(),
        pixels_per_point: ui.ctx().pixels_per_point(),
    };
    let shapes = scene.meshes.mesh(ui, id, plot.area.min, ingredients, |made_of| {
        let area = Rect::from_min_size(pos2(0.0, 0.0), made_of.size);
        draw(&Plot { area, ..*plot }, made_of, answered)
    });
    // A hair's breadth more, so that a line at the very top or bottom is not halved.
    let painter = ui.painter().with_clip_rect(plot.area.expand(1.0).intersect(ui.clip_rect()));
    painter.extend(shapes);
}

fn draw(plot: &Plot, made_of: &Ingredients, answered: &Answered<'_>) -> Vec<Shape> {
    let mut curves: Vec<Vec<Vec<Pos2>>> = Vec::with_capacity(answered.series.len());
    for series in &answered.series {
        let TimeSpan { start_ms, end_ms } = plot.span;
        let all = Points { times_ms: &series.series.timestamps_ms, values: &series.series.values };
        let shown = all.within(start_ms, end_ms);
        curves.push(curve(plot, &made_of.axis, shown.runs(answered.result.step_ms)));
    }
    let colors = Vec::from_iter(made_of.lines.iter().map(|(_, pen)| pen.color));
    let mut shapes = veils(plot, &made_of.axis, answered, &curves, &colors);
    let is_many = curves.len() > MANY_LINES;
    let width = if is_many { 1.0 } else { LINE_WIDTH };
    // The highest line is drawn first, so that none of those below is hidden by it.
    for ((runs, (_, pen)), series) in curves.iter().zip(&made_of.lines).zip(&answered.series) {
        let color = if is_faint(answered, series) { pen.color.gamma_multiply(0.5) } else { pen.color };
        let pen = if is_many { Pen::solid(color) } else { Pen { color, ..*pen } };
        shapes.extend(runs.iter().flat_map(|run| pen.draw(run, width)));
    }
    shapes
}

/// The places of the points, run by run.
fn curve(plot: &Plot, axis: &ValueAxis, runs: Vec<Points<'_>>) -> Vec<Vec<Pos2>> {
    #[expect(clippy::cast_possible_truncation, reason = "the width of a chart in points")]
    let pixel_ms = (plot.span.length_ms() / (plot.area.width() as i64).max(1)).max(1);
    let place = |(time_ms, value)| pos2(plot.x(time_ms), plot.y(axis, value));
    runs.into_iter().map(|run| run.thinned(pixel_ms).into_iter().map(place).collect()).collect()
}

/// What lies below a single line, or between a quantile and the next; of many lines each would hide the others.
fn veils(
    plot: &Plot,
    axis: &ValueAxis,
    answered: &Answered<'_>,
    curves: &[Vec<Vec<Pos2>>],
    colors: &[Color32],
) -> Vec<Shape> {
    let ground = plot.y(axis, 0.0);
    if let ([runs], [color]) = (curves, colors) {
        let below = |run: &Vec<Pos2>| {
            let points =
                run.iter().map(|point| BandPoint::new(point.x, point.y.min(ground)..=point.y.max(ground)));
            veil(points.collect(), *color)
        };
        return runs.iter().filter(|run| run.len() > 1).map(below).collect();
    }
    let is_quantiles = answered.panel.queries.len() == curves.len()
        && answered.panel.queries.iter().all(|query| is_quantile(&query.legend));
    if !is_quantiles {
        return Vec::new();
    }
    let pairs = curves.iter().zip(curves.iter().skip(1)).zip(colors.iter().skip(1));
    pairs.flat_map(|((lower, upper), color)| between(lower, upper, *color)).collect()
}

/// Between two lines, where both have the same points.
fn between(lower: &[Vec<Pos2>], upper: &[Vec<Pos2>], color: Color32) -> Vec<Shape> {
    let runs = lower.iter().zip(upper).filter(|(low, high)| low.len() == high.len() && low.len() > 1);
    let band = |(low, high): (&Vec<Pos2>, &Vec<Pos2>)| {
        let points = low.iter().zip(high).map(|(a, b)| BandPoint::new(a.x, a.y.min(b.y)..=a.y.max(b.y)));
        veil(points.collect(), color)
    };
    runs.map(band).collect()
}

fn veil(points: Vec<BandPoint>, color: Color32) -> Shape {
    Shape::Band(BandShape::filled(points, color.gamma_multiply(VEIL)))
}

/// Whether a line steps back: of several quantiles of several series, all but the second one, p95.
fn is_faint(answered: &Answered<'_>, series: &NamedSeries<'_>) -> bool {
    let is_crowd = answered.panel.queries.len() > 1 && answered.series.len() > answered.panel.queries.len();
    is_crowd && is_quantile(&series.query.1.legend) && series.query.0 != 1
}

/// Marks the values under the crosshair.
fn dots_ui(ui: &Ui, scene: &Scene<'_>, plot: &Plot, axis: &ValueAxis, answered: &Answered<'_>) {
    let Some(cursor_ms) = scene.cursor_ms.filter(|_| answered.series.len() <= MANY_LINES) else { return };
    for series in &answered.series {
        let Some((time_ms, value)) = series.point_at(cursor_ms, answered.result.step_ms.max(1)) else {
            continue;
        };
        let place = pos2(plot.x(time_ms), plot.y(axis, value));
        if is_drawable(value) && plot.area.expand(1.0).contains(place) {
            let color = series_pen(&scene.palette, answered, series).color;
            ui.painter().circle(place, 0.75 * STEP, color, Stroke::new(1.5, scene.palette.card));
        }
    }
}

/// The values at the crosshair, the highest first.
fn rows(
    scene: &Scene<'_>,
    plot: &Plot,
    axis: &ValueAxis,
    answered: &Answered<'_>,
    pointer: Pos2,
) -> Vec<Row> {
    let Some(cursor_ms) = scene.cursor_ms else { return Vec::new() };
    let step_ms = answered.result.step_ms.max(1);
    let at_cursor = answered.series.iter().map(|series| Some((series, series.value_at(cursor_ms, step_ms)?)));
    let mut values: Vec<(&NamedSeries<'_>, f64)> = at_cursor.flatten().collect();
    values.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let distance = |value: f64| (plot.y(axis, value) - pointer.y).abs();
    let near =
        values.iter().map(|(_, value)| distance(*value)).enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
    let near = near.filter(|_| values.len() > 1).map(|(at, _)| at);
    let row = |(at, (series, value)): (usize, &(&NamedSeries<'_>, f64))| Row {
        pen: series_pen(&scene.palette, answered, series),
        name: series.name(),
        text: answered.text(*value),
        is_near: near == Some(at),
    };
    values.iter().enumerate().map(row).collect()
}
