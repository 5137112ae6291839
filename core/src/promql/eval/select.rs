//! Instant vector selectors: the present value of each series.

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::grid::Grid;
use super::series::{ABSENT, GridSeries};
use crate::model::{FloatSample, Matcher, is_stale};
use crate::promql::ast::{Span, VectorSelector};
use crate::promql::select::{SelectedSeries, TimeRange};

impl Evaluator<'_> {
    /// The value of each selected series at each step: its last sample, unless that is a stale marker or older than the
    /// lookback.
    pub(crate) fn select_vector(
        &mut self,
        selector: &VectorSelector,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        self.select_latest(selector, span, |sample| sample.value)
    }

    /// Like [`Evaluator::select_vector`], with the samples' own times in seconds as values.
    pub(crate) fn select_timestamps(
        &mut self,
        selector: &VectorSelector,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        #[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 milliseconds")]
        self.select_latest(selector, span, |sample| sample.timestamp_ms as f64 / 1000.0)
    }

    fn select_latest(
        &mut self,
        selector: &VectorSelector,
        span: Span,
        value_of: impl Fn(&FloatSample) -> f64,
    ) -> Result<Vec<GridSeries>, EvalError> {
        if selector.extension.is_some() {
            return Err(EvalError::unsupported(span, "an extended range"));
        }
        let looked_at = self.looked_at(&selector.modifiers)?;
        let lookback_ms = self.options.lookback_ms;
        // The lookback excludes its far end.
        let selected = self.select(&selector.matchers, looked_at, lookback_ms, span)?;
        self.check_size(selected.len(), span)?;
        let mut series: Vec<GridSeries> = selected
            .into_iter()
            .map(|one| {
                let values = latest(&one.samples.floats, looked_at, lookback_ms, &value_of);
                GridSeries { labels: one.labels, values }
            })
            .filter(|one| !one.is_empty())
            .collect();
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(series)
    }

    /// The series with samples less than `back_ms` before a step, or at it.
    pub(super) fn select(
        &mut self,
        matchers: &[Matcher],
        looked_at: Grid,
        back_ms: i64,
        span: Span,
    ) -> Result<Vec<SelectedSeries>, EvalError> {
        let start_ms = looked_at.start_ms.saturating_sub(back_ms).saturating_add(1);
        let range = TimeRange { start_ms, end_ms: looked_at.end_ms() };
        let selected = self
            .source
            .select(matchers, range, self.samples_left)
            .map_err(|error| EvalError::limit(span, error.to_string()))?;
        let samples: usize = selected.iter().map(|one| one.samples.len()).sum();
        self.samples_left = self.samples_left.saturating_sub(samples);
        if selected.iter().any(|one| !one.samples.histograms.is_empty()) {
            return Err(EvalError::unsupported(span, "a native histogram"));
        }
        Ok(selected)
    }
}

/// One value a step: that of the last sample at or before it.
fn latest(
    samples: &[FloatSample],
    looked_at: Grid,
    lookback_ms: i64,
    value_of: &impl Fn(&FloatSample) -> f64,
) -> Vec<f64> {
    let mut upcoming = samples.iter().peekable();
    let mut last: Option<&FloatSample> = None;
    let value_at = |at_ms: i64| {
        while let Some(sample) = upcoming.next_if(|sample| sample.timestamp_ms <= at_ms) {
            last = Some(sample);
        }
        last.filter(|sample| sample.timestamp_ms > at_ms - lookback_ms && !is_stale(sample.value))
            .map_or(ABSENT, value_of)
    };
    looked_at.times().map(value_at).collect()
}
