//! The growth of a native histogram between the first and the last sample of a window.

use super::start;
use crate::model::histogram::{HistogramSum, ResetHint};
use crate::model::{HistogramSample, NativeHistogram};
use crate::promql::eval::{Remarks, Window};
use crate::promql::wording::{self, HistogramOperation};

/// What was observed between the first and the last of at least two histograms, resets allowed for; a gauge.
///
/// None, with a warning, where some bring bounds of their own and others do not. Before a reset between the first two, the
/// first does not matter.
///
/// Source: Prometheus' `histogramRate` in `promql/functions.go`.
pub(super) fn difference(
    window: &Window<'_>,
    remarks: &mut Remarks<'_>,
    is_counter: bool,
) -> Option<NativeHistogram> {
    let [first, inner @ .., last] = window.histograms else { return None };
    let second = inner.first().unwrap_or(last);
    let emptied = NativeHistogram {
        schema: second.histogram.schema,
        custom_bounds: second.histogram.custom_bounds.clone(),
        ..NativeHistogram::default()
    };
    let starts_anew = is_counter && was_reset(window, 1, &first.histogram);
    let subtracted = if starts_anew { &emptied } else { &*first.histogram };
    let is_custom = subtracted.has_custom_bounds();
    let fits = |sample: &HistogramSample| sample.histogram.has_custom_bounds() == is_custom;
    if !fits(last) || (is_counter && !inner.iter().all(fits)) {
        remarks.mixed_exponential_and_custom();
        return None;
    }
    check_kind(first, inner, last, remarks, is_counter);
    let mut sum = HistogramSum::new(&last.histogram);
    let added = sum.subtract(subtracted).inspect_err(|_| remarks.mixed_exponential_and_custom()).ok()?;
    remarks.reconciled(added, HistogramOperation::Subtraction);
    if is_counter {
        let mut before = subtracted;
        for (position, sample) in window.histograms.iter().enumerate().skip(1) {
            if was_reset(window, position, before) {
                let added = sum.add(before).inspect_err(|_| remarks.mixed_exponential_and_custom()).ok()?;
                remarks.reconciled(added, HistogramOperation::Addition);
            }
            tell_of_overlap(window, position, remarks);
            before = &sample.histogram;
        }
        // The resolution is that of the coarsest, also of those that were passed over.
        let coarsest = inner.iter().map(|sample| sample.histogram.schema).min();
        let grown = sum.value();
        let schema = coarsest.map_or(grown.schema, |coarsest| coarsest.min(grown.schema));
        return Some(grown.reduced_to(schema).compacted().with_hint(ResetHint::Gauge));
    }
    Some(sum.value().compacted().with_hint(ResetHint::Gauge))
}

/// Tells where a counter is asked of gauges, or a gauge of counters.
fn check_kind(
    first: &HistogramSample,
    inner: &[HistogramSample],
    last: &HistogramSample,
    remarks: &mut Remarks<'_>,
    is_counter: bool,
) {
    let is_gauge = |sample: &HistogramSample| sample.histogram.reset_hint == ResetHint::Gauge;
    if is_counter {
        if is_gauge(first) || is_gauge(last) || inner.iter().any(is_gauge) {
            remarks.warn(wording::histogram_is_no_counter);
        }
    } else if !is_gauge(first) || !is_gauge(last) {
        remarks.warn(wording::histogram_is_no_gauge);
    }
}

/// Whether the counter was reset between `before` and the histogram at `position`.
fn was_reset(window: &Window<'_>, position: usize, before: &NativeHistogram) -> bool {
    let Some(sample) = window.histograms.get(position) else { return false };
    let began = starts(window, position).is_some_and(|(before_start_ms, before_ms, start_ms)| {
        start::is_reset(before_start_ms, before_ms, start_ms, sample.timestamp_ms)
    });
    began || sample.histogram.was_reset_since(before)
}

fn tell_of_overlap(window: &Window<'_>, position: usize, remarks: &mut Remarks<'_>) {
    if starts(window, position).is_some_and(|(before_start_ms, before_ms, start_ms)| {
        start::overlaps(before_start_ms, before_ms, start_ms)
    }) {
        remarks.warn(wording::overlapping_start);
    }
}

/// Start and time of the sample before, and the start of the sample at `position`.
fn starts(window: &Window<'_>, position: usize) -> Option<(i64, i64, i64)> {
    let before = position.checked_sub(1)?;
    let before_ms = window.histograms.get(before)?.timestamp_ms;
    Some((*window.histogram_starts_ms.get(before)?, before_ms, *window.histogram_starts_ms.get(position)?))
}
