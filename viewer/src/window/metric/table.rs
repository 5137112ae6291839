//! A row for each series of a metric, with what is known of it now.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{Align2, CursorIcon, Rect, Role, ScrollArea, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};
use p95_core::model::Labels;
use p95_core::model::labels::BUCKET;
use p95_core::overview::{LabelFilter, Opened};
use p95_engine::{AnswerForm, PanelMode, PanelQuery, PanelResult};

use super::face::{answer, card_frame};
use super::lens::{value_text, whole_text};
use super::state::Sort;
use super::{MetricAction, MetricState};
use crate::output::escape::escape;
use crate::view::{query_failure, shown_of};
use crate::window::actions::Action;
use crate::window::scene::Scene;
use crate::window::theme::{self, BODY, SMALL, STEP};
use crate::window::widgets::{Line, grouped, heading_ui};

/// The most series that are listed.
const MAX_SERIES: usize = 1_000;
const ROW: f32 = 6.0 * STEP;
/// The rows that are seen at once.
const SHOWN_ROWS: f32 = 12.0;
/// The width of a column of figures.
const FIGURE: f32 = 104.0;

/// The rows of the table, sorted.
#[derive(Debug)]
pub(super) struct Rows {
    /// The labels that differ.
    labels: Vec<String>,
    rows: Vec<Row>,
    /// What they were sorted by.
    sort: Sort,
}

#[derive(Debug, PartialEq)]
struct Row {
    labels: Labels,
    values: Vec<Option<f64>>,
}

/// Draws the table. Its queries run while it is on screen.
pub(super) fn table_ui(ui: &mut Ui, scene: &Scene<'_>, state: &mut MetricState, opened: &Opened) {
    let exprs: Vec<String> = opened.columns.iter().map(|column| column.expr.clone()).collect();
    if exprs.is_empty() {
        return;
    }
    let name = format!("metric table: {}", exprs.join("; "));
    let known = state.rows.as_ref().map_or(0, |(_, rows)| rows.rows.len());
    heading_ui(ui, scene, "Values", known);
    let top = ui.next_widget_position().y;
    if top < ui.clip_rect().bottom() + 200.0 {
        let mode = PanelMode::Instant;
        let form = AnswerForm::Series;
        scene.ask(PanelQuery { id: name.clone(), exprs, mode, end_ms: None, max_series: MAX_SERIES, form });
    }
    if let Some(result) = answer(scene.snapshot, &name) {
        let is_new = state.rows.as_ref().is_none_or(|(old, _)| !Arc::ptr_eq(old, &result));
        if is_new {
            let rows = Rows::new(&result, state.sort);
            state.rows = Some((result, rows));
        }
    }
    let sort = state.sort;
    let Some((result, rows)) = &mut state.rows else { return };
    if let Some(sort) = sort.filter(|sort| rows.sort != *sort) {
        rows.sort_by(sort);
    }
    card_frame(scene).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 0.0;
        if let Some(failure) = query_failure(result) {
            ui.label(escape(&failure.message));
        }
        if let Some((shown, total)) = shown_of(result) {
            ui.colored_label(
                scene.palette.warn,
                format!("showing {} of {} values", grouped(shown), grouped(total)),
            );
        }
        rows_ui(ui, scene, rows, opened);
    });
}

fn rows_ui(ui: &mut Ui, scene: &Scene<'_>, rows: &Rows, opened: &Opened) {
    let columns = Columns::new(ui.available_width(), rows.labels.len(), opened.columns.len());
    let titles =
        rows.labels.iter().map(String::as_str).chain(opened.columns.iter().map(|one| one.title.as_str()));
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    for (number, title) in titles.enumerate() {
        title_ui(ui, scene, columns.place(head, number), rows, number, title);
    }
    let height = ROW * SHOWN_ROWS;
    let area = ScrollArea::vertical().id_salt("values").max_height(height).auto_shrink([false, true]);
    #[expect(clippy::cast_precision_loss, reason = "a thousand rows at most")]
    let area = area.min_scrolled_height(height.min(rows.rows.len() as f32 * ROW));
    area.show_rows(ui, ROW, rows.rows.len(), |ui, range| {
        for row in rows.rows.iter().skip(range.start).take(range.len()) {
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            for (number, label) in rows.labels.iter().enumerate() {
                label_ui(ui, scene, columns.place(rect, number), label, &row.labels);
            }
            for ((number, column), value) in opened.columns.iter().enumerate().zip(&row.values) {
                let text = value.map_or_else(|| "–".to_owned(), |value| column.unit.format(value));
                let cell = columns.place(rect, rows.labels.len() + number);
                let color = if value.is_some() { scene.palette.text } else { scene.palette.weak };
                let line = Line {
                    text: &text,
                    font: theme::font(BODY),
                    color,
                    max_width: cell.width() - 2.0 * STEP,
                };
                line.paint(ui, cell.right_center() - vec2(STEP, 0.0), Align2::RIGHT_CENTER);
            }
        }
    });
}

/// The title of a column, which sorts by it.
fn title_ui(ui: &Ui, scene: &Scene<'_>, cell: Rect, rows: &Rows, number: usize, title: &str) {
    let is_sorted = rows.sort.column == number;
    let response = ui.interact(cell, ui.scope_id().with(("sort", number)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, format!("sort by {title}")));
    let is_lit = is_sorted || response.hovered() || response.has_focus();
    let color = if is_lit { scene.palette.text } else { scene.palette.weak };
    let text = escape(title);
    let line =
        Line { text: &text, font: theme::font(SMALL + 1.0), color, max_width: cell.width() - 6.0 * STEP };
    let mark_x = if number < rows.labels.len() {
        let width = line.paint(ui, cell.left_center() + vec2(STEP, 0.0), Align2::LEFT_CENTER);
        cell.left() + 3.0 * STEP + width
    } else {
        let width = line.paint(ui, cell.right_center() - vec2(STEP, 0.0), Align2::RIGHT_CENTER);
        cell.right() - 3.0 * STEP - width
    };
    if is_sorted {
        let down = if rows.sort.descending { 1.0 } else { -1.0 };
        let corners = [vec2(-3.5, -1.5 * down), vec2(3.5, -1.5 * down), vec2(0.0, 2.5 * down)];
        let points = corners.iter().map(|corner| pos2(mark_x, cell.center().y) + *corner).collect();
        ui.painter().add(Shape::convex_polygon(points, color, Stroke::NONE));
    }
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        let descending = !is_sorted || !rows.sort.descending;
        scene.act(Action::Metric(MetricAction::SortBy(Sort { column: number, descending })));
    }
}

/// The value of a label, which filters by it.
fn label_ui(ui: &Ui, scene: &Scene<'_>, cell: Rect, name: &str, labels: &Labels) {
    let value = labels.get(name).unwrap_or_default();
    let text = value_text(value);
    let response = ui.interact(cell, ui.scope_id().with((name, labels)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("only {name} {text}")));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(cell.shrink(1.0), 4.0, scene.palette.well);
    }
    let color = if value.is_empty() { scene.palette.weak } else { scene.palette.text };
    let whole = whole_text(value);
    let line = Line { text: &whole, font: theme::font(BODY), color, max_width: cell.width() - 2.0 * STEP };
    line.paint(ui, cell.left_center() + vec2(STEP, 0.0), Align2::LEFT_CENTER);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        let filter = LabelFilter { name: name.to_owned(), value: value.to_owned(), is_not: false };
        scene.act(Action::Metric(MetricAction::Filter(filter)));
    }
}

/// Where the columns stand: figures at the right, labels in what is left.
struct Columns {
    labels: usize,
    label_width: f32,
}

impl Columns {
    #[expect(clippy::cast_precision_loss, reason = "a few columns")]
    fn new(width: f32, labels: usize, figures: usize) -> Self {
        let left = (width - figures as f32 * FIGURE).max(0.0);
        Self { labels, label_width: (left / labels.max(1) as f32).max(56.0) }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few columns")]
    fn place(&self, row: Rect, number: usize) -> Rect {
        let is_label = number < self.labels;
        let (left, width) = if is_label {
            (number as f32 * self.label_width, self.label_width)
        } else {
            // Without labels their room stays empty.
            let labels = self.labels.max(1) as f32 * self.label_width;
            (labels + (number - self.labels) as f32 * FIGURE, FIGURE)
        };
        Rect::from_min_size(pos2(row.left() + left, row.top()), vec2(width, row.height()))
    }
}

impl Rows {
    /// The rows of an answer: what belongs to one series stands in one row. Without an order, the highest come first.
    fn new(result: &PanelResult, sort: Option<Sort>) -> Self {
        let mut by_labels: BTreeMap<Labels, Vec<Option<f64>>> = BTreeMap::new();
        for (column, answer) in result.answers.iter().enumerate() {
            for series in answer.iter().flat_map(|answer| &answer.series) {
                let labels = series.labels.without_metric_name().filter(|name| name != BUCKET);
                let values = by_labels.entry(labels).or_insert_with(|| vec![None; result.answers.len()]);
                if let Some(value) = values.get_mut(column) {
                    *value = series.values.last().copied();
                }
            }
        }
        let labels = differing(by_labels.keys());
        let rows = by_labels.into_iter().map(|(labels, values)| Row { labels, values }).collect();
        let sort = sort.unwrap_or(Sort { column: labels.len(), descending: true });
        let mut rows = Self { labels, rows, sort };
        rows.sort_by(sort);
        rows
    }

    fn sort_by(&mut self, sort: Sort) {
        self.sort = sort;
        let label = self.labels.get(sort.column).cloned();
        let figure = sort.column.checked_sub(self.labels.len());
        self.rows.sort_by(|a, b| {
            let order = match (&label, figure) {
                (Some(label), _) => a.labels.get(label).cmp(&b.labels.get(label)),
                (None, Some(figure)) => {
                    let value = |row: &Row| row.values.get(figure).copied().flatten();
                    return compared(value(a), value(b), sort.descending);
                }
                (None, None) => a.labels.cmp(&b.labels),
            };
            if sort.descending { order.reverse() } else { order }
        });
    }
}

/// Rows without a number come last, whichever way the others go.
fn compared(a: Option<f64>, b: Option<f64>, descending: bool) -> Ordering {
    let number = |value: Option<f64>| value.filter(|value| !value.is_nan());
    match (number(a), number(b)) {
        (Some(a), Some(b)) if descending => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// The labels that are not the same on all series.
fn differing<'a>(series: impl Iterator<Item = &'a Labels> + Clone) -> Vec<String> {
    let names: BTreeSet<&str> =
        series.clone().flat_map(|labels| labels.iter().map(|(name, _)| name)).collect();
    let differs = |name: &&str| {
        let mut values = series.clone().map(|labels| labels.get(name));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    names.into_iter().filter(differs).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use p95_engine::{PanelAnswer, PanelSeries};

    use super::*;

    fn answer_of(series: &[(&[(&str, &str)], f64)]) -> PanelAnswer {
        let series = series.iter().map(|(labels, value)| PanelSeries {
            labels: Labels::from_pairs(labels.iter().copied()),
            timestamps_ms: vec![0],
            values: vec![*value],
            stats: None,
        });
        PanelAnswer { series: series.collect(), series_total: 0, warnings: Vec::new() }
    }

    #[test]
    fn what_belongs_to_a_series_stands_in_its_row() {
        let total = answer_of(&[
            (&[("__name__", "x"), ("job", "j"), ("route", "/a")], 5.0),
            (&[("__name__", "x"), ("job", "j"), ("route", "/b")], 9.0),
        ]);
        let rate = answer_of(&[(&[("job", "j"), ("route", "/b")], 0.5)]);
        let answers = vec![Ok(total), Ok(rate)];
        let result = PanelResult { id: String::new(), start_ms: 0, end_ms: 0, step_ms: 0, answers };
        let shown = |column, descending| {
            let rows = Rows::new(&result, Some(Sort { column, descending }));
            assert_eq!(rows.labels, ["route"]);
            let row = |row: &Row| (row.labels.get("route").unwrap().to_owned(), row.values.clone());
            rows.rows.iter().map(row).collect::<Vec<_>>()
        };
        let (a, b) =
            (("/a".to_owned(), vec![Some(5.0), None]), ("/b".to_owned(), vec![Some(9.0), Some(0.5)]));
        assert_eq!(shown(0, false), [a.clone(), b.clone()]);
        assert_eq!(shown(1, true), [b.clone(), a.clone()]);
        assert_eq!(Rows::new(&result, None).sort, Sort { column: 1, descending: true });
        // What has no value comes last, either way.
        assert_eq!(shown(2, false), [b.clone(), a.clone()]);
        assert_eq!(shown(2, true), [b, a]);
    }

    #[test]
    fn every_column_lies_within_the_table() {
        #[track_caller]
        fn check(labels: usize, figures: usize) {
            let row = Rect::from_min_size(pos2(20.0, 0.0), vec2(1_200.0, ROW));
            let columns = Columns::new(row.width(), labels, figures);
            let places = Vec::from_iter((0..labels + figures).map(|number| columns.place(row, number)));
            assert!(places.iter().all(|place| row.expand(0.1).contains_rect(*place)), "{places:?}");
            assert!(places.windows(2).all(|pair| pair[0].right() <= pair[1].left() + 0.1), "{places:?}");
            assert!(places.last().is_some_and(|last| (last.right() - row.right()).abs() < 0.1));
        }
        check(0, 1);
        check(0, 4);
        check(3, 2);
    }
}
