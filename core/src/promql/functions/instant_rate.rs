//! `irate` and `idelta`: the last two samples of a window.

use super::rate::secs;
use super::start;
use crate::model::histogram::ResetHint;
use crate::model::{NativeHistogram, SampleValue};
use crate::promql::eval::{Remarks, Window};
use crate::promql::wording::{self, HistogramOperation};

/// The difference between the last two samples; a counter that was reset counts from zero, and its growth is per second.
pub(super) fn instant(
    window: &Window<'_>,
    remarks: &mut Remarks<'_>,
    is_counter: bool,
) -> Option<SampleValue> {
    let [before, last] = last_two(window)?;
    let gap_secs = secs(last.timestamp_ms - before.timestamp_ms);
    if gap_secs <= 0.0 {
        return None;
    }
    let began = start::is_reset(before.start_ms, before.timestamp_ms, last.start_ms, last.timestamp_ms);
    match (&before.value, last.value) {
        (SampleValue::Float(before), SampleValue::Float(last)) => {
            let growth = if is_counter && (began || last < *before) { last } else { last - before };
            Some(SampleValue::Float(if is_counter { growth / gap_secs } else { growth }))
        }
        (SampleValue::Histogram(before), SampleValue::Histogram(last)) => {
            let growth = of_histograms(before, &last, is_counter, began, remarks)?;
            let growth = growth.compacted().with_hint(ResetHint::Gauge);
            Some(if is_counter { growth.divided_by(gap_secs) } else { growth }.into())
        }
        _ => {
            remarks.mixed_floats_and_histograms();
            None
        }
    }
}

fn of_histograms(
    before: &NativeHistogram,
    last: &NativeHistogram,
    is_counter: bool,
    began: bool,
    remarks: &mut Remarks<'_>,
) -> Option<NativeHistogram> {
    let is_gauge = |histogram: &NativeHistogram| histogram.reset_hint == ResetHint::Gauge;
    if is_counter && (is_gauge(before) || is_gauge(last)) {
        remarks.warn(wording::histogram_is_no_counter);
    }
    let are_gauges = is_gauge(before) && is_gauge(last);
    if !(is_counter || are_gauges) {
        remarks.warn(wording::histogram_is_no_gauge);
    }
    if is_counter && (began || last.was_reset_since(before)) {
        return Some(last.clone());
    }
    let Ok((difference, added)) = last.minus(before) else {
        remarks.mixed_exponential_and_custom();
        return None;
    };
    remarks.reconciled(added, HistogramOperation::Subtraction);
    Some(difference)
}

struct Sample {
    timestamp_ms: i64,
    start_ms: i64,
    value: SampleValue,
}

/// The last two samples of either kind, in order of time.
fn last_two(window: &Window<'_>) -> Option<[Sample; 2]> {
    let start_ms = |starts_ms: &[i64], position: usize| starts_ms.get(position).copied().unwrap_or(0);
    let floats = window.floats.iter().enumerate().rev().take(2).map(|(position, sample)| Sample {
        timestamp_ms: sample.timestamp_ms,
        start_ms: start_ms(window.float_starts_ms, position),
        value: SampleValue::Float(sample.value),
    });
    let histograms = window.histograms.iter().enumerate().rev().take(2).map(|(position, sample)| Sample {
        timestamp_ms: sample.timestamp_ms,
        start_ms: start_ms(window.histogram_starts_ms, position),
        value: SampleValue::Histogram(sample.histogram.clone()),
    });
    let mut candidates: Vec<Sample> = floats.chain(histograms).collect();
    candidates.sort_by_key(|sample| sample.timestamp_ms);
    let mut backwards = candidates.into_iter().rev();
    let (last, before) = (backwards.next()?, backwards.next()?);
    Some([before, last])
}
