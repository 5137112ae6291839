//! Growth over anchored and smoothed windows: from edge to edge, without extrapolation.

use super::rate::{Growth, secs};
use crate::model::histogram::{IncompatibleBuckets, ResetHint};
use crate::model::{FloatSample, HistogramSample, NativeHistogram};
use crate::promql::ast::RangeExtension;
use crate::promql::eval::{Remarks, Window, interpolated, interpolated_histogram};
use crate::promql::wording::{self, HistogramOperation};

/// The samples that matter: the last at or before the left edge, or else the first; and the last, or of a smoothed window
/// the first at or after the right edge. `None` where all lie before the window, or behind it.
fn relevant<'s, T>(
    samples: &'s [T],
    window: &Window<'_>,
    is_smoothed: bool,
    time_ms: impl Fn(&T) -> i64,
) -> Option<&'s [T]> {
    let last = samples.len().checked_sub(1)?;
    let before_last = samples.get(..last).unwrap_or_default();
    let first = before_last.partition_point(|sample| time_ms(sample) <= window.start_ms).saturating_sub(1);
    let last = if is_smoothed {
        before_last.partition_point(|sample| time_ms(sample) < window.end_ms)
    } else {
        last
    };
    let relevant = samples.get(first..=last)?;
    let ends_in_time = relevant.last().is_some_and(|sample| time_ms(sample) > window.start_ms);
    let begins_in_time =
        !is_smoothed || relevant.first().is_some_and(|sample| time_ms(sample) <= window.end_ms);
    (ends_in_time && begins_in_time).then_some(relevant)
}

/// The growth between the window's edges. Anchored, the edges take the last sample at or before them; smoothed, they are
/// interpolated.
///
/// Source: Prometheus' `extendedRate` in `promql/functions.go`.
pub(super) fn of_floats(window: &Window<'_>, extension: RangeExtension, growth: Growth) -> Option<f64> {
    let is_smoothed = extension == RangeExtension::Smoothed;
    let is_counter = growth.is_of_counter();
    let samples = relevant(window.floats, window, is_smoothed, |sample| sample.timestamp_ms)?;
    let (first, last) = (samples.first()?, samples.last()?);
    let left = match samples.get(1) {
        Some(second) if is_smoothed && first.timestamp_ms < window.start_ms => {
            interpolated(first, second, window.start_ms, is_counter)
        }
        _ => first.value,
    };
    let right = match samples {
        [.., before, _] if is_smoothed && last.timestamp_ms > window.end_ms => {
            interpolated(before, last, window.end_ms, is_counter)
        }
        _ => last.value,
    };
    let mut difference = right - left;
    if is_counter {
        difference += lost_between(left, samples, right, window);
    }
    Some(if growth == Growth::Rate { difference / range_secs(window) } else { difference })
}

/// What a counter had counted before each fall, the edges among the values.
fn lost_between(left: f64, samples: &[FloatSample], right: f64, window: &Window<'_>) -> f64 {
    let inside = samples
        .iter()
        .filter(|sample| sample.timestamp_ms > window.start_ms && sample.timestamp_ms < window.end_ms);
    let mut lost = 0.0;
    let mut before = left;
    for value in inside.map(|sample| sample.value).chain([right]) {
        if value < before {
            lost += before;
        }
        before = value;
    }
    lost
}

/// The same for histograms, count by count.
///
/// Source: Prometheus' `extendedHistogramRate` in `promql/functions.go`.
pub(super) fn of_histograms(
    window: &Window<'_>,
    extension: RangeExtension,
    growth: Growth,
    remarks: &mut Remarks<'_>,
) -> Option<NativeHistogram> {
    let is_smoothed = extension == RangeExtension::Smoothed;
    let is_counter = growth.is_of_counter();
    let samples = relevant(window.histograms, window, is_smoothed, |sample| sample.timestamp_ms)?;
    let first = samples.first()?;
    let is_custom = first.histogram.has_custom_bounds();
    if samples.iter().any(|sample| sample.histogram.has_custom_bounds() != is_custom) {
        remarks.mixed_exponential_and_custom();
        return None;
    }
    let is_gauge = |histogram: &NativeHistogram| histogram.reset_hint == ResetHint::Gauge;
    if is_counter && samples.iter().any(|sample| is_gauge(&sample.histogram)) {
        remarks.warn(wording::histogram_is_no_counter);
    }
    let grown = between_edges(samples, window, is_smoothed, is_counter, remarks);
    let grown = grown.inspect_err(|_| remarks.mixed_exponential_and_custom()).ok()?;
    let grown = if growth == Growth::Rate { grown.divided_by(range_secs(window)) } else { grown };
    Some(grown.compacted().with_hint(ResetHint::Gauge))
}

fn between_edges(
    samples: &[HistogramSample],
    window: &Window<'_>,
    is_smoothed: bool,
    is_counter: bool,
    remarks: &mut Remarks<'_>,
) -> Result<NativeHistogram, IncompatibleBuckets> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return Ok(NativeHistogram::default());
    };
    let left = match samples.get(1) {
        Some(second) if is_smoothed && first.timestamp_ms < window.start_ms => {
            interpolated_histogram(first, second, window.start_ms, is_counter, remarks)?
        }
        _ => NativeHistogram::clone(&first.histogram),
    };
    let right = match samples {
        [.., before, _] if is_smoothed && last.timestamp_ms > window.end_ms => {
            interpolated_histogram(before, last, window.end_ms, is_counter, remarks)?
        }
        _ => NativeHistogram::clone(&last.histogram),
    };
    let is_gauge = |histogram: &NativeHistogram| histogram.reset_hint == ResetHint::Gauge;
    let are_gauges = is_gauge(&left) && is_gauge(&right);
    if !(is_counter || are_gauges) {
        remarks.warn(wording::histogram_is_no_gauge);
    }
    let (mut grown, added) = right.minus(&left)?;
    remarks.reconciled(added, HistogramOperation::Subtraction);
    if is_counter {
        for lost in lost_histograms(&left, samples, &right, window, is_smoothed) {
            let (sum, added) = grown.plus(lost)?;
            remarks.reconciled(added, HistogramOperation::Addition);
            grown = sum;
        }
    }
    Ok(grown)
}

/// The histograms that stood before each reset. The right edge inherits the hint of the last sample, which therefore is
/// passed over.
fn lost_histograms<'h>(
    left: &'h NativeHistogram,
    samples: &'h [HistogramSample],
    right: &NativeHistogram,
    window: &Window<'_>,
    is_smoothed: bool,
) -> Vec<&'h NativeHistogram> {
    let mut before = left;
    let mut inner = 1;
    if let [first, second, ..] = samples
        && is_smoothed
        && first.timestamp_ms < window.start_ms
        && second.histogram.was_reset_since(&first.histogram)
    {
        // The left edge was interpolated across this reset, so it counts no more.
        before = &second.histogram;
        inner = 2;
    }
    let Some(inside) = samples.len().checked_sub(1).and_then(|last| samples.get(inner..last)) else {
        return Vec::new();
    };
    let mut lost = Vec::new();
    for sample in inside {
        if sample.histogram.was_reset_since(before) {
            lost.push(before);
        }
        before = &sample.histogram;
    }
    if right.was_reset_since(before) {
        lost.push(before);
    }
    lost
}

fn range_secs(window: &Window<'_>) -> f64 {
    secs(window.end_ms - window.start_ms)
}
