//! Quantiles, fractions and variances, estimated from the buckets.

use super::{BucketSpan, NativeHistogram};
use crate::model::compensated::Compensated;

/// A number estimated from a histogram.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::Bucket;
///
/// let histogram = NativeHistogram {
///     count: 3.0,
///     sum: 4.5,
///     positive: vec![Bucket { index: 0, count: 1.0 }, Bucket { index: 1, count: 2.0 }],
///     ..NativeHistogram::default()
/// };
/// let median = histogram.quantile(0.5).value;
/// assert!((1.0..2.0).contains(&median));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfHistogram {
    /// The number.
    pub value: f64,
    /// What observations of NaN did to it.
    pub nan_observations: NanObservations,
}

/// What observations of NaN, which lie in no bucket, do to an estimate.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::NanObservations;
///
/// // One observation, in no bucket: it was NaN.
/// let histogram = NativeHistogram { count: 1.0, sum: f64::NAN, ..NativeHistogram::default() };
/// assert_eq!(histogram.quantile(0.5).nan_observations, NanObservations::Hit);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NanObservations {
    /// Nothing: there are none.
    Absent,
    /// They take part as if they were larger than all others, or are left out.
    Skew,
    /// The estimate falls among them, so that it is NaN.
    Hit,
}

impl NativeHistogram {
    /// The quantile `q` (0 to 1), interpolated within its bucket: exponentially, but linearly in the zero bucket and with
    /// custom bounds.
    ///
    /// - NaN where `q` is NaN or there is no observation; -Inf where `q` is below 0, +Inf where it is above 1.
    /// - With custom bounds: in the bucket without lower bound 0 is taken for it, or the upper bound where that is not
    ///   positive; in the bucket without upper bound it is the lower one.
    /// - Observations of NaN count as larger than all others.
    ///
    /// Source: Prometheus' `HistogramQuantile` in `promql/quantile.go`.
    pub fn quantile(&self, q: f64) -> OfHistogram {
        if q < 0.0 {
            return plain(f64::NEG_INFINITY);
        }
        if q > 1.0 {
            return plain(f64::INFINITY);
        }
        if self.count == 0.0 || q.is_nan() {
            return plain(f64::NAN);
        }
        // From the nearer end; but where there may be NaN, which lies above all buckets, from below.
        let is_forward = self.sum.is_nan() || q < 0.5;
        let rank = if is_forward { q * self.count } else { (1.0 - q) * self.count };
        let place =
            if is_forward { find_rank(self.spans(), rank) } else { find_rank(self.spans().rev(), rank) };
        let Place { span, seen } = place.unwrap_or_default();
        let seen = seen.min(self.count);
        if self.has_custom_bounds() && (span.lower == f64::NEG_INFINITY || span.upper == f64::INFINITY) {
            if span.lower != f64::NEG_INFINITY {
                return plain(span.lower);
            }
            if span.upper <= 0.0 {
                return plain(span.upper);
            }
        }
        if seen < rank {
            let hit = OfHistogram { value: f64::NAN, nan_observations: NanObservations::Hit };
            return if self.sum.is_nan() { hit } else { plain(span.upper) };
        }
        let below = if is_forward { rank - (seen - span.count) } else { seen - rank };
        let span = self.with_known_edge(span);
        let value = self.interpolated(span, below / span.count);
        OfHistogram { value, nan_observations: self.nan_observations() }
    }

    /// The fraction of observations between `lower` and `upper`, interpolated as in [`NativeHistogram::quantile`].
    ///
    /// NaN where a bound is NaN or there is no observation; 0 where `lower` is not below `upper`. Observations of NaN are
    /// part of no fraction.
    ///
    /// Source: Prometheus' `HistogramFraction` in `promql/quantile.go`.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    /// use p95_core::model::histogram::Bucket;
    ///
    /// let positive = vec![Bucket { index: 0, count: 1.0 }, Bucket { index: 1, count: 3.0 }];
    /// let histogram = NativeHistogram { count: 4.0, positive, ..NativeHistogram::default() };
    /// assert_eq!(histogram.fraction(1.0, 2.0).value, 0.75);
    /// ```
    pub fn fraction(&self, lower: f64, upper: f64) -> OfHistogram {
        if self.count == 0.0 || lower.is_nan() || upper.is_nan() {
            return plain(f64::NAN);
        }
        if lower >= upper {
            return plain(0.0);
        }
        let in_buckets = if self.sum.is_nan() { self.count_in_buckets() } else { self.count };
        let (lower_rank, upper_rank) = (self.rank(lower).min(in_buckets), self.rank(upper).min(in_buckets));
        let value = (upper_rank - lower_rank) / self.count;
        OfHistogram { value, nan_observations: self.nan_observations() }
    }

    /// The variance, with each observation in the middle of its bucket: the geometric mean of the bounds, 0 in the zero
    /// bucket, the arithmetic mean with custom bounds.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    /// use p95_core::model::histogram::Bucket;
    ///
    /// // Two observations in (1,4], whose middle is 2, and a mean of 3.
    /// let positive = vec![Bucket { index: 1, count: 2.0 }];
    /// let histogram = NativeHistogram { schema: -1, count: 2.0, sum: 6.0, positive, ..NativeHistogram::default() };
    /// assert_eq!(histogram.variance(), 1.0);
    /// ```
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let mut squares = Compensated::default();
        for span in self.spans().filter(|span| span.count != 0.0) {
            let middle = if self.has_custom_bounds() {
                f64::midpoint(span.lower, span.upper)
            } else if span.lower <= 0.0 && span.upper >= 0.0 {
                0.0
            } else {
                (span.lower * span.upper).sqrt().copysign(span.upper)
            };
            squares.add(span.count * (middle - mean) * (middle - mean));
        }
        squares.value() / self.count
    }

    /// How many observations lie below `value`; all where no bucket reaches it.
    fn rank(&self, value: f64) -> f64 {
        let mut seen = 0.0;
        for span in self.spans() {
            let is_zero = span.lower <= 0.0 && span.upper >= 0.0;
            let span = if is_zero { self.with_zero_narrowed(span) } else { span };
            if span.lower >= value {
                return seen;
            }
            if span.upper > value {
                if span.lower == f64::NEG_INFINITY {
                    return span.count;
                }
                let is_linear = self.has_custom_bounds() || is_zero;
                return seen + span.count * share_below(span, value, is_linear);
            }
            seen += span.count;
        }
        f64::INFINITY
    }

    fn count_in_buckets(&self) -> f64 {
        self.spans().map(|span| span.count).sum()
    }

    /// Observations of NaN make the sum NaN and lie in no bucket; observations of both infinities make the sum NaN too.
    fn nan_observations(&self) -> NanObservations {
        let any = self.sum.is_nan() && self.count_in_buckets() < self.count;
        if any { NanObservations::Skew } else { NanObservations::Absent }
    }

    /// The bucket with 0 for an edge that the other buckets rule out.
    fn with_known_edge(&self, span: BucketSpan) -> BucketSpan {
        if self.has_custom_bounds() {
            let lower = if span.lower == f64::NEG_INFINITY { 0.0 } else { span.lower };
            return BucketSpan { lower, ..span };
        }
        if span.lower < 0.0 && span.upper > 0.0 { self.with_zero_narrowed(span) } else { span }
    }

    /// A bucket around 0, narrowed like the zero bucket.
    fn with_zero_narrowed(&self, span: BucketSpan) -> BucketSpan {
        if self.has_custom_bounds() {
            // All its buckets are in one list, whatever their sign.
            let lower = if self.positive.is_empty() { span.lower } else { 0.0 };
            return BucketSpan { lower, ..span };
        }
        BucketSpan { count: span.count, ..self.narrowed_zero_span() }
    }

    /// The value that lies `share` (0 to 1) of the way through a bucket.
    fn interpolated(&self, span: BucketSpan, share: f64) -> f64 {
        if self.has_custom_bounds() || (span.lower <= 0.0 && span.upper >= 0.0) {
            return span.lower + (span.upper - span.lower) * share;
        }
        let (lower, upper) = (span.lower.abs().log2(), span.upper.abs().log2());
        if span.lower > 0.0 {
            (lower + (upper - lower) * share).exp2()
        } else {
            -(upper + (lower - upper) * (1.0 - share)).exp2()
        }
    }
}

/// How much of a bucket, of 1, lies below `value`, which is inside it.
pub(super) fn share_below(span: BucketSpan, value: f64, is_linear: bool) -> f64 {
    if is_linear {
        return (value - span.lower) / (span.upper - span.lower);
    }
    let [lower, upper, at] = [span.lower, span.upper, value].map(|bound| bound.abs().log2());
    if value > 0.0 { (at - lower) / (upper - lower) } else { 1.0 - (at - upper) / (lower - upper) }
}

/// Where a rank lies: the bucket, and how many observations there are up to its end.
#[derive(Default)]
struct Place {
    span: BucketSpan,
    seen: f64,
}

/// The first bucket that reaches `rank`; the last one where none does.
fn find_rank(spans: impl Iterator<Item = BucketSpan>, rank: f64) -> Option<Place> {
    let mut place = None;
    let mut seen = 0.0;
    for span in spans {
        seen += span.count;
        place = Some(Place { span, seen });
        if span.count != 0.0 && seen >= rank {
            break;
        }
    }
    place
}

fn plain(value: f64) -> OfHistogram {
    OfHistogram { value, nan_observations: NanObservations::Absent }
}
