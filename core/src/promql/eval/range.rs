//! Where range vectors come from: matrix selectors and subqueries.

use std::sync::Arc;

use super::cost::inner_grid;
use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::{GridSeries, GridValue};
use super::smoothed::interpolated;
use super::value::MatrixSeries;
use super::window::{RangeSeries, RangeVector, samples_of};
use crate::model::histogram::ResetHint;
use crate::model::{FloatSample, Labels, NativeHistogram, Samples, is_stale};
use crate::promql::ast::{Expr, ExprKind, MatrixSelector, RangeExtension, Span, Subquery};
use crate::promql::select::SelectedSeries;

impl Evaluator<'_> {
    /// The samples of a range vector.
    pub(crate) fn eval_range(&mut self, expr: &Expr) -> Result<RangeVector, EvalError> {
        match &expr.kind {
            ExprKind::Matrix(matrix) => self.select_range(matrix, expr.span),
            ExprKind::Subquery(subquery) => self.eval_subquery(subquery, expr.span),
            ExprKind::Paren(inner) => self.eval_range(inner),
            _ => Err(EvalError::execution(expr.span, "expected a range vector")),
        }
    }

    /// The range vector at the only step of an instant query, as an answer.
    pub(crate) fn matrix(&mut self, expr: &Expr) -> Result<Vec<MatrixSeries>, EvalError> {
        let range = self.eval_range(expr)?;
        let end_ms = range.ends.start_ms;
        let start_ms = end_ms.saturating_sub(range.range_ms);
        let (first_ms, last_ms) = range.seen(start_ms, end_ms);
        let inside = |timestamp_ms: i64| timestamp_ms > first_ms && timestamp_ms <= last_ms;
        let mut matrix = Vec::with_capacity(range.series.len());
        for series in range.series {
            let mut samples = series.samples;
            samples.floats.retain(|sample| inside(sample.timestamp_ms));
            samples.histograms.retain(|sample| inside(sample.timestamp_ms));
            if let Some(extension) = range.extension {
                if !samples.histograms.is_empty() {
                    let message = format!("{} modifier is not supported with histograms", extension.as_str());
                    return Err(EvalError::execution(expr.span, message));
                }
                samples.floats = extended(&samples.floats, start_ms, end_ms, extension);
            }
            let labels = if series.drops_name { series.labels.without_metadata() } else { series.labels };
            if !samples.is_empty() {
                matrix.push(MatrixSeries { labels, samples });
            }
        }
        matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(matrix)
    }

    fn select_range(&mut self, matrix: &MatrixSelector, span: Span) -> Result<RangeVector, EvalError> {
        let range_ms = self.duration_ms(&matrix.range)?;
        if range_ms <= 0 {
            return Err(EvalError::execution(matrix.range.span, "duration must be greater than 0"));
        }
        let extension = matrix.selector.extension;
        let lookback_ms = self.options.lookback_ms;
        let (further_back_ms, forward_ms) = match extension {
            None => (0, 0),
            Some(RangeExtension::Anchored) => (lookback_ms, 0),
            Some(RangeExtension::Smoothed) => (lookback_ms, lookback_ms),
        };
        let ends = self.looked_at(&matrix.selector.modifiers)?;
        let back_ms = range_ms.saturating_add(further_back_ms);
        let selected = self.select(&matrix.selector.matchers, ends, back_ms, forward_ms, span)?;
        self.check_size(selected.len(), span)?;
        let keeps_starts = self.options.use_start_timestamps;
        let mut series: Vec<RangeSeries> =
            selected.into_iter().map(|one| range_series(one, keeps_starts)).collect();
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(RangeVector { series, ends, range_ms, extension, lookback_ms })
    }

    /// Evaluates the inner expression at absolute multiples of the subquery's step, strictly after the left edge of the
    /// first window.
    fn eval_subquery(&mut self, subquery: &Subquery, span: Span) -> Result<RangeVector, EvalError> {
        let (range_ms, step_ms) = self.subquery_times_ms(subquery)?;
        let ends = self.looked_at(&subquery.modifiers)?;
        let mut range = RangeVector { series: Vec::new(), ends, range_ms, extension: None, lookback_ms: 0 };
        let Some(grid) = inner_grid(ends, range_ms, step_ms) else { return Ok(range) };
        let vector = match self.eval_at(grid, &subquery.expr)? {
            GridValue::Vector(series) => series,
            GridValue::Scalar(values) => vec![GridSeries::new(Labels::empty(), values)],
            GridValue::String(_) => Vec::new(),
        };
        let merged = self.merge_same_labels(vector, span)?;
        range.series = merged
            .into_iter()
            .map(|one| RangeSeries {
                samples: without_hints(samples_of(&one, grid)),
                labels: one.labels,
                float_starts_ms: Vec::new(),
                histogram_starts_ms: Vec::new(),
                drops_name: one.drops_name,
            })
            .collect();
        range.series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(range)
    }
}

/// The samples without hints of resets: these are about the sample that the store has before, not about the step before.
fn without_hints(mut samples: Samples) -> Samples {
    for sample in &mut samples.histograms {
        if matches!(sample.histogram.reset_hint, ResetHint::Reset | ResetHint::NotReset) {
            sample.histogram =
                Arc::new(NativeHistogram::clone(&sample.histogram).with_hint(ResetHint::Unknown));
        }
    }
    samples
}

/// The samples without stale markers.
fn range_series(selected: SelectedSeries, keeps_starts: bool) -> RangeSeries {
    let mut samples = selected.samples;
    let (mut float_starts_ms, mut histogram_starts_ms) = (Vec::new(), Vec::new());
    if keeps_starts {
        float_starts_ms = selected.start_timestamps_ms;
        histogram_starts_ms = selected.histogram_start_timestamps_ms;
        retain_where(&mut float_starts_ms, samples.floats.iter().map(|sample| !is_stale(sample.value)));
        let present = samples.histograms.iter().map(|sample| !sample.histogram.is_stale_marker());
        retain_where(&mut histogram_starts_ms, present);
    }
    samples.floats.retain(|sample| !is_stale(sample.value));
    samples.histograms.retain(|sample| !sample.histogram.is_stale_marker());
    RangeSeries { labels: selected.labels, samples, float_starts_ms, histogram_starts_ms, drops_name: false }
}

fn retain_where<T>(items: &mut Vec<T>, keep: impl Iterator<Item = bool>) {
    let mut keep = keep;
    items.retain(|_| keep.next().unwrap_or(false));
}

/// The samples of an extended window, with one at each of its edges; none where all lie before it.
fn extended(
    samples: &[FloatSample],
    start_ms: i64,
    end_ms: i64,
    extension: RangeExtension,
) -> Vec<FloatSample> {
    let is_smoothed = extension == RangeExtension::Smoothed;
    let before = samples.iter().rfind(|sample| sample.timestamp_ms <= start_ms);
    let after = samples.iter().find(|sample| sample.timestamp_ms >= end_ms);
    let inside = samples.iter().filter(|sample| (start_ms + 1..end_ms).contains(&sample.timestamp_ms));
    let inside: Vec<FloatSample> = inside.copied().collect();
    let first = inside.first().or(after);
    let last = inside.last().or(before);
    let left = match (before, first) {
        (Some(before), Some(first)) if is_smoothed => interpolated(before, first, start_ms, false),
        (Some(before), Some(_)) => before.value,
        (None, Some(first)) => first.value,
        (_, None) => return Vec::new(),
    };
    let right = match (last, after) {
        (Some(last), Some(after)) if is_smoothed => interpolated(last, after, end_ms, false),
        (_, Some(after)) => after.value,
        (Some(last), None) => last.value,
        (None, None) => return Vec::new(),
    };
    let at = |timestamp_ms, value| FloatSample { timestamp_ms, value };
    std::iter::once(at(start_ms, left)).chain(inside).chain([at(end_ms, right)]).collect()
}
