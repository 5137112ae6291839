//! Lines over time.

use std::sync::Arc;

use egui::epaint::{BandPoint, BandShape};
use egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::Answered;
use super::axis::ValueAxis;
use super::cache::{Drawing, Ingredients};
use super::curve::{Points, is_drawable};
use super::legend::series_color;
use super::plot::{Plot, VALUE_AXIS_WIDTH, axis_label};
use super::pointer::pointer_ui;
use super::tooltip::{Row, tooltip_ui};
use crate::view::{MAX_SERIES, NamedSeries};
use crate::window::scene::Scene;
use crate::window::theme::STEP;
use crate::window::time::TimeSpan;
use crate::window::widgets::grouped;

/// The width of a line, in points.
const LINE_WIDTH: f32 = 1.5;
/// Of more lines than this, a single one is thinner.
const MANY_LINES: usize = 60;
/// What the colour of a line leaves below it, or between it and the next quantile.
const VEIL: f32 = 0.13;

/// Draws the series as lines; where a value is missing, the line is interrupted.
pub(super) fn lines_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let plot = Plot::inside(rect, VALUE_AXIS_WIDTH, scene);
    let axis = value_axis(answered);
    plot.value_axis_ui(ui, scene, &axis, &answered.panel.unit);
    plot.time_axis_ui(ui, scene);
    let left_out = curves_ui(ui, scene, &plot, axis, name, answered);
    plot.crosshair_ui(ui, scene);
    dots_ui(ui, scene, &plot, &axis, answered);
    if left_out > 0 && plot.has_axes {
        let text = format!("{} values cannot be drawn (NaN, infinite)", grouped(left_out));
        let label = || axis_label(scene, &text, plot.area.width());
        let size = vec2(label().width(ui) + 2.0 * STEP, 4.0 * STEP);
        let ground = Align2::RIGHT_TOP.anchor_size(plot.area.right_top(), size);
        ui.painter().rect_filled(ground, 3.0, scene.palette.card.gamma_multiply(0.85));
        label().paint(ui, ground.center(), Align2::CENTER_CENTER);
    }
    if let Some(pointer) = pointer_ui(ui, scene, plot.area, name) {
        tooltip_ui(ui, scene, rect, &rows(scene, &plot, &axis, answered, pointer));
    }
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

/// Draws the lines; returns how many values cannot be drawn.
fn curves_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    plot: &Plot,
    axis: ValueAxis,
    name: &str,
    answered: &Answered<'_>,
) -> usize {
    let color = |series: &NamedSeries<'_>| series_color(&scene.palette, answered, series);
    let ingredients = Ingredients {
        result: Arc::clone(answered.result),
        size: plot.area.size(),
        span: plot.span,
        axis,
        lines: answered.series.iter().map(|series| (series.query.0, series.number, color(series))).collect(),
        pixels_per_point: ui.ctx().pixels_per_point(),
    };
    let id = ui.scope_id().with((name, "lines"));
    let drawing = scene.meshes.mesh(ui, id, plot.area.min, ingredients, |made_of| {
        let area = Rect::from_min_size(pos2(0.0, 0.0), made_of.size);
        draw(&Plot { area, ..*plot }, made_of, answered)
    });
    // A hair's breadth more, so that a line at the very top or bottom is not halved.
    let painter = ui.painter().with_clip_rect(plot.area.expand(1.0).intersect(ui.clip_rect()));
    painter.extend(drawing.shapes);
    drawing.left_out
}

fn draw(plot: &Plot, made_of: &Ingredients, answered: &Answered<'_>) -> Drawing {
    let mut left_out = 0;
    let mut curves: Vec<Vec<Vec<Pos2>>> = Vec::with_capacity(answered.series.len());
    for series in &answered.series {
        let TimeSpan { start_ms, end_ms } = plot.span;
        let all = Points { times_ms: &series.series.timestamps_ms, values: &series.series.values };
        let shown = all.within(start_ms, end_ms);
        left_out += shown.values.iter().filter(|value| !is_drawable(**value)).count();
        curves.push(curve(plot, &made_of.axis, shown.runs(answered.result.step_ms)));
    }
    let colors = || made_of.lines.iter().map(|(.., color)| *color);
    let mut shapes = veils(plot, &made_of.axis, answered, &curves, &Vec::from_iter(colors()));
    let width = if curves.len() > MANY_LINES { 1.0 } else { LINE_WIDTH };
    for ((runs, color), series) in curves.iter().zip(colors()).zip(&answered.series) {
        let color = if is_faint(answered, series) { color.gamma_multiply(0.5) } else { color };
        for run in runs {
            shapes.push(match run.as_slice() {
                [point] => Shape::circle_filled(*point, 2.0, color),
                _ => Shape::line(run.clone(), Stroke::new(width, color)),
            });
        }
    }
    Drawing { shapes, left_out }
}

/// The places of the points, run by run.
fn curve(plot: &Plot, axis: &ValueAxis, runs: Vec<Points<'_>>) -> Vec<Vec<Pos2>> {
    #[expect(clippy::cast_possible_truncation, reason = "the width of a chart in points")]
    let pixel_ms = (plot.span.length_ms() / (plot.area.width() as i64).max(1)).max(1);
    let place = |(time_ms, value)| pos2(plot.x(time_ms), plot.y(axis, value));
    // Columns begin at absolute times: what shares one now still does when the chart has moved on.
    let thinned = |run: Points<'_>| run.thinned(|time_ms| time_ms.div_euclid(pixel_ms));
    runs.into_iter().map(|run| thinned(run).into_iter().map(place).collect()).collect()
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
        && answered.panel.queries.iter().all(|query| query.legend.starts_with('p'));
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
    let is_quantile = series.query.1.legend.starts_with('p');
    is_crowd && is_quantile && series.query.0 != 1
}

/// Marks the values under the crosshair.
fn dots_ui(ui: &Ui, scene: &Scene<'_>, plot: &Plot, axis: &ValueAxis, answered: &Answered<'_>) {
    let Some(cursor_ms) = scene.cursor_ms.filter(|_| answered.series.len() <= MAX_SERIES) else { return };
    for series in &answered.series {
        let Some((time_ms, value)) = series.point_at(cursor_ms, answered.result.step_ms.max(1)) else {
            continue;
        };
        let place = pos2(plot.x(time_ms), plot.y(axis, value));
        if is_drawable(value) && plot.area.expand(1.0).contains(place) {
            let color = series_color(&scene.palette, answered, series);
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
        color: series_color(&scene.palette, answered, series),
        name: series.name(),
        text: answered.panel.unit.format(*value),
        is_near: near == Some(at),
    };
    values.iter().enumerate().map(row).collect()
}
