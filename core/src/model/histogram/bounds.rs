//! Where the buckets of a native histogram begin and end.

use super::{Bucket, NativeHistogram};

/// A bucket with its bounds. Positive buckets include the upper one, negative buckets the lower one, the zero bucket both.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::{Bucket, BucketSpan};
///
/// let positive = vec![Bucket { index: 1, count: 2.0 }];
/// let histogram = NativeHistogram { count: 2.0, positive, ..NativeHistogram::default() };
/// let spans: Vec<_> = histogram.spans().collect();
/// assert_eq!(spans, [BucketSpan { lower: 1.0, upper: 2.0, count: 2.0 }]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BucketSpan {
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
    /// Observations in the bucket.
    pub count: f64,
}

impl NativeHistogram {
    /// The upper bound of the positive bucket `index`, which belongs to it.
    pub fn upper_bound(&self, index: i32) -> f64 {
        if self.has_custom_bounds() {
            let position = usize::try_from(index).ok();
            return match position {
                Some(position) => self.custom_bounds.get(position).copied().unwrap_or(f64::INFINITY),
                None => f64::NEG_INFINITY,
            };
        }
        exponential_bound(index, self.schema)
    }

    /// All buckets, from the lowest values to the highest, the zero bucket among them where it has observations.
    pub fn spans(&self) -> impl DoubleEndedIterator<Item = BucketSpan> {
        let zero =
            BucketSpan { lower: -self.zero_threshold, upper: self.zero_threshold, count: self.zero_count };
        let zero = (self.zero_count > 0.0).then_some(zero);
        let negative = self.negative.iter().rev().map(|bucket| self.negative_span(bucket));
        negative.chain(zero).chain(self.positive.iter().map(|bucket| self.positive_span(bucket)))
    }

    /// The bounds of a positive bucket. The lowest of custom bounds has none below.
    pub(crate) fn positive_span(&self, bucket: &Bucket) -> BucketSpan {
        let lower = self.upper_bound(bucket.index.saturating_sub(1));
        BucketSpan { lower, upper: self.upper_bound(bucket.index), count: bucket.count }
    }

    /// The bounds of a negative bucket.
    pub(crate) fn negative_span(&self, bucket: &Bucket) -> BucketSpan {
        let span = self.positive_span(bucket);
        BucketSpan { lower: -span.upper, upper: -span.lower, count: bucket.count }
    }

    /// The zero bucket, as wide as the observations around it tell: where there are positive buckets alone it begins at 0,
    /// where there are negative ones alone it ends there.
    #[cfg(feature = "promql")]
    pub(crate) fn narrowed_zero_span(&self) -> BucketSpan {
        let (has_negative, has_positive) = (!self.negative.is_empty(), !self.positive.is_empty());
        BucketSpan {
            lower: if has_positive && !has_negative { 0.0 } else { -self.zero_threshold },
            upper: if has_negative && !has_positive { 0.0 } else { self.zero_threshold },
            count: self.zero_count,
        }
    }
}

/// `2^(index * 2^-schema)`; the largest finite number where that would be 2^1024, so that the last bucket before infinity
/// ends there.
fn exponential_bound(index: i32, schema: i32) -> f64 {
    let exponent = f64::from(index) * f64::from(-schema).exp2();
    if exponent == 1024.0 { f64::MAX } else { exponent.exp2() }
}
