//! The answers that the panels on screen need.

use std::collections::{HashMap, HashSet};

use futures_util::future::join_all;
use p95_core::model::{FloatSample, HistogramSample, Labels, Samples};
use p95_core::promql::ast::{Expr, ExprKind};
use p95_core::promql::eval::{Evaluated, QueryValue};
use p95_core::promql::{ParseOptions, parse};

use crate::panel::{AnswerForm, PanelAnswer, PanelMode, PanelQuery, PanelResult, PanelSeries};
use crate::source::{QueryRange, QuerySource};
use crate::{SeriesStats, buckets};

/// Steps that read well, in intervals.
const ROUND_STEPS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800];

/// What the panels' times follow from. Times are milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ViewTimes {
    /// The newest scrape.
    pub(crate) last_ms: i64,
    /// The oldest one.
    pub(crate) first_ms: i64,
    /// The time between two scrapes.
    pub(crate) interval_ms: i64,
    /// A time at which a scrape began that the others keep in step with.
    pub(crate) phase_ms: i64,
    /// The window that the overview's rates look at.
    pub(crate) window_ms: i64,
}

/// Evaluates one panel.
pub(crate) async fn evaluate(panel: &PanelQuery, source: &dyn QuerySource, times: ViewTimes) -> PanelResult {
    match panel.mode {
        PanelMode::Instant => evaluate_instant(panel, source, panel.end_ms.unwrap_or(times.last_ms)).await,
        PanelMode::Range { range_ms, max_points } => {
            let step_ms = step_ms(range_ms, max_points, times.interval_ms);
            evaluate_range(panel, source, times, range_ms, step_ms).await
        }
    }
}

async fn evaluate_instant(panel: &PanelQuery, source: &dyn QuerySource, at_ms: i64) -> PanelResult {
    let answer_to = async |query: &String| {
        let mut warnings = Vec::new();
        let series = columns(panel.form, source.instant(query, at_ms).await?, &mut warnings);
        Ok(answer(series, warnings, panel))
    };
    PanelResult {
        id: panel.id.clone(),
        start_ms: at_ms,
        end_ms: at_ms,
        step_ms: 0,
        answers: join_all(panel.exprs.iter().map(answer_to)).await,
    }
}

/// Evaluates at steps that are in phase with the scrapes, so that each value is drawn where it was seen, and that stay where
/// they are, so that a chart's past stays as it was when it moves on; and at the end, so that it is never old. Nothing is evaluated after the newest scrape: a value that is looked back for would invent a line.
async fn evaluate_range(
    panel: &PanelQuery,
    source: &dyn QuerySource,
    times: ViewTimes,
    range_ms: i64,
    step_ms: i64,
) -> PanelResult {
    let asked_ms = panel.end_ms.unwrap_or(times.last_ms);
    let start_ms = asked_ms.saturating_sub(range_ms.max(0));
    let end_ms = asked_ms.min(times.last_ms);
    let grid = Grid { step_ms, phase_ms: times.phase_ms.rem_euclid(times.interval_ms.max(1)) };
    let answer_to = async |query: &String| {
        // What cannot be read here, the source may understand.
        let looks_back = parse(query, &ParseOptions::default()).is_ok_and(|expr| looks_back(&expr));
        // From the step before the first one shown, so that lines begin at the edge.
        let mut from_ms = grid.down(start_ms);
        if looks_back {
            // A window that begins before the first scrape holds less than its length, and its rate is too low.
            from_ms = from_ms.max(times.first_ms + times.window_ms - times.interval_ms);
        }
        let range = QueryRange { start_ms: grid.up(from_ms), end_ms: grid.down(end_ms), step_ms };
        let mut warnings = Vec::new();
        let mut series = Vec::new();
        if range.start_ms <= range.end_ms {
            series = columns(panel.form, source.range(query, range).await?, &mut warnings);
        }
        if start_ms <= end_ms && range.end_ms < end_ms {
            let end = columns(panel.form, source.instant(query, end_ms).await?, &mut warnings);
            add_end(&mut series, end);
        }
        Ok(answer(series, warnings, panel))
    };
    PanelResult {
        id: panel.id.clone(),
        start_ms,
        end_ms,
        step_ms,
        answers: join_all(panel.exprs.iter().map(answer_to)).await,
    }
}

/// The longest time between two points of the panels, in milliseconds; 0 where none of them has several.
pub(crate) fn longest_step_ms(panels: &[PanelQuery], interval_ms: i64) -> i64 {
    let step_ms = |panel: &PanelQuery| match panel.mode {
        PanelMode::Instant => 0,
        PanelMode::Range { range_ms, max_points } => step_ms(range_ms, max_points, interval_ms),
    };
    panels.iter().map(step_ms).max().unwrap_or_default()
}

/// The shortest round step with which the range has no more points than asked for.
fn step_ms(range_ms: i64, max_points: usize, interval_ms: i64) -> i64 {
    let max_points = i64::try_from(max_points).unwrap_or(i64::MAX).max(1);
    let interval_ms = interval_ms.max(1);
    let needed = (range_ms.max(0) / max_points + interval_ms - 1) / interval_ms;
    let intervals = ROUND_STEPS.into_iter().find(|intervals| *intervals >= needed).unwrap_or(needed);
    interval_ms.saturating_mul(intervals)
}

/// The times at which a chart has points: multiples of the step, later by the phase.
#[derive(Clone, Copy)]
struct Grid {
    step_ms: i64,
    phase_ms: i64,
}

impl Grid {
    /// The last of the times that is not after `time_ms`.
    fn down(self, time_ms: i64) -> i64 {
        time_ms - (time_ms - self.phase_ms).rem_euclid(self.step_ms)
    }

    /// The first of the times that is not before `time_ms`.
    fn up(self, time_ms: i64) -> i64 {
        time_ms + (self.phase_ms - time_ms).rem_euclid(self.step_ms)
    }
}

/// Whether an expression looks at a window of samples.
fn looks_back(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Selector(_) => false,
        ExprKind::Matrix(_) | ExprKind::Subquery(_) => true,
        ExprKind::Unary(unary) => looks_back(&unary.expr),
        ExprKind::Binary(binary) => looks_back(&binary.lhs) || looks_back(&binary.rhs),
        ExprKind::Aggregate(aggregate) => {
            looks_back(&aggregate.expr) || aggregate.param.as_ref().is_some_and(looks_back)
        }
        ExprKind::Call(call) => call.args.iter().any(looks_back),
        ExprKind::Paren(inner) => looks_back(inner),
    }
}

/// The answer with as many series as were asked for: of many lines those that are highest anywhere, in the order in which
/// they were; of many values the first ones, since their order may be the query's own.
fn answer(mut series: Vec<PanelSeries>, warnings: Vec<String>, panel: &PanelQuery) -> PanelAnswer {
    if panel.form == AnswerForm::Buckets {
        series = buckets::apart(series);
    }
    let series_total = series.len();
    let is_ranked = panel.form == AnswerForm::Series && matches!(panel.mode, PanelMode::Range { .. });
    if series_total > panel.max_series && is_ranked {
        keep_highest(&mut series, panel.max_series);
    }
    series.truncate(panel.max_series);
    for series in &mut series {
        series.stats = SeriesStats::of(&series.values);
    }
    PanelAnswer { series, series_total, warnings }
}

/// Keeps the series with the highest values, each whole: lines that came and went with each step could not be followed. Of
/// those that are as high as each other, the first ones.
fn keep_highest(series: &mut Vec<PanelSeries>, count: usize) {
    let peak = |series: &PanelSeries| {
        let numbers = series.values.iter().copied().filter(|value| !value.is_nan());
        numbers.fold(f64::NEG_INFINITY, f64::max)
    };
    let mut ranked: Vec<(f64, usize)> =
        series.iter().enumerate().map(|(at, series)| (peak(series), at)).collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let kept: HashSet<usize> = ranked.into_iter().take(count).map(|(_, at)| at).collect();
    let mut at = 0..;
    series.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
}

/// The series of an answer. Its warnings are added to those that are there, each once.
fn columns(form: AnswerForm, evaluated: Evaluated, warnings: &mut Vec<String>) -> Vec<PanelSeries> {
    for annotation in evaluated.annotations.warnings() {
        if !warnings.contains(&annotation.message) {
            warnings.push(annotation.message.clone());
        }
    }
    match evaluated.value {
        QueryValue::String(_) => Vec::new(),
        QueryValue::Scalar(sample) => vec![column(Labels::empty(), [sample])],
        QueryValue::Vector(samples) => samples
            .into_iter()
            .flat_map(|sample| {
                let timestamp_ms = sample.sample.timestamp_ms;
                let (floats, histograms) = match sample.histogram {
                    Some(histogram) => (Vec::new(), vec![HistogramSample { timestamp_ms, histogram }]),
                    None => (vec![sample.sample], Vec::new()),
                };
                series_of(form, sample.labels, Samples { floats, histograms })
            })
            .collect(),
        QueryValue::Matrix(series) => {
            series.into_iter().flat_map(|series| series_of(form, series.labels, series.samples)).collect()
        }
    }
}

/// The columns of one series. A native histogram is no number: it has columns where buckets are asked for, and none elsewhere.
fn series_of(form: AnswerForm, labels: Labels, samples: Samples) -> Vec<PanelSeries> {
    let mut columns = Vec::new();
    if form == AnswerForm::Buckets {
        columns = buckets::classic(&labels, &samples.histograms);
    }
    if !samples.floats.is_empty() {
        columns.push(column(labels, samples.floats));
    }
    columns
}

fn column(labels: Labels, samples: impl IntoIterator<Item = FloatSample>) -> PanelSeries {
    let (timestamps_ms, values) =
        samples.into_iter().map(|sample| (sample.timestamp_ms, sample.value)).unzip();
    PanelSeries { labels, timestamps_ms, values, stats: None }
}

/// Adds the values at the newest scrape to the series that have them.
fn add_end(series: &mut Vec<PanelSeries>, end: Vec<PanelSeries>) {
    let mut places: HashMap<Labels, usize> =
        series.iter().enumerate().map(|(at, series)| (series.labels.clone(), at)).collect();
    for last in end {
        match places.get(&last.labels).and_then(|at| series.get_mut(*at)) {
            Some(series) => {
                series.timestamps_ms.extend(last.timestamps_ms);
                series.values.extend(last.values);
            }
            None => {
                places.insert(last.labels.clone(), series.len());
                series.push(last);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        #[track_caller]
        fn check(range_ms: i64, max_points: usize, interval_ms: i64, expect_ms: i64) {
            assert_eq!(step_ms(range_ms, max_points, interval_ms), expect_ms);
        }
        check(300_000, 300, 1_000, 1_000);
        check(300_000, 299, 1_000, 2_000);
        check(300_000, 100, 1_000, 5_000);
        check(3_600_000, 300, 1_000, 15_000);
        check(3_600_000, 300, 15_000, 15_000);
        check(10_000, 300, 1_000, 1_000);
        check(0, 0, 0, 1);
    }

    #[test]
    fn of_too_many_lines_the_highest_stay_where_they_were() {
        #[track_caller]
        fn check(series: &[&[(i64, f64)]], expect: &[usize]) {
            let numbered = series.iter().enumerate().map(|(number, points)| {
                let labels = Labels::from_pairs([("n", number.to_string())]);
                let sample = |&(timestamp_ms, value)| FloatSample { timestamp_ms, value };
                column(labels, points.iter().map(sample))
            });
            let mut kept = Vec::from_iter(numbered);
            keep_highest(&mut kept, 2);
            let number = |series: &PanelSeries| series.labels.get("n").unwrap().parse::<usize>().unwrap();
            assert_eq!(Vec::from_iter(kept.iter().map(number)), expect);
        }
        check(&[&[(5, 1.0)], &[(5, 3.0)], &[(5, 2.0)]], &[1, 2]);
        check(&[&[(5, 1.0)], &[(5, 1.0)], &[(5, 1.0)]], &[0, 1]);
        check(&[&[(4, 9.0)], &[(5, 3.0)], &[(5, 2.0)]], &[0, 1]);
        check(&[&[(4, 1.0), (5, 1.0)], &[(4, 9.0), (5, 0.0)], &[(4, 2.0), (5, 2.0)]], &[1, 2]);
        check(&[&[(5, f64::NAN)], &[(5, -3.0)], &[(5, -4.0)]], &[1, 2]);
        check(&[&[(5, 0.0)]], &[0]);
    }

    #[test]
    fn times_stay_where_they_are() {
        #[track_caller]
        fn check(time_ms: i64, step_ms: i64, phase_ms: i64, expect_ms: (i64, i64)) {
            let grid = Grid { step_ms, phase_ms };
            assert_eq!((grid.down(time_ms), grid.up(time_ms)), expect_ms);
        }
        check(1_000, 1_000, 0, (1_000, 1_000));
        check(1_001, 1_000, 0, (1_000, 2_000));
        check(-1_500, 1_000, 0, (-2_000, -1_000));
        check(0, 7, 0, (0, 0));
        check(1_000, 1_000, 300, (300, 1_300));
        check(1_300, 1_000, 300, (1_300, 1_300));
        check(12_000, 5_000, 300, (10_300, 15_300));
    }

    #[test]
    fn windows_are_found_wherever_they_stand() {
        #[track_caller]
        fn check(query: &str, expect: bool) {
            assert_eq!(looks_back(&parse(query, &ParseOptions::default()).unwrap()), expect, "{query}");
        }
        check("up", false);
        check(r#"sum by (a) (up{b="[5m]"}) / 2"#, false);
        check("sum by (a) (rate(x[5m]))", true);
        check("1 - (-max_over_time(x[1m]))", true);
        check("max_over_time(up[5m:1m])", true);
        check("topk(scalar(sum(rate(x[1m]))), up)", true);
    }
}
