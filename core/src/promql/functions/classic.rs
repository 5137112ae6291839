//! Quantiles and fractions of classic histograms.

/// By how much, in proportion, a bucket may fall below the one before it and still count as rounding.
const TOLERANCE: f64 = 1e-12;

/// A bucket of a classic histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bucket {
    /// The upper bound, which belongs to it.
    pub(super) upper_bound: f64,
    /// All observations up to the bound.
    pub(super) count: f64,
}

/// A result, and whether counts that fall had to be mended for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) value: f64,
    pub(super) was_mended: bool,
}

/// The quantile `q` (0 to 1) of a classic histogram, interpolated within its bucket.
///
/// - NaN where `q` is NaN, where there is no `+Inf` bucket, fewer than two buckets, or no observation.
/// - -Inf where `q` is below 0, +Inf where it is above 1.
/// - In the `+Inf` bucket: the upper bound of the one before it.
/// - In the first bucket, where its bound is not positive: that bound; else it is taken to begin at 0.
///
/// Buckets with the same bound are added up. A count that falls is raised to the one before it.
/// Source: Prometheus' `BucketQuantile` in `promql/quantile.go`.
pub(super) fn quantile(q: f64, buckets: &mut Vec<Bucket>) -> Outcome {
    let unmended = |value| Outcome { value, was_mended: false };
    if q.is_nan() {
        return unmended(f64::NAN);
    }
    if q < 0.0 {
        return unmended(f64::NEG_INFINITY);
    }
    if q > 1.0 {
        return unmended(f64::INFINITY);
    }
    let Some(was_mended) = prepare(buckets) else { return unmended(f64::NAN) };
    let outcome = |value| Outcome { value, was_mended };
    let [finite @ .., infinite] = buckets.as_slice() else { return unmended(f64::NAN) };
    if infinite.count == 0.0 || infinite.count.is_nan() {
        return outcome(f64::NAN);
    }
    let rank = q * infinite.count;
    let Some(position) = finite.iter().position(|bucket| bucket.count >= rank) else {
        return outcome(finite.last().map_or(f64::NAN, |bucket| bucket.upper_bound));
    };
    let Some(bucket) = finite.get(position) else { return outcome(f64::NAN) };
    let below = position.checked_sub(1).and_then(|below| finite.get(below));
    if below.is_none() && bucket.upper_bound <= 0.0 {
        return outcome(bucket.upper_bound);
    }
    let (start, seen) = below.map_or((0.0, 0.0), |below| (below.upper_bound, below.count));
    outcome(start + (bucket.upper_bound - start) * ((rank - seen) / (bucket.count - seen)))
}

/// The fraction of observations above `lower` and up to `upper`, interpolated within buckets.
///
/// NaN where a bound is NaN, where there is no `+Inf` bucket or no observation; 0 where `lower` is not below `upper`.
pub(super) fn fraction(lower: f64, upper: f64, buckets: &mut Vec<Bucket>) -> Outcome {
    prepare(buckets);
    let has_infinite = buckets.last().is_some_and(|bucket| bucket.upper_bound == f64::INFINITY);
    let total = buckets.last().map_or(0.0, |bucket| bucket.count);
    let value = if !has_infinite || total == 0.0 || total.is_nan() || lower.is_nan() || upper.is_nan() {
        f64::NAN
    } else if lower >= upper {
        0.0
    } else {
        (rank(upper, buckets) - rank(lower, buckets)) / total
    };
    Outcome { value, was_mended: false }
}

/// How many observations lie at or below `value`.
fn rank(value: f64, buckets: &[Bucket]) -> f64 {
    if value == f64::INFINITY {
        return buckets.last().map_or(0.0, |bucket| bucket.count);
    }
    let (mut start, mut seen) = (f64::NEG_INFINITY, 0.0);
    for bucket in buckets {
        if start == f64::NEG_INFINITY && bucket.upper_bound > 0.0 {
            start = 0.0;
        }
        if value <= start {
            return seen;
        }
        if value < bucket.upper_bound {
            if start == f64::NEG_INFINITY {
                return bucket.count;
            }
            let is_bounded = bucket.upper_bound.is_finite();
            let share = if is_bounded { (value - start) / (bucket.upper_bound - start) } else { 0.0 };
            return seen + (bucket.count - seen) * share;
        }
        (start, seen) = (bucket.upper_bound, bucket.count);
    }
    seen
}

/// Adds up buckets of the same bound and raises counts that fall. Returns whether any fell by more than rounding, or
/// `None` where these are no buckets of a histogram.
#[expect(clippy::float_cmp, reason = "bounds are the same or they are not")]
fn prepare(buckets: &mut Vec<Bucket>) -> Option<bool> {
    if buckets.last()?.upper_bound != f64::INFINITY {
        return None;
    }
    buckets.dedup_by(|later, earlier| {
        let is_same = later.upper_bound == earlier.upper_bound;
        if is_same {
            earlier.count += later.count;
        }
        is_same
    });
    if buckets.len() < 2 {
        return None;
    }
    let mut was_mended = false;
    let mut highest = f64::NEG_INFINITY;
    for bucket in buckets.iter_mut() {
        if bucket.count < highest {
            was_mended |= highest - bucket.count > TOLERANCE * highest.abs();
            bucket.count = highest;
        } else {
            highest = bucket.count;
        }
    }
    Some(was_mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(pairs: &[(f64, f64)]) -> Vec<Bucket> {
        pairs.iter().map(|(upper_bound, count)| Bucket { upper_bound: *upper_bound, count: *count }).collect()
    }

    #[test]
    fn quantiles() {
        #[track_caller]
        fn check(q: f64, pairs: &[(f64, f64)], expect: f64) {
            let value = quantile(q, &mut buckets(pairs)).value;
            assert!(value == expect || (value.is_nan() && expect.is_nan()), "{value} instead of {expect}");
        }
        const INF: f64 = f64::INFINITY;
        check(0.5, &[(1.0, 1.0), (2.0, 3.0), (INF, 4.0)], 1.5);
        check(0.9, &[(1.0, 1.0), (2.0, 3.0), (INF, 4.0)], 2.0);
        check(0.25, &[(1.0, 4.0), (INF, 4.0)], 0.25);
        check(0.5, &[(-1.0, 4.0), (INF, 4.0)], -1.0);
        check(-0.1, &[(1.0, 4.0), (INF, 4.0)], -INF);
        check(1.1, &[(1.0, 4.0), (INF, 4.0)], INF);
        check(0.5, &[(1.0, 4.0), (2.0, 4.0)], f64::NAN);
        check(0.5, &[(INF, 4.0)], f64::NAN);
        check(0.5, &[(1.0, 0.0), (INF, 0.0)], f64::NAN);
        check(0.5, &[(1.0, 1.0), (1.0, 1.0), (INF, 4.0)], 1.0);
    }

    #[test]
    fn counts_that_fall_are_raised_and_told() {
        assert!(quantile(0.5, &mut buckets(&[(1.0, 5.0), (2.0, 3.0), (f64::INFINITY, 6.0)])).was_mended);
        let rounding = [(1.0, 1.0), (2.0, 1.0 - 1e-15), (f64::INFINITY, 2.0)];
        assert!(!quantile(0.5, &mut buckets(&rounding)).was_mended);
    }

    #[test]
    fn fractions() {
        let fraction_of = |lower, upper| {
            fraction(lower, upper, &mut buckets(&[(1.0, 1.0), (2.0, 3.0), (f64::INFINITY, 4.0)])).value
        };
        assert_eq!(fraction_of(0.0, 1.5), 0.5);
        assert_eq!(fraction_of(f64::NEG_INFINITY, f64::INFINITY), 1.0);
        assert_eq!(fraction_of(2.0, 1.0), 0.0);
        assert!(fraction_of(f64::NAN, 1.0).is_nan());
    }
}
