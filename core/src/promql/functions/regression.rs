//! Straight lines through the samples of a window, and smoothing along them.

use super::rate::secs;
use super::stats::Compensated;
use crate::model::FloatSample;
use crate::promql::eval::Window;

/// A straight line: `value = intercept + slope * seconds`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) slope: f64,
    /// The value at the time that was given as zero.
    pub(super) intercept: f64,
}

/// The line with the least squared error, times counted from `zero_ms`. `None` for fewer than two samples.
///
/// Samples that are all alike give that value and slope 0; NaN where they are infinite.
/// Source: Prometheus' `linearRegression` in `promql/functions.go`.
pub(super) fn least_squares(samples: &[FloatSample], zero_ms: i64) -> Option<Line> {
    let (first, others) = samples.split_first().filter(|(_, others)| !others.is_empty())?;
    #[expect(clippy::float_cmp, reason = "a constant series is exactly constant")]
    if others.iter().all(|sample| sample.value == first.value) {
        let is_finite = first.value.is_finite();
        return Some(Line {
            slope: if is_finite { 0.0 } else { f64::NAN },
            intercept: if is_finite { first.value } else { f64::NAN },
        });
    }
    let [mut n, mut x, mut y, mut xy, mut xx] = [Compensated::default(); 5];
    for sample in samples {
        let at_secs = secs(sample.timestamp_ms - zero_ms);
        n.add(1.0);
        x.add(at_secs);
        y.add(sample.value);
        xy.add(at_secs * sample.value);
        xx.add(at_secs * at_secs);
    }
    let [n, x, y, xy, xx] = [n, x, y, xy, xx].map(Compensated::value);
    let slope = (xy - x * y / n) / (xx - x * x / n);
    Some(Line { slope, intercept: y / n - slope * x / n })
}

/// `deriv`: the slope per second.
pub(super) fn deriv(window: &Window<'_>) -> Option<f64> {
    // Counting from the first sample keeps the numbers small.
    let zero_ms = window.floats.first()?.timestamp_ms;
    least_squares(window.floats, zero_ms).map(|line| line.slope)
}

/// `predict_linear`: the line's value so many seconds after the step.
pub(super) fn predict(window: &Window<'_>, ahead_secs: f64) -> Option<f64> {
    let line = least_squares(window.floats, window.at_ms)?;
    Some(line.intercept + line.slope * ahead_secs)
}

/// `double_exponential_smoothing`: the last value, smoothed; both factors lie between 0 and 1. `None` for fewer than two
/// samples.
///
/// Source: Prometheus' `funcDoubleExponentialSmoothing` in `promql/functions.go`.
pub(super) fn smoothed(floats: &[FloatSample], level_factor: f64, trend_factor: f64) -> Option<f64> {
    let [first, second, ..] = floats else { return None };
    let mut level = first.value;
    let mut level_before = None;
    let mut trend = second.value - first.value;
    for sample in floats.iter().skip(1) {
        if let Some(level_before) = level_before {
            trend = trend_factor * (level - level_before) + (1.0 - trend_factor) * trend;
        }
        level_before = Some(level);
        level = level_factor * sample.value + (1.0 - level_factor) * (level + trend);
    }
    Some(level)
}
