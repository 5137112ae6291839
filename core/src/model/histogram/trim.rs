//! Cutting observations off at a value: the operators `</` and `>/`.

use super::quantile::share_below;
use super::{Bucket, BucketSpan, NativeHistogram};

/// Which observations stay.
///
/// ```
/// use p95_core::model::NativeHistogram;
/// use p95_core::model::histogram::{Bucket, KeptSide};
///
/// let histogram = NativeHistogram {
///     count: 3.0,
///     sum: 4.5,
///     positive: vec![Bucket { index: 0, count: 1.0 }, Bucket { index: 1, count: 2.0 }],
///     ..NativeHistogram::default()
/// };
/// assert_eq!(histogram.trimmed(1.0, KeptSide::Above).count, 2.0);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeptSide {
    /// Those up to the value: `</`.
    Below,
    /// Those from the value on: `>/`.
    Above,
}

/// What stays of a bucket.
#[derive(Clone, Copy, Debug)]
struct Kept {
    count: f64,
    /// What each observation is taken to be worth.
    middle: f64,
}

impl NativeHistogram {
    /// The histogram without the observations on the other side of `at`. A bucket that is cut is interpolated as in
    /// [`NativeHistogram::quantile`]; a bucket without an end goes whole where it is cut, or stays whole where nothing tells
    /// where in it the observations lie.
    ///
    /// Where nothing is cut off, the histogram stays as it is. Otherwise count and sum are those of what is left, each
    /// observation in the middle of its bucket.
    #[must_use]
    pub fn trimmed(&self, at: f64, side: KeptSide) -> Self {
        let is_custom = self.has_custom_bounds();
        let mut total = Total::default();
        let positive = trimmed_buckets(&self.positive, &mut total, |bucket| {
            let span = self.positive_span(bucket);
            if is_custom { kept_of_custom(span, at, side) } else { kept(span, at, side, false) }
        });
        let negative = trimmed_buckets(&self.negative, &mut total, |bucket| {
            kept(self.negative_span(bucket), at, side, false)
        });
        let zero = kept(self.narrowed_zero_span(), at, side, true);
        let zero_count =
            if self.zero_count > 0.0 { total.take(self.zero_count, zero) } else { self.zero_count };
        if !total.is_cut {
            return self.clone();
        }
        let trimmed = Self {
            count: total.count,
            sum: total.sum,
            zero_count,
            positive,
            negative,
            custom_bounds: self.custom_bounds.clone(),
            ..*self
        };
        trimmed.compacted()
    }
}

/// What is left, so far.
#[derive(Debug, Default)]
struct Total {
    count: f64,
    sum: f64,
    is_cut: bool,
}

impl Total {
    /// Adds what is left of a bucket; returns its count.
    #[expect(clippy::float_cmp, reason = "a bucket that is not cut keeps its very count")]
    fn take(&mut self, count: f64, kept: Kept) -> f64 {
        self.is_cut |= kept.count != count;
        self.count += kept.count;
        if kept.count != 0.0 {
            self.sum += kept.count * kept.middle;
        }
        kept.count
    }
}

fn trimmed_buckets(buckets: &[Bucket], total: &mut Total, kept: impl Fn(&Bucket) -> Kept) -> Vec<Bucket> {
    let mut trim = |bucket: &Bucket| {
        let count = if bucket.count == 0.0 { 0.0 } else { total.take(bucket.count, kept(bucket)) };
        Bucket { index: bucket.index, count }
    };
    buckets.iter().map(&mut trim).collect()
}

/// What stays of a bucket with both bounds.
fn kept(span: BucketSpan, at: f64, side: KeptSide, is_linear: bool) -> Kept {
    let share = if at <= span.lower {
        0.0
    } else if at >= span.upper {
        1.0
    } else {
        share_below(span, at, is_linear)
    };
    let below = if share == 1.0 { span.count } else { span.count * share };
    let (count, lower, upper) = match side {
        KeptSide::Below => (below, span.lower, at.min(span.upper)),
        KeptSide::Above => (span.count - below, at.max(span.lower), span.upper),
    };
    let middle =
        if is_linear { f64::midpoint(lower, upper) } else { (lower * upper).sqrt().copysign(span.lower) };
    Kept { count, middle }
}

/// What stays of a bucket of custom bounds, the first and last of which have one bound only. The first begins at 0 where
/// it ends above.
fn kept_of_custom(span: BucketSpan, at: f64, side: KeptSide) -> Kept {
    let whole = |middle: f64| Kept { count: span.count, middle };
    let nothing = Kept { count: 0.0, middle: 0.0 };
    let has_lower = span.lower != f64::NEG_INFINITY;
    let has_upper = span.upper != f64::INFINITY;
    match (side, has_lower, has_upper) {
        (_, true, true) => kept(span, at, side, true),
        (KeptSide::Below, false, _) if at >= span.upper => {
            whole(if span.upper > 0.0 { span.upper / 2.0 } else { span.upper })
        }
        (KeptSide::Below, false, _) if span.upper <= 0.0 && at > f64::NEG_INFINITY => whole(at),
        (KeptSide::Above, false, _) if at == f64::NEG_INFINITY => whole(span.upper),
        (_, false, true) if at >= 0.0 && span.upper > at => {
            kept(BucketSpan { lower: 0.0, ..span }, at, side, true)
        }
        (_, false, _) => nothing,
        (KeptSide::Below, true, false) if at == f64::INFINITY => whole(span.lower),
        (KeptSide::Below, true, false) => nothing,
        (KeptSide::Above, true, false) if at == f64::INFINITY => nothing,
        (KeptSide::Above, true, false) => whole(at.max(span.lower)),
    }
}
