//! The examples that a histogram keeps.

use super::super::exemplar::Exemplar;
use crate::exposition::encode::LabelPairs;

/// How many examples native buckets have together.
const MAX_NATIVE: usize = 10;

#[derive(Debug, Default)]
pub(super) struct Exemplars {
    /// The latest of each classic bucket.
    pub(super) classic: Vec<Option<Exemplar>>,
    /// The latest that lie apart, by ascending value.
    pub(super) native: Vec<Exemplar>,
}

impl Exemplars {
    /// Keeps an example; returns false where its labels are not allowed.
    pub(super) fn keep(
        &mut self,
        bucket: usize,
        is_native: bool,
        value: f64,
        labels: LabelPairs<'_>,
        timestamp_ms: Option<i64>,
    ) -> bool {
        let Some(exemplar) = Exemplar::new(value, labels, timestamp_ms) else { return false };
        if is_native {
            self.keep_native(exemplar.clone());
        }
        if self.classic.len() <= bucket {
            self.classic.resize(bucket + 1, None);
        }
        if let Some(kept) = self.classic.get_mut(bucket) {
            *kept = Some(exemplar);
        }
        true
    }

    /// Where there are enough, the new one replaces its nearest neighbour, so that they stay spread out.
    fn keep_native(&mut self, exemplar: Exemplar) {
        if self.native.len() >= MAX_NATIVE {
            let distance = |kept: &Exemplar| (kept.value - exemplar.value).abs();
            let nearest = (0..self.native.len()).min_by(|a, b| {
                let of = |at: &usize| self.native.get(*at).map_or(f64::INFINITY, distance);
                of(a).total_cmp(&of(b))
            });
            if let Some(nearest) = nearest {
                self.native.remove(nearest);
            }
        }
        let at = self.native.partition_point(|kept| kept.value < exemplar.value);
        self.native.insert(at, exemplar);
    }
}
