//! A panel with its answer.

use std::sync::Arc;

use p95_core::overview::{BaseUnit, Chart, Panel, Unit};
use p95_engine::PanelResult;

use crate::order::order;
use crate::view::{NamedSeries, named_series, shown_of};
use crate::window::theme::Palette;
use crate::window::widgets::grouped;

/// A panel with its answer.
pub(crate) struct Answered<'a> {
    /// What is drawn.
    pub(crate) panel: &'a Panel,
    /// The answer.
    pub(crate) result: &'a Arc<PanelResult>,
    /// Its series; lines that have no order of their own with the highest first.
    pub(crate) series: Vec<NamedSeries<'a>>,
}

impl<'a> Answered<'a> {
    /// A panel and its answer.
    pub(crate) fn new(panel: &'a Panel, result: &'a Arc<PanelResult>) -> Self {
        let mut series = named_series(panel, result);
        number(&mut series);
        order(&mut series, panel, result);
        Self { panel, result, series }
    }

    /// A value as text: a dash where it is NaN and that is no fault.
    pub(crate) fn text(&self, value: f64) -> String {
        let unit = &self.panel.unit;
        if value.is_nan() && self.panel.nan.is_some() {
            "–".to_owned()
        } else if self.panel.chart == Chart::Heatmap {
            // The cells are counts; what was observed is measured in the unit.
            Unit { base: BaseUnit::None, ..*unit }.format(value)
        } else {
            unit.format(value)
        }
    }

    /// What all values are NaN for, where they are and that is no fault: `no requests`.
    pub(crate) fn nothing(&self) -> Option<&'a str> {
        let mut values = self.series.iter().flat_map(|series| &series.series.values);
        self.panel.nan.as_deref().filter(|_| !self.series.is_empty() && values.all(|value| value.is_nan()))
    }
}

/// How much of an answer is there: `20 highest of 341` of lines, `20 of 341` of rows. `None` where all of it is.
pub(crate) fn cut_text(result: &PanelResult) -> Option<String> {
    let (shown, total) = shown_of(result)?;
    // An answer at one time has no step.
    let which = if result.step_ms > 0 { " highest" } else { "" };
    Some(format!("{}{which} of {}", grouped(shown), grouped(total)))
}

/// Numbers the series, and so gives them their looks: by name, and where there are more of them than colours, those that are 0
/// all the time after the others, so that the lines which are seen get the colours that differ most.
fn number(series: &mut [NamedSeries<'_>]) {
    if series.len() <= Palette::COLORS {
        return;
    }
    let is_zero = |series: &NamedSeries<'_>| {
        series.series.stats.is_some_and(|stats| (stats.min, stats.max) == (0.0, 0.0))
    };
    let mut free = 0..;
    for zero in [false, true] {
        for (one, number) in series.iter_mut().filter(|one| is_zero(one) == zero).zip(free.by_ref()) {
            one.number = number;
        }
    }
}

#[cfg(test)]
mod tests {
    use p95_core::model::Labels;
    use p95_core::overview::{CardQuery, Seen, Window, overview};
    use p95_engine::{PanelAnswer, PanelSeries, SeriesStats};

    use super::*;

    /// The order of lines with these values at 10, 11, … 10 + n seconds.
    #[track_caller]
    fn check(lines: &[(&str, &[f64])], expect: &[&str]) {
        let mut seen = Seen::default();
        lines.iter().for_each(|(name, _)| seen.add_series(&labels(name)));
        let overview = overview(&seen, Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
        let panel = &overview.groups[0].cards[0].face;
        let series = |(name, values): &(&str, &[f64])| PanelSeries {
            labels: labels(name),
            timestamps_ms: (10..).take(values.len()).map(|secs| secs * 1_000).collect(),
            values: values.to_vec(),
            stats: None,
        };
        let series = Vec::from_iter(lines.iter().map(series));
        let end_ms = series.iter().filter_map(|series| series.timestamps_ms.last()).max().copied();
        let answer = PanelAnswer { series_total: series.len(), series, warnings: Vec::new() };
        let result = Arc::new(PanelResult {
            id: String::new(),
            start_ms: 10_000,
            end_ms: end_ms.unwrap(),
            step_ms: 1_000,
            answers: vec![Ok(answer)],
        });
        let answered = Answered::new(panel, &result);
        assert_eq!(Vec::from_iter(answered.series.iter().map(NamedSeries::name)), expect);
    }

    fn labels(name: &str) -> Labels {
        Labels::from_pairs([("__name__", "jobs"), ("queue", name)])
    }

    #[test]
    fn the_highest_comes_first_and_stays_there_for_five_seconds() {
        check(&[("a", &[1.0]), ("b", &[3.0]), ("c", &[2.0])], &["b", "c", "a"]);
        check(&[("a", &[2.0, 1.0, 1.0]), ("b", &[1.0, 3.0, 9.0])], &["a", "b"]);
        check(&[("a", &[5.0; 6]), ("b", &[4.0, 4.0, 4.0, 4.0, 4.0, 6.0])], &["b", "a"]);
        check(&[("a", &[0.0]), ("b", &[0.0]), ("c", &[0.0])], &["a", "b", "c"]);
        check(&[("a", &[f64::NAN]), ("b", &[-1.0]), ("c", &[f64::INFINITY])], &["c", "b", "a"]);
        // The first one has ended.
        check(&[("a", &[9.0]), ("b", &[1.0, 1.0, 1.0])], &["b", "a"]);
    }

    #[test]
    fn of_more_lines_than_colours_those_that_are_seen_come_first() {
        #[track_caller]
        fn check(values: &[f64], expect: &[usize]) {
            let query = CardQuery { expr: String::new(), legend: String::new(), legend_labels: Vec::new() };
            let stats = |value| Some(SeriesStats { min: value, max: value, mean: value, change: None });
            let series = |value: &f64| PanelSeries { stats: stats(*value), ..PanelSeries::default() };
            let series = Vec::from_iter(values.iter().map(series));
            let named = series.iter().enumerate();
            let mut named = Vec::from_iter(named.map(|(number, series)| NamedSeries {
                query: (0, &query),
                number,
                series,
            }));
            number(&mut named);
            assert_eq!(Vec::from_iter(named.iter().map(|series| series.number)), expect);
        }
        check(&[0.0, 3.0], &[0, 1]);
        check(&[0.0, 3.0, 0.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0], &[7, 0, 8, 1, 2, 3, 4, 5, 6]);
    }
}
