//! The growth of counters and the differences of gauges over a window.

use crate::model::FloatSample;
use crate::promql::eval::Window;

/// How the ends of a window are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Growth {
    /// `rate`: a counter's growth per second.
    Rate,
    /// `increase`: a counter's growth.
    Increase,
    /// `delta`: a gauge's difference.
    Delta,
}

/// The growth over the window, extrapolated from the first and last sample to the window's edges.
///
/// - Fewer than two samples: none.
/// - A counter that falls was reset: what it had counted before is added.
/// - Towards an edge that is more than 1.1 mean gaps away, only half a mean gap is extrapolated.
/// - A counter is not extrapolated to before the time at which it would have been zero.
///
/// Source: Prometheus' `extrapolatedRate` in `promql/functions.go`.
pub(super) fn extrapolated(window: Window<'_>, growth: Growth) -> Option<f64> {
    let (first, last) = ends(window.samples)?;
    let is_counter = growth != Growth::Delta;
    let mut difference = last.value - first.value;
    if is_counter {
        let pairs = window.samples.iter().zip(window.samples.iter().skip(1));
        difference += pairs
            .filter(|(before, after)| after.value < before.value)
            .map(|(before, _)| before.value)
            .sum::<f64>();
    }

    let mut to_start_secs = secs(first.timestamp_ms - window.start_ms);
    let mut to_end_secs = secs(window.end_ms - last.timestamp_ms);
    let sampled_secs = secs(last.timestamp_ms - first.timestamp_ms);
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53")]
    let mean_gap_secs = sampled_secs / (window.samples.len() - 1) as f64;
    let threshold_secs = mean_gap_secs * 1.1;
    if to_start_secs >= threshold_secs {
        to_start_secs = mean_gap_secs / 2.0;
    }
    if is_counter && difference > 0.0 && first.value >= 0.0 {
        to_start_secs = to_start_secs.min(sampled_secs * (first.value / difference));
    }
    if to_end_secs >= threshold_secs {
        to_end_secs = mean_gap_secs / 2.0;
    }

    let mut factor = (sampled_secs + to_start_secs + to_end_secs) / sampled_secs;
    if growth == Growth::Rate {
        factor /= secs(window.end_ms - window.start_ms);
    }
    Some(difference * factor)
}

/// The difference between the last two samples; a counter that fell counts from zero, and its growth is per second.
pub(super) fn instant(window: Window<'_>, is_counter: bool) -> Option<f64> {
    let mut backwards = window.samples.iter().rev();
    let (last, before) = (backwards.next()?, backwards.next()?);
    if !is_counter {
        return Some(last.value - before.value);
    }
    let gap_secs = secs(last.timestamp_ms - before.timestamp_ms);
    let growth = if last.value < before.value { last.value } else { last.value - before.value };
    (gap_secs > 0.0).then_some(growth / gap_secs)
}

/// How often the value fell.
pub(super) fn resets(window: Window<'_>) -> Option<f64> {
    Some(count_pairs(window.samples, |before, after| after < before))
}

/// How often the value changed; from NaN to NaN is no change.
#[expect(clippy::float_cmp, reason = "any difference is a change")]
pub(super) fn changes(window: Window<'_>) -> Option<f64> {
    Some(count_pairs(window.samples, |before, after| before != after && !(before.is_nan() && after.is_nan())))
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53")]
fn count_pairs(samples: &[FloatSample], condition: impl Fn(f64, f64) -> bool) -> f64 {
    let pairs = samples.iter().zip(samples.iter().skip(1));
    pairs.filter(|(before, after)| condition(before.value, after.value)).count() as f64
}

/// The first and the last of at least two samples.
fn ends(samples: &[FloatSample]) -> Option<(&FloatSample, &FloatSample)> {
    match samples {
        [first, .., last] => Some((first, last)),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 milliseconds")]
pub(super) fn secs(duration_ms: i64) -> f64 {
    duration_ms as f64 / 1000.0
}
