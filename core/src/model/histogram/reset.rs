//! Whether a counter was reset between two histograms.

use super::arithmetic::HistogramSum;
use super::resolution::common_bounds;
use super::{Bucket, NativeHistogram, ResetHint};

impl NativeHistogram {
    /// Whether the counter was reset since `previous`: its hint says so, or where it says nothing, any count fell.
    ///
    /// - The sum does not matter: observations may be negative.
    /// - A finer resolution or a narrower zero bucket than before comes only with a reset.
    /// - A coarser resolution, a wider zero bucket or other custom bounds are compared in the buckets that both have.
    ///
    /// Source: Prometheus' `DetectReset` in `model/histogram/float_histogram.go`.
    pub fn was_reset_since(&self, previous: &Self) -> bool {
        match self.reset_hint {
            ResetHint::Reset => return true,
            ResetHint::NotReset => return false,
            ResetHint::Unknown | ResetHint::Gauge => {}
        }
        if self.count < previous.count || self.schema > previous.schema {
            return true;
        }
        if self.has_custom_bounds() {
            return !previous.has_custom_bounds() || self.falls_below_with_custom_bounds(previous);
        }
        if self.zero_threshold < previous.zero_threshold {
            return true;
        }
        if self.zero_threshold == previous.zero_threshold && self.schema == previous.schema {
            return self.falls_below(previous);
        }
        let mut coarser = HistogramSum::new(previous);
        coarser.widen_zero_bucket(self.zero_threshold);
        if coarser.shape.zero_threshold != self.zero_threshold {
            return true;
        }
        coarser.reduce_to(self.schema);
        self.falls_below(&coarser.value())
    }

    /// The hint that a store gives the sample: that of a gauge, or that it continues `previous`, or nothing.
    ///
    /// As Prometheus' chunks do it, a reset that was found is not told: whoever reads the samples may not read the one
    /// before.
    ///
    /// ```
    /// use p95_core::model::NativeHistogram;
    /// use p95_core::model::histogram::ResetHint;
    ///
    /// let [before, now] = [5.0, 7.0].map(|count| NativeHistogram { count, ..NativeHistogram::default() });
    /// assert_eq!(now.hint_after(Some(&before)), ResetHint::NotReset);
    /// assert_eq!((before.hint_after(Some(&now)), now.hint_after(None)), (ResetHint::Unknown, ResetHint::Unknown));
    /// ```
    pub fn hint_after(&self, previous: Option<&Self>) -> ResetHint {
        if self.reset_hint == ResetHint::Gauge {
            return ResetHint::Gauge;
        }
        let continues = previous.is_some_and(|previous| {
            let comparable = !previous.is_stale_marker() && previous.reset_hint != ResetHint::Gauge;
            comparable && self.reset_hint != ResetHint::Reset && self.continues(previous)
        });
        if continues { ResetHint::NotReset } else { ResetHint::Unknown }
    }

    /// Whether both have the same kind of buckets, and no count fell.
    fn continues(&self, previous: &Self) -> bool {
        self.schema == previous.schema
            && self.zero_threshold == previous.zero_threshold
            && self.custom_bounds == previous.custom_bounds
            && self.count >= previous.count
            && !self.falls_below(previous)
    }

    fn falls_below(&self, previous: &Self) -> bool {
        self.zero_count < previous.zero_count
            || any_falls(&self.positive, &previous.positive)
            || any_falls(&self.negative, &previous.negative)
    }

    fn falls_below_with_custom_bounds(&self, previous: &Self) -> bool {
        if self.custom_bounds == previous.custom_bounds {
            return any_falls(&self.positive, &previous.positive);
        }
        let bounds = common_bounds(&self.custom_bounds, &previous.custom_bounds);
        let [own, others] = [self, previous].map(|histogram| {
            let mut coarser = HistogramSum::new(histogram);
            coarser.keep_bounds(&bounds);
            coarser.value()
        });
        any_falls(&own.positive, &others.positive)
    }
}

/// Whether any bucket has fewer observations than before; a bucket that is gone has none.
fn any_falls(now: &[Bucket], before: &[Bucket]) -> bool {
    let mut now = now.iter().peekable();
    before.iter().any(|bucket| {
        while now.next_if(|candidate| candidate.index < bucket.index).is_some() {}
        let same = now.peek().filter(|candidate| candidate.index == bucket.index);
        same.map_or(0.0, |candidate| candidate.count) < bucket.count
    })
}
