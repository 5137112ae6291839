//! Lines over time.

use egui::{Color32, Rect, Sense, Ui, UiBuilder, vec2};
use egui_plot::{AxisHints, Line, LineStyle, Plot, PlotPoint, PlotPoints, PlotUi, Points, VLine};

use super::axis::{ValueAxis, time_label, time_marks};
use super::legend::series_color;
use super::pointer::pointer_ui;
use super::{Answered, as_float, time_range};
use crate::view::NamedSeries;
use crate::window::scene::Scene;
use crate::window::theme;

/// The width of the value axis, the same everywhere so that charts stand in line.
pub(crate) const VALUE_AXIS_WIDTH: f32 = 56.0;

/// Draws the series as lines; where a value is missing, the line is interrupted.
pub(crate) fn lines_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, name: &str, answered: &Answered<'_>) {
    let times = time_range(scene);
    let runs: Vec<(NamedSeries<'_>, Vec<[f64; 2]>)> = answered
        .series
        .iter()
        .flat_map(|series| runs(series, answered.result.step_ms).into_iter().map(move |run| (*series, run)))
        .collect();
    let values = || runs.iter().flat_map(|(_, run)| run.iter().map(|[_, value]| *value));
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let unit = &answered.panel.unit;
    let axis = ValueAxis::new(low, high, answered.panel.axis, unit);

    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt((name, "plot")));
    let plotted = plot(scene, name, answered, axis).width(rect.width()).height(rect.height()).show(
        &mut child,
        |plot: &mut PlotUi<'_>| {
            plot.set_plot_bounds_x(times.clone());
            plot.set_plot_bounds_y(axis.low..=axis.high);
            for (series, run) in runs {
                draw_run(plot, scene, answered, &series, run);
            }
            if let Some(cursor_ms) = scene.cursor_ms {
                plot.vline(VLine::new("cursor", as_float(cursor_ms)).color(scene.palette.weak).width(1.0));
            }
        },
    );
    pointer_ui(ui, scene, *plotted.transform.frame(), name);
}

fn plot<'a>(scene: &'a Scene<'_>, name: &str, answered: &'a Answered<'_>, axis: ValueAxis) -> Plot<'a> {
    let palette = scene.palette;
    let unit = &answered.panel.unit;
    let font = theme::font(theme::SMALL);
    let value_hints = AxisHints::new_y()
        .formatter(move |mark, _| unit.format(mark.value))
        .min_thickness(VALUE_AXIS_WIDTH)
        .label_spacing(4.0..=8.0)
        .tick_label_color(palette.weak)
        .tick_label_font(font.clone());
    let time_hints = AxisHints::new_x()
        .formatter(|mark, _| time_label(mark.value, mark.step_size, scene.zone))
        .label_spacing(8.0..=16.0)
        .tick_label_color(palette.weak)
        .tick_label_font(font);
    Plot::new(("plot", name))
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .sense(Sense::hover())
        .auto_bounds(false)
        .set_margin_fraction(vec2(0.0, 0.0))
        .show_background(false)
        .show_crosshair(false)
        .show_grid([false, true])
        .grid_color(palette.grid)
        .grid_fade(0.0)
        .grid_spacing(1.0..=2.0)
        .label_formatter(|_| None)
        .custom_x_axes(vec![time_hints])
        .custom_y_axes(vec![value_hints])
        .x_grid_spacer(|input| time_marks(input.bounds.0, input.bounds.1, 3.0, scene.zone))
        .y_grid_spacer(move |_| axis.marks())
}

fn draw_run(
    plot: &mut PlotUi<'_>,
    scene: &Scene<'_>,
    answered: &Answered<'_>,
    series: &NamedSeries<'_>,
    run: Vec<[f64; 2]>,
) {
    let color = series_color(&scene.palette, answered, series);
    let name = series.name();
    if run.len() == 1 {
        plot.points(Points::new(name, run).color(color).radius(2.0).allow_hover(false));
        return;
    }
    // A single line carries a veil of its colour; of many, each would hide the others.
    let is_alone = answered.series.len() == 1;
    let mut line = Line::new(name, PlotPoints::from(run)).color(color).width(1.5).allow_hover(false);
    if is_alone {
        line = line.fill(0.0).fill_alpha(0.12);
    }
    if is_faint(answered, series) {
        line = line.style(LineStyle::dashed_loose()).color(faint(color));
    }
    plot.line(line);
}

/// Whether a line steps back: of several quantiles of several series, all but the second one, p95.
fn is_faint(answered: &Answered<'_>, series: &NamedSeries<'_>) -> bool {
    let is_crowd = answered.panel.queries.len() > 1 && answered.series.len() > answered.panel.queries.len();
    is_crowd && series.query.0 != 1
}

fn faint(color: Color32) -> Color32 {
    color.gamma_multiply(0.6)
}

/// The points of a series, cut where a step has no value, or none that can be drawn.
fn runs(series: &NamedSeries<'_>, step_ms: i64) -> Vec<Vec<[f64; 2]>> {
    let mut runs: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut last_ms = None;
    for (time_ms, value) in series.series.timestamps_ms.iter().zip(&series.series.values) {
        if !value.is_finite() {
            last_ms = None;
            continue;
        }
        let continues = last_ms.is_some_and(|last: i64| time_ms - last <= step_ms + step_ms / 2);
        last_ms = Some(*time_ms);
        let point: PlotPoint = [as_float(*time_ms), *value].into();
        match runs.last_mut() {
            Some(run) if continues => run.push([point.x, point.y]),
            _ => runs.push(vec![[point.x, point.y]]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use p95_core::overview::CardQuery;
    use p95_engine::PanelSeries;

    use super::*;

    #[test]
    fn gaps_and_numbers_that_cannot_be_drawn_cut_a_line() {
        #[track_caller]
        fn check(points: &[(i64, f64)], expect: &[usize]) {
            let (timestamps_ms, values) = points.iter().copied().unzip();
            let series = PanelSeries { timestamps_ms, values, ..PanelSeries::default() };
            let query = CardQuery { expr: String::new(), legend: String::new(), legend_labels: Vec::new() };
            let named = NamedSeries { query: (0, &query), number: 0, series: &series };
            let lengths: Vec<usize> = runs(&named, 1_000).iter().map(Vec::len).collect();
            assert_eq!(lengths, expect, "{points:?}");
        }
        check(&[(0, 1.0), (1_000, 2.0), (2_000, 3.0)], &[3]);
        check(&[(0, 1.0), (1_000, 2.0), (4_000, 3.0)], &[2, 1]);
        check(&[(0, 1.0), (1_000, f64::NAN), (2_000, 3.0), (3_000, 4.0)], &[1, 2]);
        check(&[(0, f64::INFINITY), (1_000, 1.0)], &[1]);
        check(&[], &[]);
    }
}
