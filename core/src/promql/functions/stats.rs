//! Statistics over the values of one window, or of one group at one step.
//!
//! All of them take at least one value. Sums are compensated, so that the order of the values does not matter.

pub(crate) use crate::model::compensated::Compensated;

/// The sum, with Neumaier's compensation.
pub(crate) fn sum(values: &[f64]) -> f64 {
    let mut total = Compensated::default();
    values.iter().for_each(|value| total.add(*value));
    total.value()
}

/// The arithmetic mean. Where the sum would overflow, it is calculated step by step instead.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let total = sum(values);
    if total.is_finite() || values.iter().any(|value| !value.is_finite()) {
        return total / count(values);
    }
    let mut mean = 0.0;
    for (seen, value) in (1_u32..).zip(values) {
        mean += value / f64::from(seen) - mean / f64::from(seen);
    }
    mean
}

/// The number of values.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53")]
pub(crate) fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

/// The least value; NaN only where all are.
pub(crate) fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::min)
}

/// The largest value; NaN only where all are.
pub(crate) fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::max)
}

/// The population variance, by Welford's method.
pub(crate) fn variance(values: &[f64]) -> f64 {
    let (mut seen, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        seen += 1.0;
        let delta = value - mean;
        mean += delta / seen;
        squares += delta * (value - mean);
    }
    squares / seen
}

/// The quantile `q` (0 to 1) of the values, which are sorted in place; NaN counts as the least.
///
/// Between two values it is interpolated. NaN where `q` is NaN, -Inf below 0, +Inf above 1.
/// Source: Prometheus' `quantile` in `promql/quantile.go`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank lies within the values")]
pub(crate) fn quantile(q: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(|a, b| b.is_nan().cmp(&a.is_nan()).then(a.total_cmp(b)));
    let rank = q * (count(values) - 1.0);
    let at = |rank: f64| values.get(rank as usize).or(values.last()).copied().unwrap_or(f64::NAN);
    let weight = rank - rank.floor();
    at(rank.floor()) * (1.0 - weight) + at(rank.floor() + 1.0) * weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_compensated() {
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn means_do_not_overflow() {
        assert_eq!(mean(&[f64::MAX, f64::MAX]), f64::MAX);
        assert_eq!(mean(&[f64::INFINITY, 1.0]), f64::INFINITY);
    }

    #[test]
    fn extremes_pass_over_nan() {
        assert_eq!(max(&[f64::NAN, 1.0, f64::NAN]), 1.0);
        assert!(min(&[f64::NAN]).is_nan());
    }

    #[test]
    fn quantiles_interpolate_and_put_nan_first() {
        assert_eq!(quantile(0.5, &mut [3.0, 1.0]), 2.0);
        assert_eq!(quantile(1.0, &mut [3.0, f64::NAN]), 3.0);
        assert_eq!(quantile(-0.1, &mut [3.0]), f64::NEG_INFINITY);
        assert_eq!(quantile(1.1, &mut [3.0]), f64::INFINITY);
        assert!(quantile(f64::NAN, &mut [3.0]).is_nan());
    }
}
