//! One line for each card.

use p95_core::model::labels::{INSTANCE, JOB, METRIC_NAME};
use p95_core::overview::{Card, Chart, format_age};
use p95_engine::{PanelResult, Snapshot};
use ratatui::style::{Color, Style, Stylize as _};
use ratatui::text::{Line, Span};

use super::SPACE;
use super::entries::{Entry, entries_spans, named_spans};
use super::sparkline::sparkline;
use super::text::{fitted, shortened};
use crate::order::order;
use crate::output::escape::escape;
use crate::view::{NamedSeries, named_series, panel_result, query_failure, shown_of};

/// Colours that tell the series of a card apart; the first is that of the sparkline.
const SERIES: [Color; 6] =
    [Color::Cyan, Color::Magenta, Color::Yellow, Color::Blue, Color::Green, Color::LightMagenta];

/// The widths of the columns, in cells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Columns {
    /// The title.
    pub(super) title: usize,
    /// The sparkline: a block for each step.
    pub(super) sparkline: usize,
    /// The newest values.
    pub(super) values: usize,
}

impl Columns {
    /// The most steps that a sparkline shows.
    pub(super) const MAX_STEPS: usize = 24;

    /// Columns for a screen `max_width` wide, whose longest title is `title_width`.
    pub(super) fn new(max_width: usize, title_width: usize) -> Self {
        let title = title_width.min(max_width * 2 / 5);
        let sparkline = (max_width / 5).min(Self::MAX_STEPS);
        let values = max_width.saturating_sub(title + sparkline + 3 * SPACE.len());
        Self { title, sparkline, values }
    }
}

/// The title of a card, its first series over time, and the newest values of as many series as there is room for.
pub(super) fn card_line(snapshot: &Snapshot, card: &Card, columns: Columns) -> Line<'static> {
    let result = panel_result(snapshot, &card.id);
    let mut series = result.map(|result| named_series(&card.face, result)).unwrap_or_default();
    result.into_iter().for_each(|result| order(&mut series, &card.face, result));
    let blocks = match (result, series.first(), card.face.chart) {
        (Some(result), Some(first), Chart::Lines | Chart::Status) => {
            sparkline(steps(result, first, columns.sparkline), card.face.axis)
        }
        _ => String::new(),
    };
    let color = series.first().map_or(Color::Reset, series_color);
    let mut spans = vec![
        Span::from(format!("{SPACE}{}", fitted(&escape(&card.title), columns.title))),
        Span::from(format!("{SPACE}{}{SPACE}", fitted(&blocks, columns.sparkline))).fg(color),
    ];
    spans.extend(match result {
        None => vec![remark(card.note.as_deref().unwrap_or("…"), columns.values).dim()],
        Some(result) => answer_spans(card, result, &series, columns.values),
    });
    Line::from(spans)
}

/// The values of a series at the last `count` steps, the newest last.
fn steps<'a>(
    result: &'a PanelResult,
    series: &'a NamedSeries<'a>,
    count: usize,
) -> impl Iterator<Item = Option<f64>> + Clone + 'a {
    let step_ms = result.step_ms.max(1);
    let steps_back = (0..i64::try_from(count).unwrap_or_default()).rev();
    steps_back.map(move |back| series.value_at(result.end_ms - back * step_ms, step_ms / 2))
}

fn answer_spans(
    card: &Card,
    result: &PanelResult,
    series: &[NamedSeries<'_>],
    max_width: usize,
) -> Vec<Span<'static>> {
    if let Some(failure) = query_failure(result) {
        return vec![remark(&failure.message, max_width).red()];
    }
    let total = shown_of(result).map_or(series.len(), |(_, total)| total);
    let mut spans = match (series, card.face.chart) {
        ([], _) => vec![remark("no series in this window of time", max_width).dim()],
        (_, Chart::Heatmap) => vec![remark("a heatmap, in the window", max_width).dim()],
        (_, Chart::Table) => entries_spans(series.iter().map(labels_entry).collect(), total, max_width),
        (_, Chart::Status) => entries_spans(series.iter().map(status_entry).collect(), total, max_width),
        (_, Chart::Lines | Chart::Age) => {
            let entries = series.iter().map(|series| value_entry(card, result, series)).collect();
            named_spans(&card.title, entries, total, max_width)
        }
    };
    if let Some(note) = &card.note {
        let used: usize = spans.iter().map(Span::width).sum();
        let room = max_width.saturating_sub(used + SPACE.len());
        spans.push(Span::from(format!("{SPACE}{}", shortened(&escape(note), room))).dim());
    }
    spans
}

fn remark(text: &str, max_width: usize) -> Span<'static> {
    Span::from(shortened(&escape(text), max_width))
}

fn value_entry(card: &Card, result: &PanelResult, series: &NamedSeries<'_>) -> Entry {
    // A series that has ended has no value now.
    let value = series.value_at(result.end_ms, result.step_ms.max(1));
    let is_bad = card.error_like && value.is_some_and(|value| value > 0.0);
    Entry {
        name: series.name(),
        name_style: Style::new().fg(series_color(series)),
        value: match value {
            None => "–".to_owned(),
            Some(value) if value.is_nan() && card.face.nan.is_some() => "–".to_owned(),
            Some(value) if card.face.chart == Chart::Age => format_age(value),
            Some(value) => card.face.unit.format(value),
        },
        value_style: if is_bad { Style::new().bold().fg(Color::Red) } else { Style::new().bold() },
    }
}

/// A state, with a full dot where it holds.
fn status_entry(series: &NamedSeries<'_>) -> Entry {
    let is_on = series.last().is_some_and(|value| value != 0.0);
    Entry {
        name: if is_on { "●" } else { "○" }.to_owned(),
        name_style: if is_on { Style::new().fg(Color::Green) } else { Style::new().dim() },
        value: series.name(),
        value_style: if is_on { Style::new().bold() } else { Style::new().dim() },
    }
}

/// The labels that say something of what the target is, not where.
fn labels_entry(series: &NamedSeries<'_>) -> Entry {
    let labels = series.series.labels.iter().filter(|(name, _)| ![METRIC_NAME, INSTANCE, JOB].contains(name));
    let labels: Vec<String> =
        labels.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    Entry {
        name: String::new(),
        name_style: Style::new(),
        value: labels.join(" "),
        value_style: Style::new(),
    }
}

fn series_color(series: &NamedSeries<'_>) -> Color {
    SERIES.iter().cycle().nth(series.number % SERIES.len()).copied().unwrap_or_default()
}
