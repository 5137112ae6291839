//! A histogram as a visitor is shown it.

use super::super::Moment;
use super::super::exemplar::Exemplar;
use super::observations::Observations;
use crate::exposition::encode::{ExemplarValue, HistogramValue, LabelPairs, NativeValue, Visitor};

/// Shows the observations under `labels`.
pub(super) fn visit(
    observations: &Observations,
    labels: LabelPairs<'_>,
    moment: Moment,
    visitor: &mut dyn Visitor,
) {
    let counts = observations.read();
    let sides = counts.native.as_ref().map(|native| (native.side(false), native.side(true)));
    observations.with_exemplars(|kept| {
        let (classic, native) = kept.map_or((&[][..], &[][..]), |kept| (&*kept.classic, &*kept.native));
        let classic_labels: Vec<_> =
            classic.iter().map(|kept| kept.as_ref().map(Exemplar::pairs).unwrap_or_default()).collect();
        let native_labels: Vec<_> = native.iter().map(Exemplar::pairs).collect();
        let mut exemplars: Vec<Option<ExemplarValue<'_>>> = classic
            .iter()
            .zip(&classic_labels)
            .map(|(kept, labels)| kept.as_ref().map(|kept| kept.value(labels)))
            .collect();
        if !exemplars.is_empty() {
            exemplars.resize(counts.classic.len(), None);
        }
        let native_exemplars: Vec<ExemplarValue<'_>> =
            native.iter().zip(&native_labels).map(|(kept, labels)| kept.value(labels)).collect();
        let native = match (&observations.native, &counts.native, &sides) {
            (Some((options, _)), Some(counted), Some((positive, negative))) => Some(NativeValue {
                schema: counted.schema,
                zero_threshold: options.zero_threshold,
                zero_count: counted.zero,
                positive,
                negative,
                exemplars: &native_exemplars,
            }),
            _ => None,
        };
        visitor.histogram(
            labels,
            &HistogramValue {
                bounds: &observations.bounds,
                counts: &counts.classic,
                sum: counts.sum,
                created_ms: moment.created_ms,
                exemplars: &exemplars,
                native,
            },
        );
    });
}
