//! Bringing two histograms to the same buckets: fewer of them, a wider zero bucket, only the bounds that both have.

use super::arithmetic::{HistogramSum, Term};
use crate::model::compensated::Compensated;

impl HistogramSum {
    /// Merges buckets until the schema is `schema`, which must not be above the present one, nor one of custom bounds.
    pub(super) fn reduce_to(&mut self, schema: i32) {
        let halvings = self.shape.schema.saturating_sub(schema);
        if halvings <= 0 {
            return;
        }
        for terms in [&mut self.positive, &mut self.negative] {
            // Bucket i becomes ceil(i / 2^halvings); a shift by all bits would be none.
            let shift = halvings.min(31);
            terms.iter_mut().for_each(|term| term.index = (term.index.saturating_sub(1) >> shift) + 1);
            merge_neighbours(terms);
        }
        self.shape.schema = schema;
    }

    /// Widens the zero bucket to at least `threshold`, which must not be below the present one. Where that lies inside a
    /// populated bucket, it becomes as wide as to swallow it.
    pub(super) fn widen_zero_bucket(&mut self, threshold: f64) {
        let mut threshold = threshold;
        // A bucket on one side that is swallowed whole may cut one on the other.
        while let Some(wider) = self.cut_bucket_end(threshold) {
            threshold = wider;
        }
        let shape = &self.shape;
        let [inside, inside_negative] = [&self.positive, &self.negative]
            .map(|terms| terms.iter().map(|term| shape.upper_bound(term.index) <= threshold).collect());
        let sides: [(&mut Vec<Term>, Vec<bool>); 2] =
            [(&mut self.positive, inside), (&mut self.negative, inside_negative)];
        for (terms, inside) in sides {
            for (term, _) in terms.iter().zip(&inside).filter(|(_, inside)| **inside) {
                self.zero_count.merge(term.count);
            }
            let mut inside = inside.into_iter();
            // An empty bucket that is cut goes too: it must not begin inside the zero bucket.
            terms.retain(|term| {
                !inside.next().unwrap_or(false)
                    && self.shape.upper_bound(term.index.saturating_sub(1)) >= threshold
            });
        }
        self.shape.zero_threshold = threshold;
    }

    /// The end of a populated bucket that `threshold` lies inside of.
    fn cut_bucket_end(&self, threshold: f64) -> Option<f64> {
        let is_cut = |term: &&Term| {
            self.shape.upper_bound(term.index.saturating_sub(1)) < threshold
                && self.shape.upper_bound(term.index) > threshold
                && term.count.value() != 0.0
        };
        let cut = self.positive.iter().chain(&self.negative).find(is_cut)?;
        Some(self.shape.upper_bound(cut.index))
    }

    /// Merges buckets of custom bounds until only `bounds` are left, all of which must be bounds of the histogram.
    pub(super) fn keep_bounds(&mut self, bounds: &[f64]) {
        for term in &mut self.positive {
            let end = self.shape.upper_bound(term.index);
            let position = bounds.partition_point(|bound| *bound < end);
            term.index = i32::try_from(position).unwrap_or(i32::MAX);
        }
        merge_neighbours(&mut self.positive);
        self.shape.custom_bounds = bounds.to_vec();
    }
}

/// The bounds that both have; both ascend.
#[expect(clippy::float_cmp, reason = "bounds are the same or they are not")]
pub(super) fn common_bounds(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut rest = b.iter().peekable();
    let is_common = |bound: &&f64| {
        while rest.next_if(|other| *other < *bound).is_some() {}
        rest.peek().is_some_and(|other| **other == **bound)
    };
    a.iter().filter(is_common).copied().collect()
}

/// Adds up terms of the same index, which stand side by side.
fn merge_neighbours(terms: &mut Vec<Term>) {
    terms.dedup_by(|later, earlier| {
        let is_same = later.index == earlier.index;
        if is_same {
            earlier.count.merge(later.count);
        }
        is_same
    });
}

/// Both lists in one, by index; counts of the same index are added up.
pub(super) fn merged(a: &[Term], b: &[Term]) -> Vec<Term> {
    let mut merged = Vec::with_capacity(a.len().max(b.len()));
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(left), Some(right)) if left.index == right.index => {
                let mut count: Compensated = left.count;
                count.merge(right.count);
                let both = Term { index: left.index, count };
                a.next();
                b.next();
                Some(both)
            }
            (Some(left), Some(right)) if left.index > right.index => b.next(),
            (Some(_), _) => a.next(),
            (None, _) => b.next(),
        };
        match next {
            Some(term) => merged.push(term),
            None => return merged,
        }
    }
}
