//! Which buckets the histograms of a chunk have.

use crate::model::NativeHistogram;
use crate::model::histogram::Bucket;

/// Schema, bounds and buckets that the histograms of a chunk share.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layout {
    schema: i32,
    zero_threshold: f64,
    custom_bounds: Box<[f64]>,
    /// Indexes, ascending.
    positive: Box<[i32]>,
    /// Indexes, ascending.
    negative: Box<[i32]>,
}

impl Layout {
    /// The layout of one histogram, without its empty buckets.
    pub(super) fn of(histogram: &NativeHistogram) -> Self {
        Self {
            schema: histogram.schema,
            zero_threshold: histogram.zero_threshold,
            custom_bounds: histogram.custom_bounds.as_slice().into(),
            positive: indexes(&histogram.positive),
            negative: indexes(&histogram.negative),
        }
    }

    /// Whether the two differ in buckets alone.
    pub(super) fn is_akin(&self, other: &Self) -> bool {
        self.schema == other.schema
            && self.zero_threshold.to_bits() == other.zero_threshold.to_bits()
            && self.custom_bounds == other.custom_bounds
    }

    /// The layout with the buckets of both; `None` where it has those of `other` already.
    pub(super) fn grown_by(&self, other: &Self) -> Option<Self> {
        let positive = united(&self.positive, &other.positive);
        let negative = united(&self.negative, &other.negative);
        let has_all = positive.len() == self.positive.len() && negative.len() == self.negative.len();
        (!has_all).then(|| Self { positive, negative, ..self.clone() })
    }

    /// The number of counts of a histogram: all observations, the zero bucket, each bucket.
    pub(super) fn columns(&self) -> usize {
        2 + self.positive.len() + self.negative.len()
    }

    /// The counts of a histogram, whose buckets must be among those of the layout.
    pub(super) fn counts(&self, histogram: &NativeHistogram) -> Vec<f64> {
        let mut counts = Vec::with_capacity(self.columns());
        counts.extend([histogram.count, histogram.zero_count]);
        for (indexes, buckets) in
            [(&self.positive, &histogram.positive), (&self.negative, &histogram.negative)]
        {
            let mut buckets = buckets.iter().peekable();
            for index in indexes {
                while buckets.next_if(|bucket| bucket.index < *index).is_some() {}
                let bucket = buckets.next_if(|bucket| bucket.index == *index);
                counts.push(bucket.map_or(0.0, |bucket| bucket.count));
            }
        }
        counts
    }

    /// The histogram of these counts, without empty buckets.
    pub(super) fn histogram(&self, counts: impl Iterator<Item = f64>, sum: f64) -> NativeHistogram {
        let mut counts = counts;
        let (count, zero_count) = (counts.next().unwrap_or_default(), counts.next().unwrap_or_default());
        let mut buckets = |indexes: &[i32]| -> Vec<Bucket> {
            let filled = indexes.iter().zip(counts.by_ref()).filter(|(_, count)| *count != 0.0);
            filled.map(|(index, count)| Bucket { index: *index, count }).collect()
        };
        let positive = buckets(&self.positive);
        let negative = buckets(&self.negative);
        NativeHistogram {
            schema: self.schema,
            zero_threshold: self.zero_threshold,
            zero_count,
            count,
            sum,
            positive,
            negative,
            custom_bounds: self.custom_bounds.to_vec(),
            ..NativeHistogram::default()
        }
    }

    /// What the layout takes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.custom_bounds) + size_of_val(&*self.positive) + size_of_val(&*self.negative)
    }
}

fn indexes(buckets: &[Bucket]) -> Box<[i32]> {
    buckets.iter().filter(|bucket| bucket.count != 0.0).map(|bucket| bucket.index).collect()
}

fn united(a: &[i32], b: &[i32]) -> Box<[i32]> {
    let mut all: Vec<i32> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all.into()
}
