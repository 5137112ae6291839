//! Sums and differences of native histograms.

use super::resolution::{common_bounds, merged};
use super::{Bucket, NativeHistogram, ResetHint};
use crate::model::compensated::Compensated;

/// A sum of histograms, compensated like a sum of floats. It has the resolution of the coarsest of them.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::{Bucket, HistogramSum};
///
/// let histogram = NativeHistogram {
///     count: 3.0,
///     sum: 4.5,
///     positive: vec![Bucket { index: 0, count: 1.0 }, Bucket { index: 1, count: 2.0 }],
///     ..NativeHistogram::default()
/// };
/// let mut sum = HistogramSum::new(&histogram);
/// sum.add(&histogram)?;
/// assert_eq!((sum.value().count, sum.value().sum), (6.0, 9.0));
/// sum.scale(|count| count / 2.0);
/// sum.subtract(&histogram)?;
/// assert_eq!((sum.value().count, sum.has_overflown()), (0.0, false));
/// # Ok::<(), p95_core::model::histogram::IncompatibleBuckets>(())
/// ```
#[derive(Clone, Debug)]
pub struct HistogramSum {
    /// Schema, hint, threshold and bounds; its counts are not looked at.
    pub(super) shape: NativeHistogram,
    pub(super) count: Compensated,
    pub(super) sum: Compensated,
    pub(super) zero_count: Compensated,
    pub(super) positive: Vec<Term>,
    pub(super) negative: Vec<Term>,
}

/// The count of one bucket, while it is being added up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub(super) index: i32,
    pub(super) count: Compensated,
}

/// What there is to be said about an addition that worked.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::Added;
///
/// let (_sum, added) = NativeHistogram::default().plus(&NativeHistogram::default())?;
/// assert_eq!(added, Added { hints_collide: false, bounds_reconciled: false });
/// # Ok::<(), p95_core::model::histogram::IncompatibleBuckets>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Added {
    /// One said that it follows a reset, the other that it does not. The sum says neither.
    pub hints_collide: bool,
    /// Both brought their own bounds, and these differ. The sum has only those that both had.
    pub bounds_reconciled: bool,
}

/// Only one of two histograms brings its own bounds, so that they cannot be added up.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::IncompatibleBuckets;
///
/// let exponential = NativeHistogram::default();
/// let custom = NativeHistogram { schema: NativeHistogram::CUSTOM_BUCKETS, ..NativeHistogram::default() };
/// assert_eq!(exponential.plus(&custom).unwrap_err(), IncompatibleBuckets);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a histogram of a schema and one of custom bounds cannot be added up")]
pub struct IncompatibleBuckets;

impl NativeHistogram {
    /// The sum of the two.
    ///
    /// # Errors
    /// Where only one of them has custom bounds.
    pub fn plus(&self, other: &Self) -> Result<(Self, Added), IncompatibleBuckets> {
        let mut sum = HistogramSum::new(self);
        let added = sum.add(other)?;
        Ok((sum.value(), added))
    }

    /// The difference of the two.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    ///
    /// let [before, now] = [3.0, 8.0].map(|count| NativeHistogram { count, ..NativeHistogram::default() });
    /// assert_eq!(now.minus(&before)?.0.count, 5.0);
    /// # Ok::<(), p95_core::model::histogram::IncompatibleBuckets>(())
    /// ```
    ///
    /// # Errors
    /// Where only one of them has custom bounds.
    pub fn minus(&self, other: &Self) -> Result<(Self, Added), IncompatibleBuckets> {
        let mut sum = HistogramSum::new(self);
        let added = sum.subtract(other)?;
        Ok((sum.value(), added))
    }

    /// The histogram in the lower resolution `schema`; itself where it is that low already.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    /// use p95_core::model::histogram::Bucket;
    ///
    /// // (1,2] and (2,4] are one bucket where only every other bound is left.
    /// let positive = vec![Bucket { index: 1, count: 3.0 }, Bucket { index: 2, count: 4.0 }];
    /// let histogram = NativeHistogram { count: 7.0, positive, ..NativeHistogram::default() };
    /// assert_eq!(histogram.reduced_to(-1).to_string(), "{count:7, sum:0, (1,4]:7}");
    /// ```
    #[must_use]
    pub fn reduced_to(&self, schema: i32) -> Self {
        let mut sum = HistogramSum::new(self);
        sum.reduce_to(schema);
        sum.value()
    }
}

impl HistogramSum {
    /// The sum of one histogram.
    pub fn new(histogram: &NativeHistogram) -> Self {
        let shape = NativeHistogram { custom_bounds: histogram.custom_bounds.clone(), ..shape(histogram) };
        Self {
            shape,
            count: histogram.count.into(),
            sum: histogram.sum.into(),
            zero_count: histogram.zero_count.into(),
            positive: terms(&histogram.positive),
            negative: terms(&histogram.negative),
        }
    }

    /// Adds a histogram.
    ///
    /// # Errors
    /// Where only one of the two has custom bounds; the sum stays as it is.
    pub fn add(&mut self, other: &NativeHistogram) -> Result<Added, IncompatibleBuckets> {
        self.add_signed(Self::new(other))
    }

    /// Subtracts a histogram.
    ///
    /// # Errors
    /// Where only one of the two has custom bounds; the sum stays as it is.
    pub fn subtract(&mut self, other: &NativeHistogram) -> Result<Added, IncompatibleBuckets> {
        let mut other = Self::new(other);
        other.scale(|count| -count);
        self.add_signed(other)
    }

    /// Multiplies or divides all counts and the sum: `f` must be one of the two.
    pub fn scale(&mut self, f: impl Fn(f64) -> f64) {
        self.count.scale(&f);
        self.sum.scale(&f);
        self.zero_count.scale(&f);
        let terms = self.positive.iter_mut().chain(&mut self.negative);
        terms.for_each(|term| term.count.scale(&f));
    }

    /// Whether some count or the sum has become infinite.
    pub fn has_overflown(&self) -> bool {
        let terms = self.positive.iter().chain(&self.negative).map(|term| term.count);
        [self.count, self.sum, self.zero_count].into_iter().chain(terms).any(Compensated::is_infinite)
    }

    /// The sum, empty buckets among its buckets.
    pub fn value(&self) -> NativeHistogram {
        NativeHistogram {
            count: self.count.value(),
            sum: self.sum.value(),
            zero_count: self.zero_count.value(),
            positive: buckets(&self.positive),
            negative: buckets(&self.negative),
            ..self.shape.clone()
        }
    }

    fn add_signed(&mut self, mut other: Self) -> Result<Added, IncompatibleBuckets> {
        let is_custom = self.shape.has_custom_bounds();
        if is_custom != other.shape.has_custom_bounds() {
            return Err(IncompatibleBuckets);
        }
        let mut added = Added { hints_collide: self.adjust_hint(&other), ..Added::default() };
        if is_custom {
            if self.shape.custom_bounds != other.shape.custom_bounds {
                added.bounds_reconciled = true;
                let bounds = common_bounds(&self.shape.custom_bounds, &other.shape.custom_bounds);
                self.keep_bounds(&bounds);
                other.keep_bounds(&bounds);
            }
        } else {
            self.reconcile_zero_buckets(&mut other);
            let schema = self.shape.schema.min(other.shape.schema);
            self.reduce_to(schema);
            other.reduce_to(schema);
        }
        self.count.merge(other.count);
        self.sum.merge(other.sum);
        self.zero_count.merge(other.zero_count);
        self.positive = merged(&self.positive, &other.positive);
        self.negative = merged(&self.negative, &other.negative);
        Ok(added)
    }

    /// Widens both zero buckets until they are the same.
    fn reconcile_zero_buckets(&mut self, other: &mut Self) {
        loop {
            let (own, others) = (self.shape.zero_threshold, other.shape.zero_threshold);
            if own < others {
                self.widen_zero_bucket(others);
            } else if own > others {
                other.widen_zero_bucket(own);
            } else {
                // Equal, or NaN, which cannot be mended.
                return;
            }
        }
    }

    /// The hint of a sum: that of a gauge where one is a gauge, nothing where they differ. Tells whether they contradict
    /// each other.
    fn adjust_hint(&mut self, other: &Self) -> bool {
        let (own, others) = (self.shape.reset_hint, other.shape.reset_hint);
        if own == others {
            return false;
        }
        let (hint, collide) = match (own, others) {
            (ResetHint::Gauge, _) | (_, ResetHint::Gauge) => (ResetHint::Gauge, false),
            (ResetHint::Unknown, _) | (_, ResetHint::Unknown) => (ResetHint::Unknown, false),
            _ => (ResetHint::Unknown, true),
        };
        self.shape.reset_hint = hint;
        collide
    }
}

/// A histogram without buckets and counts, but with the schema, hint and threshold of another.
fn shape(histogram: &NativeHistogram) -> NativeHistogram {
    NativeHistogram {
        schema: histogram.schema,
        reset_hint: histogram.reset_hint,
        zero_threshold: histogram.zero_threshold,
        ..NativeHistogram::default()
    }
}

fn terms(buckets: &[Bucket]) -> Vec<Term> {
    buckets.iter().map(|bucket| Term { index: bucket.index, count: bucket.count.into() }).collect()
}

fn buckets(terms: &[Term]) -> Vec<Bucket> {
    terms.iter().map(|term| Bucket { index: term.index, count: term.count.value() }).collect()
}
