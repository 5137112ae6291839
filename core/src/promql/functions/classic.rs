//! Quantiles and fractions of classic histograms.

/// By how much, in proportion to their sum, neighbours may differ by rounding.
const TOLERANCE: f64 = 1e-12;

/// A bucket of a classic histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bucket {
    /// The upper bound, which belongs to it.
    pub(super) upper_bound: f64,
    /// All observations up to the bound.
    pub(super) count: f64,
}

/// Counts that fell by more than rounding and were raised to the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mended {
    /// The lowest upper bound of such a bucket.
    pub(super) lowest_bound: f64,
    /// The highest.
    pub(super) highest_bound: f64,
    pub(super) largest_drop: f64,
}

/// A quantile, and what had to be mended for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantile {
    pub(super) value: f64,
    pub(super) mended: Option<Mended>,
}

/// The quantile `q` (0 to 1) of a classic histogram, interpolated within its bucket.
///
/// - NaN where `q` is NaN, where there is no `+Inf` bucket, fewer than two buckets, or no observation.
/// - -Inf where `q` is below 0, +Inf where it is above 1.
/// - In the `+Inf` bucket: the upper bound of the one before it.
/// - In the first bucket, where its bound is not positive: that bound; else it is taken to begin at 0.
///
/// Buckets with the same bound are added up. A count that falls is raised to the one before it, and one that rises by no
/// more than rounding is lowered to it.
/// Source: Prometheus' `BucketQuantile` in `promql/quantile.go`.
pub(super) fn quantile(q: f64, buckets: &mut Vec<Bucket>) -> Quantile {
    let unmended = |value| Quantile { value, mended: None };
    if q.is_nan() {
        return unmended(f64::NAN);
    }
    if q < 0.0 {
        return unmended(f64::NEG_INFINITY);
    }
    if q > 1.0 {
        return unmended(f64::INFINITY);
    }
    if !coalesce(buckets) || buckets.len() < 2 {
        return unmended(f64::NAN);
    }
    let mended = mend(buckets);
    let outcome = |value| Quantile { value, mended };
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
/// Counts that fall stay as they are.
pub(super) fn fraction(lower: f64, upper: f64, buckets: &mut Vec<Bucket>) -> f64 {
    let has_infinite = coalesce(buckets);
    let total = buckets.last().map_or(0.0, |bucket| bucket.count);
    if !has_infinite || total == 0.0 || total.is_nan() || lower.is_nan() || upper.is_nan() {
        f64::NAN
    } else if lower >= upper {
        0.0
    } else {
        (rank(upper, buckets).min(total) - rank(lower, buckets).min(total)) / total
    }
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

/// Adds up buckets of the same bound. Returns whether there is one for all observations.
#[expect(clippy::float_cmp, reason = "bounds are the same or they are not")]
fn coalesce(buckets: &mut Vec<Bucket>) -> bool {
    buckets.dedup_by(|later, earlier| {
        let is_same = later.upper_bound == earlier.upper_bound;
        if is_same {
            earlier.count += later.count;
        }
        is_same
    });
    buckets.last().is_some_and(|bucket| bucket.upper_bound == f64::INFINITY)
}

/// Raises counts that fall, and lowers those that rise by no more than rounding.
fn mend(buckets: &mut [Bucket]) -> Option<Mended> {
    let mut mended: Option<Mended> = None;
    let mut highest = f64::NEG_INFINITY;
    for bucket in buckets {
        let drop = highest - bucket.count;
        if drop.abs() < TOLERANCE * (highest.abs() + bucket.count.abs()).min(f64::MAX) {
            bucket.count = highest;
        } else if drop > 0.0 {
            bucket.count = highest;
            let upper_bound = bucket.upper_bound;
            let so_far = mended.get_or_insert(Mended {
                lowest_bound: upper_bound,
                highest_bound: upper_bound,
                largest_drop: drop,
            });
            so_far.highest_bound = upper_bound;
            so_far.largest_drop = so_far.largest_drop.max(drop);
        } else {
            highest = bucket.count;
        }
    }
    mended
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
        let falling = [(1.0, 5.0), (2.0, 3.0), (4.0, 6.0), (8.0, 2.0), (f64::INFINITY, 6.0)];
        let expect = Mended { lowest_bound: 2.0, highest_bound: 8.0, largest_drop: 4.0 };
        assert_eq!(quantile(0.5, &mut buckets(&falling)).mended, Some(expect));
    }

    #[test]
    fn rounding_is_smoothed_in_silence() {
        let falls = [(1.0, 1.0), (2.0, 1.0 - 1e-15), (f64::INFINITY, 2.0)];
        assert_eq!(quantile(0.5, &mut buckets(&falls)), Quantile { value: 1.0, mended: None });
        let rises = [(1.0, 1.0), (2.0, 1.0 + 1e-15), (f64::INFINITY, 1.0 + 1e-15)];
        assert_eq!(quantile(1.0, &mut buckets(&rises)), Quantile { value: 1.0, mended: None });
    }

    #[test]
    fn a_fraction_takes_counts_as_they_are() {
        let falling = [(1.0, 4.0), (2.0, 2.0), (f64::INFINITY, 4.0)];
        assert_eq!(fraction(0.0, 2.0, &mut buckets(&falling)), 0.5);
        let beyond_the_total = [(1.0, 8.0), (f64::INFINITY, 4.0)];
        assert_eq!(fraction(0.0, 1.0, &mut buckets(&beyond_the_total)), 1.0);
    }

    #[test]
    fn fractions() {
        let fraction_of = |lower, upper| {
            fraction(lower, upper, &mut buckets(&[(1.0, 1.0), (2.0, 3.0), (f64::INFINITY, 4.0)]))
        };
        assert_eq!(fraction_of(0.0, 1.5), 0.5);
        assert_eq!(fraction_of(f64::NEG_INFINITY, f64::INFINITY), 1.0);
        assert_eq!(fraction_of(2.0, 1.0), 0.0);
        assert!(fraction_of(f64::NAN, 1.0).is_nan());
    }
}
