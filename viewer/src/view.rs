//! What a screen asks the engine: the same questions for the window and the terminal.

use std::sync::Arc;

use p95_core::overview::{Card, CardQuery, Chart, Panel};
use p95_engine::{
    AnswerForm, Command, EngineHandle, PanelAnswer, PanelMode, PanelQuery, PanelResult, PanelSeries,
    QueryFailure, Snapshot,
};

use crate::output::escape::escape;
use crate::output::shorten::shorten;

/// The most buckets of a heatmap.
const MAX_BUCKETS: usize = 200;
/// The most points of a line: about one for each pixel column of a card.
const MAX_POINTS: usize = 300;

/// The most characters of a name or a label's value that are shown.
const MAX_NAME_CHARS: usize = 160;

/// Where a screen's numbers come from, and where its wishes go.
pub(crate) trait Feed {
    /// The last finished snapshot.
    fn snapshot(&self) -> Arc<Snapshot>;
    /// Tells the engine something.
    fn send(&self, command: Command);
}

impl Feed for EngineHandle {
    fn snapshot(&self) -> Arc<Snapshot> {
        Self::snapshot(self)
    }

    fn send(&self, command: Command) {
        Self::send(self, command);
    }
}

/// The name under which a card's panel is asked for: the face is number 0.
pub(crate) fn panel_id(card: &Card, number: usize) -> String {
    if number == 0 { card.id.clone() } else { format!("{}#{number}", card.id) }
}

/// What a panel asks for its last `range_ms`; `None` where it has no query yet.
pub(crate) fn panel_query(id: String, panel: &Panel, range_ms: i64) -> Option<PanelQuery> {
    if panel.queries.is_empty() {
        return None;
    }
    let mode = match panel.chart {
        Chart::Table | Chart::Age => PanelMode::Instant,
        Chart::Lines | Chart::Heatmap | Chart::Status => {
            PanelMode::Range { range_ms, max_points: MAX_POINTS }
        }
    };
    let max_series = if panel.chart == Chart::Heatmap { MAX_BUCKETS } else { panel.max_series };
    let exprs = panel.queries.iter().map(|query| query.expr.clone()).collect();
    let form = if panel.chart == Chart::Heatmap { AnswerForm::Buckets } else { AnswerForm::Series };
    Some(PanelQuery { id, exprs, mode, end_ms: None, max_series, form })
}

/// The result of a panel by its name.
pub(crate) fn panel_result<'a>(snapshot: &'a Snapshot, id: &str) -> Option<&'a Arc<PanelResult>> {
    snapshot.panels.iter().find(|result| result.id == id)
}

/// A series of a panel with all that is needed to draw it.
#[derive(Clone, Copy)]
pub(crate) struct NamedSeries<'a> {
    /// The query that it answers, and that query's number in the panel.
    pub(crate) query: (usize, &'a CardQuery),
    /// Its number among the series of the panel.
    pub(crate) number: usize,
    /// The series.
    pub(crate) series: &'a PanelSeries,
}

impl NamedSeries<'_> {
    /// How it is called, made safe and short enough to show.
    pub(crate) fn name(&self) -> String {
        shown(&self.query.1.series_name(&self.series.labels))
    }

    /// Its newest value.
    pub(crate) fn last(&self) -> Option<f64> {
        self.series.values.last().copied()
    }

    /// The value at the step closest to `time_ms`, where there is one within `step_ms`.
    pub(crate) fn value_at(&self, time_ms: i64, step_ms: i64) -> Option<f64> {
        self.point_at(time_ms, step_ms).map(|(_, value)| value)
    }

    /// The same with its time.
    pub(crate) fn point_at(&self, time_ms: i64, step_ms: i64) -> Option<(i64, f64)> {
        let times = &self.series.timestamps_ms;
        let after = times.partition_point(|time| *time < time_ms);
        let candidates = after.saturating_sub(1)..(after + 1).min(times.len());
        let nearest = candidates.min_by_key(|index| times.get(*index).map(|time| time.abs_diff(time_ms)))?;
        let point = (*times.get(nearest)?, *self.series.values.get(nearest)?);
        (point.0.abs_diff(time_ms) <= step_ms.unsigned_abs()).then_some(point)
    }
}

/// A name or a value from outside, made safe and short enough to show.
pub(crate) fn shown(text: &str) -> String {
    escape(&shorten(text, MAX_NAME_CHARS)).into_owned()
}

/// All series of a panel's answers.
pub(crate) fn named_series<'a>(panel: &'a Panel, result: &'a PanelResult) -> Vec<NamedSeries<'a>> {
    let answered = panel.queries.iter().enumerate().zip(&result.answers);
    answered
        .filter_map(|(query, answer)| Some((query, answer.as_ref().ok()?)))
        .flat_map(|(query, answer)| answer.series.iter().map(move |series| (query, series)))
        .enumerate()
        .map(|(number, (query, series))| NamedSeries { query, number, series })
        .collect()
}

/// How many series of a panel are not shown, beside how many there are.
pub(crate) fn shown_of(result: &PanelResult) -> Option<(usize, usize)> {
    let answers = || result.answers.iter().flatten();
    let shown = answers().map(|answer: &PanelAnswer| answer.series.len()).sum();
    let total = answers().map(|answer| answer.series_total).sum();
    (shown < total).then_some((shown, total))
}

/// The first query of a panel that failed.
pub(crate) fn query_failure(result: &PanelResult) -> Option<&QueryFailure> {
    result.answers.iter().find_map(|answer| answer.as_ref().err())
}

/// Whether a card belongs to what was typed into the filter: all words occur in its title, name or help.
pub(crate) fn matches_filter(card: &Card, filter: &str) -> bool {
    let text = format!("{} {} {}", card.title, card.family, card.help).to_lowercase();
    filter.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_under_the_cursor_is_the_nearest_one() {
        let query = CardQuery { expr: String::new(), legend: String::new(), legend_labels: Vec::new() };
        let series = PanelSeries {
            timestamps_ms: vec![1_000, 2_000, 5_000],
            values: vec![1.0, 2.0, 5.0],
            ..PanelSeries::default()
        };
        let named = NamedSeries { query: (0, &query), number: 0, series: &series };
        #[track_caller]
        fn check(named: &NamedSeries<'_>, time_ms: i64, expect: Option<f64>) {
            assert_eq!(named.value_at(time_ms, 1_000), expect, "{time_ms}");
        }
        check(&named, 1_000, Some(1.0));
        check(&named, 1_600, Some(2.0));
        check(&named, 3_000, Some(2.0));
        check(&named, 3_400, None);
        check(&named, 4_100, Some(5.0));
        check(&named, 9_000, None);
        check(&named, -9_000, None);
    }
}
