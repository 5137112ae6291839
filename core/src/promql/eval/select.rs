//! Instant vector selectors: the present value of each series.

use std::sync::Arc;

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::grid::Grid;
use super::series::{ABSENT, GridSeries};
use crate::model::histogram::ResetHint;
use crate::model::{FloatSample, HistogramSample, Labels, Matcher, SampleValue, is_stale};
use crate::promql::ast::{RangeExtension, Span, VectorSelector};
use crate::promql::select::{SelectedSeries, TimeRange};

/// Which time of a sample is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SampleTime {
    /// When it was taken.
    Taken,
    /// Since when its counter has counted; 0 where that is not known.
    Start,
}

/// An info series, whose labels are what it says.
#[derive(Clone, Debug)]
pub(crate) struct InfoSeries {
    pub(crate) labels: Labels,
    /// For each step the time of the sample that is present, in milliseconds since the Unix epoch.
    pub(crate) taken_ms: Vec<Option<i64>>,
}

impl Evaluator<'_> {
    /// The value of each selected series at each step: its last sample, unless that is a stale marker or older than the
    /// lookback.
    pub(crate) fn select_vector(
        &mut self,
        selector: &VectorSelector,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        if selector.extension == Some(RangeExtension::Smoothed) {
            return self.select_smoothed(selector, span);
        }
        self.select_latest(selector, span, |one, looked_at, lookback_ms| {
            if one.samples.histograms.is_empty() {
                let floats = &one.samples.floats;
                let values = latest_floats(floats, looked_at, lookback_ms, |_, sample| sample.value);
                return GridSeries::new(one.labels.clone(), values);
            }
            let mut series = GridSeries::absent(one.labels.clone(), looked_at.count);
            for_each_latest(one, looked_at, lookback_ms, |step, latest| match latest {
                Latest::Float(_, sample) => series.set(step, SampleValue::Float(sample.value)),
                Latest::Histogram(_, sample) => {
                    series.set(step, SampleValue::Histogram(Arc::clone(&sample.histogram)));
                }
            });
            series
        })
    }

    /// Like [`Evaluator::select_vector`], with the samples' own times in seconds as values.
    pub(crate) fn select_times(
        &mut self,
        selector: &VectorSelector,
        span: Span,
        time: SampleTime,
    ) -> Result<Vec<GridSeries>, EvalError> {
        self.select_latest(selector, span, |one, looked_at, lookback_ms| {
            let mut series = GridSeries::absent(one.labels.clone(), looked_at.count);
            for_each_latest(one, looked_at, lookback_ms, |step, latest| {
                let (starts_ms, position, taken_ms) = match latest {
                    Latest::Float(position, sample) => {
                        (&one.start_timestamps_ms, position, sample.timestamp_ms)
                    }
                    Latest::Histogram(position, sample) => {
                        (&one.histogram_start_timestamps_ms, position, sample.timestamp_ms)
                    }
                };
                let time_ms = match time {
                    SampleTime::Taken => taken_ms,
                    SampleTime::Start => starts_ms.get(position).copied().unwrap_or(0),
                };
                series.set(step, SampleValue::Float(secs(time_ms)));
            });
            series
        })
    }

    /// The series that satisfy the matchers, with the time of the sample that is present at each of the times.
    ///
    /// # Errors
    /// Where a sample is a histogram, which carries no information in its labels alone.
    pub(crate) fn select_infos(
        &mut self,
        matchers: &[Matcher],
        looked_at: Grid,
        span: Span,
    ) -> Result<Vec<InfoSeries>, EvalError> {
        let lookback_ms = self.options.lookback_ms;
        let mut infos = Vec::new();
        for one in self.select(matchers, looked_at, lookback_ms, 0, span)? {
            let mut taken_ms = vec![None; looked_at.count];
            let mut has_histogram = false;
            for_each_latest(&one, looked_at, lookback_ms, |step, latest| match latest {
                Latest::Float(_, sample) => {
                    if let Some(slot) = taken_ms.get_mut(step) {
                        *slot = Some(sample.timestamp_ms);
                    }
                }
                Latest::Histogram(..) => has_histogram = true,
            });
            if has_histogram {
                return Err(EvalError::execution(span, "info sample should be float"));
            }
            infos.push(InfoSeries { labels: one.labels, taken_ms });
        }
        Ok(infos)
    }

    fn select_latest(
        &mut self,
        selector: &VectorSelector,
        span: Span,
        of_series: impl Fn(&SelectedSeries, Grid, i64) -> GridSeries,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let looked_at = self.looked_at(&selector.modifiers)?;
        let lookback_ms = self.options.lookback_ms;
        // The lookback excludes its far end.
        let selected = self.select(&selector.matchers, looked_at, lookback_ms, 0, span)?;
        self.check_size(selected.len(), span)?;
        let mut series: Vec<GridSeries> = selected
            .into_iter()
            .map(|one| of_series(&one, looked_at, lookback_ms))
            .filter(|one| !one.is_empty())
            .collect();
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(series)
    }

    /// The series with samples less than `back_ms` before a step, or at most `forward_ms` after it.
    pub(super) fn select(
        &mut self,
        matchers: &[Matcher],
        looked_at: Grid,
        back_ms: i64,
        forward_ms: i64,
        span: Span,
    ) -> Result<Vec<SelectedSeries>, EvalError> {
        let start_ms = looked_at.start_ms.saturating_sub(back_ms).saturating_add(1);
        let range = TimeRange { start_ms, end_ms: looked_at.end_ms().saturating_add(forward_ms) };
        let mut selected = self
            .source
            .select(matchers, range, self.samples_left)
            .map_err(|error| EvalError::limit(span, error.to_string()))?;
        let weight: usize = selected.iter().map(|one| one.samples.weight()).sum();
        self.samples_left = self.samples_left.saturating_sub(weight);
        if self.reads_statistics_only() {
            selected.iter_mut().for_each(|one| reduce_to_statistics(&mut one.samples.histograms));
        }
        Ok(selected)
    }
}

/// The last sample at or before a step, and its position among those of its kind.
pub(super) enum Latest<'s> {
    Float(usize, &'s FloatSample),
    Histogram(usize, &'s HistogramSample),
}

/// Hands on the last sample of each step that has one which is not too old and no stale marker.
pub(super) fn for_each_latest<'s>(
    series: &'s SelectedSeries,
    looked_at: Grid,
    lookback_ms: i64,
    mut f: impl FnMut(usize, Latest<'s>),
) {
    let (floats, histograms) = (&series.samples.floats, &series.samples.histograms);
    let mut next_float = floats.iter().enumerate().peekable();
    let mut next_histogram = histograms.iter().enumerate().peekable();
    let (mut float, mut histogram) = (None, None);
    for (step, at_ms) in looked_at.times().enumerate() {
        while let Some(found) = next_float.next_if(|(_, sample)| sample.timestamp_ms <= at_ms) {
            float = Some(found);
        }
        while let Some(found) = next_histogram.next_if(|(_, sample)| sample.timestamp_ms <= at_ms) {
            histogram = Some(found);
        }
        let latest = match (float, histogram) {
            (Some((position, sample)), other)
                if other.is_none_or(|(_, other)| other.timestamp_ms < sample.timestamp_ms) =>
            {
                Latest::Float(position, sample)
            }
            (_, Some((position, sample))) => Latest::Histogram(position, sample),
            _ => continue,
        };
        if latest.timestamp_ms() > at_ms.saturating_sub(lookback_ms) && !latest.is_stale_marker() {
            f(step, latest);
        }
    }
}

impl Latest<'_> {
    fn timestamp_ms(&self) -> i64 {
        match self {
            Self::Float(_, sample) => sample.timestamp_ms,
            Self::Histogram(_, sample) => sample.timestamp_ms,
        }
    }

    fn is_stale_marker(&self) -> bool {
        match self {
            Self::Float(_, sample) => is_stale(sample.value),
            Self::Histogram(_, sample) => sample.histogram.is_stale_marker(),
        }
    }
}

/// One number a step: that of the last sample at or before it.
fn latest_floats(
    samples: &[FloatSample],
    looked_at: Grid,
    lookback_ms: i64,
    value_of: impl Fn(usize, &FloatSample) -> f64,
) -> Vec<f64> {
    let mut upcoming = samples.iter().enumerate().peekable();
    let mut last: Option<(usize, &FloatSample)> = None;
    let value_at = |at_ms: i64| {
        while let Some(found) = upcoming.next_if(|(_, sample)| sample.timestamp_ms <= at_ms) {
            last = Some(found);
        }
        let oldest_ms = at_ms.saturating_sub(lookback_ms);
        last.filter(|(_, sample)| sample.timestamp_ms > oldest_ms && !is_stale(sample.value))
            .map_or(ABSENT, |(position, sample)| value_of(position, sample))
    };
    looked_at.times().map(value_at).collect()
}

/// Leaves the buckets out. The hint of each then says whether its counter was reset, which can no longer be seen.
fn reduce_to_statistics(histograms: &mut [HistogramSample]) {
    let mut previous: Option<HistogramSample> = None;
    for sample in histograms {
        let full = sample.clone();
        let hint = match (full.histogram.reset_hint, &previous) {
            (ResetHint::Unknown, Some(previous)) if !previous.histogram.is_stale_marker() => {
                let was_reset = full.histogram.was_reset_since(&previous.histogram);
                if was_reset { ResetHint::Reset } else { ResetHint::NotReset }
            }
            (hint, _) => hint,
        };
        sample.histogram = Arc::new(full.histogram.statistics().with_hint(hint));
        previous = Some(full);
    }
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 milliseconds")]
fn secs(time_ms: i64) -> f64 {
    time_ms as f64 / 1000.0
}
