//! Smoothed selectors: values between two samples are interpolated.

use std::sync::Arc;

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::GridSeries;
use super::window::Remarks;
use crate::model::histogram::{HistogramSum, IncompatibleBuckets, ResetHint};
use crate::model::{FloatSample, HistogramSample, NativeHistogram, SampleValue, Samples, is_stale};
use crate::promql::ast::{Span, VectorSelector};
use crate::promql::wording::HistogramOperation;

impl Evaluator<'_> {
    /// The value of each selected series at each step, interpolated between the samples before and after it, no more than a
    /// lookback away; behind the last sample its value.
    pub(super) fn select_smoothed(
        &mut self,
        selector: &VectorSelector,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let looked_at = self.looked_at(&selector.modifiers)?;
        let lookback_ms = self.options.lookback_ms;
        let selected = self.select(&selector.matchers, looked_at, lookback_ms, lookback_ms, span)?;
        self.check_size(selected.len(), span)?;
        let mut all = Vec::with_capacity(selected.len());
        for mut one in selected {
            one.samples.floats.retain(|sample| !is_stale(sample.value));
            one.samples.histograms.retain(|sample| !sample.histogram.is_stale_marker());
            let mut series = GridSeries::absent(one.labels, looked_at.count);
            let name = series.labels.metric_name().to_owned();
            let mut remarks = Remarks::new(&mut self.annotations, span, &name);
            for (step, at_ms) in looked_at.times().enumerate() {
                if let Some(value) = value_at(&one.samples, at_ms, lookback_ms, &mut remarks) {
                    series.set(step, value);
                }
            }
            all.push(series);
        }
        all.retain(|series| !series.is_empty());
        all.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(all)
    }
}

fn value_at(
    samples: &Samples,
    at_ms: i64,
    lookback_ms: i64,
    remarks: &mut Remarks<'_>,
) -> Option<SampleValue> {
    let (from_ms, to_ms) = (at_ms.saturating_sub(lookback_ms), at_ms.saturating_add(lookback_ms));
    let floats = between(&samples.floats, from_ms, to_ms, |sample| sample.timestamp_ms);
    let histograms = between(&samples.histograms, from_ms, to_ms, |sample| sample.timestamp_ms);
    if !floats.is_empty() && !histograms.is_empty() {
        remarks.mixed_floats_and_histograms();
        return None;
    }
    if histograms.is_empty() {
        let (before, after) = around(floats, at_ms, |sample| sample.timestamp_ms);
        return Some(SampleValue::Float(match (before?, after) {
            (before, Some(after)) => interpolated(before, after, at_ms, false),
            (before, None) => before.value,
        }));
    }
    let (before, after) = around(histograms, at_ms, |sample| sample.timestamp_ms);
    let before = before?;
    if before.timestamp_ms == at_ms {
        return Some(SampleValue::Histogram(Arc::clone(&before.histogram)));
    }
    let Some(after) = after else {
        // The hint is about the sample before, not about the value.
        let carried = NativeHistogram::clone(&before.histogram).with_hint(ResetHint::Unknown);
        return Some(carried.into());
    };
    if before.histogram.has_custom_bounds() != after.histogram.has_custom_bounds() {
        remarks.mixed_exponential_and_custom();
        return None;
    }
    let is_gauge = |sample: &HistogramSample| sample.histogram.reset_hint == ResetHint::Gauge;
    let is_counter = !(is_gauge(before) && is_gauge(after));
    interpolated_histogram(before, after, at_ms, is_counter, remarks).ok().map(SampleValue::from)
}

/// The samples after `from_ms` and up to `to_ms`.
fn between<T>(samples: &[T], from_ms: i64, to_ms: i64, time_ms: impl Fn(&T) -> i64) -> &[T] {
    let first = samples.partition_point(|sample| time_ms(sample) <= from_ms);
    let behind = samples.partition_point(|sample| time_ms(sample) <= to_ms);
    samples.get(first..behind).unwrap_or_default()
}

/// The last sample at or before `at_ms`, and, where it is before, the first one after.
fn around<T>(samples: &[T], at_ms: i64, time_ms: impl Fn(&T) -> i64) -> (Option<&T>, Option<&T>) {
    let behind = samples.partition_point(|sample| time_ms(sample) <= at_ms);
    let before = behind.checked_sub(1).and_then(|last| samples.get(last));
    let is_hit = before.is_some_and(|before| time_ms(before) == at_ms);
    (before, samples.get(behind).filter(|_| !is_hit))
}

/// The value on the straight line between two samples. A counter that was reset between them counts from 0.
#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 milliseconds")]
pub(crate) fn interpolated(before: &FloatSample, after: &FloatSample, at_ms: i64, is_counter: bool) -> f64 {
    let from = if is_counter && after.value < before.value { 0.0 } else { before.value };
    let elapsed_ms = (at_ms - before.timestamp_ms) as f64;
    from + (after.value - from) * elapsed_ms / (after.timestamp_ms - before.timestamp_ms) as f64
}

/// The same between two histograms, count by count.
#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 milliseconds")]
pub(crate) fn interpolated_histogram(
    before: &HistogramSample,
    after: &HistogramSample,
    at_ms: i64,
    is_counter: bool,
    remarks: &mut Remarks<'_>,
) -> Result<NativeHistogram, IncompatibleBuckets> {
    if at_ms == before.timestamp_ms {
        return Ok(NativeHistogram::clone(&before.histogram));
    }
    if at_ms == after.timestamp_ms {
        return Ok(NativeHistogram::clone(&after.histogram));
    }
    let share = (at_ms - before.timestamp_ms) as f64 / (after.timestamp_ms - before.timestamp_ms) as f64;
    if is_counter && after.histogram.was_reset_since(&before.histogram) {
        return Ok(NativeHistogram::clone(&after.histogram).multiplied_by(share));
    }
    let mut sum = HistogramSum::new(&after.histogram);
    remarks.reconciled(sum.subtract(&before.histogram)?, HistogramOperation::Subtraction);
    sum.scale(|count| count * share);
    remarks.reconciled(sum.add(&before.histogram)?, HistogramOperation::Addition);
    Ok(sum.value())
}
