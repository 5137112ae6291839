//! From what was evaluated to what a panel gets.

use std::collections::{HashMap, HashSet};

use p95_core::model::{FloatSample, HistogramSample, Labels, Samples};
use p95_core::promql::eval::{Evaluated, QueryValue};

use super::kept::{RangeAnswer, add_new};
use crate::panel::{AnswerForm, PanelAnswer, PanelQuery, PanelSeries};
use crate::{SeriesStats, buckets};

/// The answer at one time: of many values the first ones, since their order may be the query's own.
pub(super) fn of_instant(panel: &PanelQuery, evaluated: Evaluated) -> PanelAnswer {
    let mut warnings = Vec::new();
    let mut series = columns(panel.form, evaluated, &mut warnings);
    if panel.form == AnswerForm::Buckets {
        series = buckets::apart(series);
    }
    let series_total = series.len();
    series.truncate(panel.max_series);
    answer(series, series_total, warnings)
}

/// The answer over time, with the values at its very end where that is no step: of many lines those that are highest anywhere,
/// in the order in which they were.
pub(super) fn over_time(panel: &PanelQuery, range: &RangeAnswer, end: Option<Evaluated>) -> PanelAnswer {
    let mut warnings = Vec::new();
    add_new(&mut warnings, range.said());
    if panel.form == AnswerForm::Buckets {
        let matrix = range.matrix().into_iter();
        let mut series: Vec<PanelSeries> =
            matrix.flat_map(|series| series_of(panel.form, series.labels, series.samples)).collect();
        let end = end.map(|end| columns(panel.form, end, &mut warnings));
        add_end(&mut series, end.unwrap_or_default());
        let mut apart = buckets::apart(series);
        let series_total = apart.len();
        apart.truncate(panel.max_series);
        return answer(apart, series_total, warnings);
    }
    let end = end.map(|end| columns(panel.form, end, &mut warnings)).unwrap_or_default();
    let mut lines: Vec<Line<'_>> =
        range.lines().map(|(labels, samples)| Line { labels, samples, end: None }).collect();
    add_ends(&mut lines, &end);
    let series_total = lines.len();
    if series_total > panel.max_series {
        keep_highest(&mut lines, panel.max_series);
    }
    answer(lines.into_iter().map(Line::column).collect(), series_total, warnings)
}

fn answer(mut series: Vec<PanelSeries>, series_total: usize, warnings: Vec<String>) -> PanelAnswer {
    for series in &mut series {
        series.stats = SeriesStats::of(&series.values);
    }
    PanelAnswer { series, series_total, warnings }
}

/// A series over time, before it is known whether the answer has it.
struct Line<'a> {
    labels: &'a Labels,
    samples: &'a [FloatSample],
    /// What comes after the last step.
    end: Option<FloatSample>,
}

impl Line<'_> {
    fn samples(&self) -> impl Iterator<Item = FloatSample> {
        self.samples.iter().copied().chain(self.end)
    }

    /// Its highest value.
    fn peak(&self) -> f64 {
        let numbers = self.samples().map(|sample| sample.value).filter(|value| !value.is_nan());
        numbers.fold(f64::NEG_INFINITY, f64::max)
    }

    fn column(self) -> PanelSeries {
        column(self.labels.clone(), self.samples())
    }
}

/// Keeps the lines with the highest values, each whole: lines that came and went with each step could not be followed. Of
/// those that are as high as each other, the first ones.
fn keep_highest(lines: &mut Vec<Line<'_>>, count: usize) {
    let mut ranked: Vec<(f64, usize)> =
        lines.iter().enumerate().map(|(at, line)| (line.peak(), at)).collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let kept: HashSet<usize> = ranked.into_iter().take(count).map(|(_, at)| at).collect();
    let mut at = 0..;
    lines.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
}

/// Adds the values at the newest scrape to the lines that have them.
fn add_ends<'a>(lines: &mut Vec<Line<'a>>, end: &'a [PanelSeries]) {
    if end.is_empty() {
        return;
    }
    let places: HashMap<&Labels, usize> =
        lines.iter().enumerate().map(|(at, line)| (line.labels, at)).collect();
    for last in end {
        let times_ms = last.timestamps_ms.iter().copied();
        let sample = times_ms.zip(last.values.iter().copied()).next();
        let sample = sample.map(|(timestamp_ms, value)| FloatSample { timestamp_ms, value });
        match places.get(&last.labels).and_then(|at| lines.get_mut(*at)) {
            Some(line) => line.end = sample,
            None => lines.push(Line { labels: &last.labels, samples: &[], end: sample }),
        }
    }
}

/// The series of an answer. Its warnings are added to those that are there, each once.
fn columns(form: AnswerForm, evaluated: Evaluated, warnings: &mut Vec<String>) -> Vec<PanelSeries> {
    let said = Vec::from_iter(evaluated.annotations.warnings().map(|annotation| annotation.message.clone()));
    add_new(warnings, &said);
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
    fn of_too_many_lines_the_highest_stay_where_they_were() {
        #[track_caller]
        fn check(lines: &[&[(i64, f64)]], expect: &[usize]) {
            let sample = |&(timestamp_ms, value)| FloatSample { timestamp_ms, value };
            let samples =
                Vec::from_iter(lines.iter().map(|points| Vec::from_iter(points.iter().map(sample))));
            let labels = Vec::from_iter((0..lines.len()).map(|n| Labels::from_pairs([("n", n.to_string())])));
            let line = |(labels, samples)| {
                let samples: &Vec<FloatSample> = samples;
                // The last one may as well be the end.
                let (end, samples) = samples.split_last().unwrap();
                Line { labels, samples, end: Some(*end) }
            };
            let mut kept = Vec::from_iter(labels.iter().zip(&samples).map(line));
            keep_highest(&mut kept, 2);
            let number = |line: &Line<'_>| line.labels.get("n").unwrap().parse::<usize>().unwrap();
            assert_eq!(Vec::from_iter(kept.iter().map(number)), expect);
        }
        check(&[&[(5, 1.0)], &[(5, 3.0)], &[(5, 2.0)]], &[1, 2]);
        check(&[&[(5, 1.0)], &[(5, 1.0)], &[(5, 1.0)]], &[0, 1]);
        check(&[&[(4, 9.0)], &[(5, 3.0)], &[(5, 2.0)]], &[0, 1]);
        check(&[&[(4, 1.0), (5, 1.0)], &[(4, 9.0), (5, 0.0)], &[(4, 2.0), (5, 2.0)]], &[1, 2]);
        check(&[&[(5, f64::NAN)], &[(5, -3.0)], &[(5, -4.0)]], &[1, 2]);
        check(&[&[(5, 0.0)]], &[0]);
    }
}
