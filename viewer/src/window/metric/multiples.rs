//! The values of a label side by side: the same chart for each, on the same axis.

use std::sync::Arc;

use egui::{Align, Align2, Layout, Rect, RichText, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};
use p95_core::overview::{Card, CardLabel, LabelFilter, Lens, Opened, Panel};
use p95_engine::PanelResult;

use super::lens::whole_text;
use super::{MetricAction, MetricState, panel_name};
use crate::output::escape::escape;
use crate::view::{panel_query, panel_result};
use crate::window::actions::Action;
use crate::window::chart::{Answered, chart_ui, message_ui};
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, GAP, RADIUS, SMALL, STEP, VALUE};
use crate::window::widgets::{Line, small_button};

/// The most values that have a chart.
const MAX_VALUES: usize = 12;
const HEIGHT: f32 = 48.0 * STEP;
const HEAD: f32 = 5.0 * STEP;
/// A chart is at least so wide.
const MIN_WIDTH: f32 = 300.0;

/// The chart of one value.
struct Single<'a> {
    value: &'a str,
    panel: Panel,
    result: Option<&'a Arc<PanelResult>>,
}

/// Draws a chart for each value of the label that was chosen for it, where one was.
pub(super) fn multiples_ui(ui: &mut Ui, scene: &Scene<'_>, state: &MetricState, opened: &Opened) {
    let chosen = opened.labels.iter().find(|label| state.split.as_ref() == Some(&label.name));
    let Some(label) = chosen else { return };
    head_ui(ui, scene, label);
    let mut singles: Vec<Single<'_>> = label
        .values
        .iter()
        .take(MAX_VALUES)
        .map(|value| single(scene, state, &opened.card, label, value))
        .collect();
    let axis = common_axis(&singles);
    singles.iter_mut().for_each(|single| single.panel.axis = single.panel.axis.or(axis));

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
    let columns = ((ui.available_width() + GAP) / (MIN_WIDTH + GAP)).floor().max(1.0) as usize;
    for row in singles.chunks(columns) {
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
        #[expect(clippy::cast_precision_loss, reason = "a few columns")]
        let columns = columns as f32;
        let width = ((area.width() - GAP * (columns - 1.0)) / columns).floor();
        let mut left = area.left();
        for single in row {
            let rect = Rect::from_min_size(pos2(left, area.top()), vec2(width, HEIGHT));
            if ui.is_rect_visible(rect) {
                single_ui(ui, scene, rect, label, single);
            }
            left += width + GAP;
        }
    }
}

fn head_ui(ui: &mut Ui, scene: &Scene<'_>, label: &CardLabel) {
    ui.horizontal(|ui| {
        let title = format!("{} side by side", escape(&label.name));
        ui.label(RichText::new(title).size(VALUE - 2.0).color(scene.palette.text));
        let has_more = label.has_more || label.values.len() > MAX_VALUES;
        if has_more {
            let more = if label.has_more { "more than " } else { "" };
            let text = format!("showing {MAX_VALUES} of {more}{}", label.values.len());
            ui.label(RichText::new(text).size(SMALL + 1.0).color(scene.palette.warn));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.add(small_button("Close side by side")).clicked() {
                scene.act(Action::Metric(MetricAction::SplitBy(None)));
            }
        });
    });
}

/// The panel that is shown at full size, of one value alone.
fn single<'a>(
    scene: &Scene<'a>,
    state: &MetricState,
    card: &Card,
    label: &CardLabel,
    value: &'a str,
) -> Single<'a> {
    let filter = LabelFilter { name: label.name.clone(), value: value.to_owned(), is_not: false };
    // One line for each: what stands side by side is compared by place and shape, not by colour.
    let lens = Lens { filters: vec![filter], group_by: Some(Vec::new()) };
    let alone = Card { face: state.panel(card).clone(), details: Vec::new(), ..card.clone() };
    let panel = alone.through(&lens).face;
    let name = panel_name("only", &panel);
    if let Some(query) = panel_query(name.clone(), &panel, scene.span.length_ms()) {
        scene.ask(query);
    }
    Single { value, panel, result: panel_result(scene.snapshot, &name) }
}

/// The ends of an axis that all of them fit on; `None` while there is nothing to be drawn.
fn common_axis(singles: &[Single<'_>]) -> Option<[f64; 2]> {
    let answers = || {
        singles.iter().filter_map(|single| single.result).flat_map(|result| result.answers.iter().flatten())
    };
    let stats = || answers().flat_map(|answer| &answer.series).filter_map(|series| series.stats.as_ref());
    let finite = |value: &f64| value.is_finite();
    let high = stats().map(|stats| stats.max).filter(finite).reduce(f64::max)?;
    let low = stats().map(|stats| stats.min).filter(finite).reduce(f64::min)?;
    (high > low.min(0.0)).then_some([low.min(0.0), high])
}

fn single_ui(ui: &mut Ui, scene: &Scene<'_>, rect: Rect, label: &CardLabel, single: &Single<'_>) {
    let palette = scene.palette;
    ui.painter().rect(rect, RADIUS, palette.card, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    let inner = rect.shrink(GAP);
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(inner).id_salt(("only", &label.name, single.value)));
    let text = whole_text(single.value);
    let title = Line { text: &text, font: theme::font(BODY), color: palette.text, max_width: inner.width() };
    title.paint(&child, inner.left_top() + vec2(0.0, HEAD / 2.0), Align2::LEFT_CENTER);
    let chart = inner.with_min_y(inner.top() + HEAD + STEP);
    match single.result {
        Some(result) => {
            let answered = Answered::new(&single.panel, result);
            chart_ui(
                &mut child,
                scene,
                chart,
                &format!("{} of {text}", escape(&single.panel.title)),
                &answered,
            );
        }
        None => message_ui(&child, scene, chart, "waiting for the first answer"),
    }
}
