//! Classic histograms as native ones with custom buckets, as `load_with_nhcb` stores them besides.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::script::Load;
use crate::model::histogram::Bucket;
use crate::model::labels::{BUCKET, METRIC_NAME};
use crate::model::{Labels, NativeHistogram, SampleValue};

/// All classic histograms of `load`: labels without `le` and without the name's suffix, time, histogram; by labels and
/// time.
pub(super) fn custom_bucket_series(load: &Load) -> Vec<(Labels, i64, Arc<NativeHistogram>)> {
    let mut found: BTreeMap<(Labels, i64), Classic> = BTreeMap::new();
    for series in &load.series {
        let Some((labels, part)) = classify(&series.labels) else { continue };
        for (timestamp_ms, value) in (0..).map(|step: i64| step * load.step_ms).zip(&series.values) {
            let Some(SampleValue::Float(value)) = value else { continue };
            let classic = found.entry((labels.clone(), timestamp_ms)).or_default();
            match part {
                Part::Bucket(bound) => classic.cumulative.push((bound, *value)),
                Part::Count => classic.count = Some(*value),
                Part::Sum => classic.sum = *value,
            }
        }
    }
    let convert = |((labels, timestamp_ms), classic): ((Labels, i64), Classic)| {
        (labels, timestamp_ms, Arc::new(classic.into_native()))
    };
    found.into_iter().map(convert).collect()
}

/// What a series says of a classic histogram.
#[derive(Clone, Copy)]
enum Part {
    /// The observations up to this bound.
    Bucket(f64),
    Count,
    Sum,
}

fn classify(labels: &Labels) -> Option<(Labels, Part)> {
    let name = labels.metric_name();
    let (base, part) = if let Some(base) = name.strip_suffix("_bucket") {
        let bound: f64 = labels.get(BUCKET)?.parse().ok()?;
        (base, Part::Bucket(Some(bound).filter(|bound| !bound.is_nan())?))
    } else if let Some(base) = name.strip_suffix("_count") {
        (base, Part::Count)
    } else {
        (name.strip_suffix("_sum")?, Part::Sum)
    };
    let without = labels.filter(|label| label != BUCKET && label != METRIC_NAME);
    let mut builder = without.to_builder();
    builder.set(METRIC_NAME, base);
    Some((builder.build(), part))
}

/// A classic histogram at one time.
#[derive(Default)]
struct Classic {
    /// Bounds and the observations up to each.
    cumulative: Vec<(f64, f64)>,
    count: Option<f64>,
    sum: f64,
}

impl Classic {
    fn into_native(mut self) -> NativeHistogram {
        self.cumulative.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let count = self.count.or(self.cumulative.last().map(|(_, count)| *count)).unwrap_or_default();
        if self.cumulative.last().is_none_or(|(bound, _)| *bound != f64::INFINITY) {
            self.cumulative.push((f64::INFINITY, count));
        }
        let bounds = self.cumulative.iter().map(|(bound, _)| *bound);
        let custom_bounds = bounds.filter(|bound| *bound != f64::INFINITY).collect();
        let mut below = 0.0;
        let mut positive = Vec::new();
        for (index, (_, cumulative)) in (0..).zip(&self.cumulative) {
            positive.push(Bucket { index, count: cumulative - below });
            below = *cumulative;
        }
        positive.retain(|bucket| bucket.count != 0.0);
        let schema = NativeHistogram::CUSTOM_BUCKETS;
        NativeHistogram {
            schema,
            count,
            sum: self.sum,
            positive,
            custom_bounds,
            ..NativeHistogram::default()
        }
    }
}
