//! How often the samples of a window change, or a counter is reset.

use super::start;
use crate::model::{NativeHistogram, SampleValue};
use crate::promql::ast::RangeExtension;
use crate::promql::eval::{Remarks, Window};

/// How often the value fell, a start timestamp lies between two samples, or the kind of sample changed.
pub(super) fn resets(window: &Window<'_>, _: &mut Remarks<'_>) -> Option<SampleValue> {
    count_pairs(window, |before, after| {
        if start::is_reset(before.start_ms, before.timestamp_ms, after.start_ms, after.timestamp_ms) {
            return true;
        }
        match (before.value, after.value) {
            (Value::Float(before), Value::Float(after)) => after < before,
            (Value::Histogram(before), Value::Histogram(after)) => after.was_reset_since(before),
            _ => true,
        }
    })
}

/// How often the value changed; from NaN to NaN is no change.
#[expect(clippy::float_cmp, reason = "any difference is a change")]
pub(super) fn changes(window: &Window<'_>, _: &mut Remarks<'_>) -> Option<SampleValue> {
    count_pairs(window, |before, after| match (before.value, after.value) {
        (Value::Float(before), Value::Float(after)) => {
            before != after && !(before.is_nan() && after.is_nan())
        }
        (Value::Histogram(before), Value::Histogram(after)) => !after.holds_same(before),
        _ => true,
    })
}

/// A sample of either kind.
#[derive(Clone, Copy)]
struct Sample<'a> {
    timestamp_ms: i64,
    start_ms: i64,
    value: Value<'a>,
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Float(f64),
    Histogram(&'a NativeHistogram),
}

/// For how many samples `condition` holds with the one before. An anchored window begins with the last sample before it.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53")]
fn count_pairs(
    window: &Window<'_>,
    condition: impl Fn(&Sample<'_>, &Sample<'_>) -> bool,
) -> Option<SampleValue> {
    let samples = in_order(window);
    let samples = match window.extension {
        Some(RangeExtension::Anchored) => {
            let inside = samples.partition_point(|sample| sample.timestamp_ms <= window.start_ms);
            if inside == samples.len() {
                return None;
            }
            samples.get(inside.saturating_sub(1)..).unwrap_or_default()
        }
        _ => samples.as_slice(),
    };
    let pairs = samples.iter().zip(samples.iter().skip(1));
    Some(SampleValue::Float(pairs.filter(|(before, after)| condition(before, after)).count() as f64))
}

/// The samples of both kinds, in order of time.
fn in_order<'a>(window: &Window<'a>) -> Vec<Sample<'a>> {
    let start_ms = |starts_ms: &[i64], position: usize| starts_ms.get(position).copied().unwrap_or(0);
    let floats = window.floats.iter().enumerate().map(|(position, sample)| Sample {
        timestamp_ms: sample.timestamp_ms,
        start_ms: start_ms(window.float_starts_ms, position),
        value: Value::Float(sample.value),
    });
    let histograms = window.histograms.iter().enumerate().map(|(position, sample)| Sample {
        timestamp_ms: sample.timestamp_ms,
        start_ms: start_ms(window.histogram_starts_ms, position),
        value: Value::Histogram(&sample.histogram),
    });
    let mut samples: Vec<Sample<'a>> = floats.chain(histograms).collect();
    if !window.floats.is_empty() && !window.histograms.is_empty() {
        samples.sort_by_key(|sample| sample.timestamp_ms);
    }
    samples
}
