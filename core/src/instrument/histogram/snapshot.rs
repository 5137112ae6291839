//! A histogram as a visitor is shown it.

use super::super::Moment;
use super::super::exemplar::Exemplar;
use super::observations::Observations;
use crate::exposition::encode::{BucketValue, ExemplarValue, HistogramValue, LabelPairs, Visitor};

/// Shows the observations under `labels`.
pub(super) fn visit(
    observations: &Observations,
    labels: LabelPairs<'_>,
    moment: Moment,
    visitor: &mut dyn Visitor,
) {
    let counts = observations.read();
    let count = counts.classic.iter().sum::<u64>() as f64;
    let native = observations.native.as_ref().zip(counts.native.as_ref());
    let native = native.map(|(native, counted)| native.value(counted, count, counts.sum));
    observations.with_exemplars(|kept| {
        let (classic, native_kept) = kept.map_or((&[][..], &[][..]), |kept| (&*kept.classic, &*kept.native));
        let classic_labels: Vec<_> =
            classic.iter().map(|kept| kept.as_ref().map(Exemplar::pairs).unwrap_or_default()).collect();
        let native_labels: Vec<_> = native_kept.iter().map(Exemplar::pairs).collect();
        let exemplars = classic
            .iter()
            .zip(&classic_labels)
            .map(|(kept, labels)| kept.as_ref().map(|kept| kept.value(labels)))
            .chain(std::iter::repeat(None));
        let mut cumulative_count = 0;
        let buckets: Vec<BucketValue<'_>> = observations
            .bounds
            .iter()
            .chain(&[f64::INFINITY])
            .zip(&counts.classic)
            .zip(exemplars)
            .map(|((upper_bound, count), exemplar)| {
                cumulative_count += count;
                BucketValue { upper_bound: *upper_bound, cumulative_count: cumulative_count as f64, exemplar }
            })
            .collect();
        let native_exemplars: Vec<ExemplarValue<'_>> =
            native_kept.iter().zip(&native_labels).map(|(kept, labels)| kept.value(labels)).collect();
        let value = HistogramValue {
            buckets: &buckets,
            sum: Some(counts.sum),
            count: Some(count),
            created_ms: moment.created_ms,
            native: native.as_ref(),
            native_exemplars: &native_exemplars,
        };
        visitor.histogram(labels, &value);
    });
}
