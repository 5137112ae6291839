//! Native histograms of remote write.

use super::message::{BucketSpan, Histogram};
use crate::model::NativeHistogram;
use crate::model::histogram::{ResetHint, buckets_of_spans};

/// # Errors
/// Where spans and counts do not fit together, or nobody knows the schema.
pub(super) fn read(message: &Histogram) -> Result<NativeHistogram, &'static str> {
    let has_custom_bounds = message.schema == NativeHistogram::CUSTOM_BUCKETS;
    if !has_custom_bounds && !(-4..=8).contains(&message.schema) {
        return Err("expected a schema from -4 to 8, or -53");
    }
    let buckets = |spans: &[BucketSpan], deltas: &[i64], counts: &[f64]| {
        buckets_of_spans(spans.iter().map(|span| (span.offset, span.length)), deltas, counts)
    };
    Ok(NativeHistogram {
        schema: message.schema,
        reset_hint: match message.reset_hint {
            1 => ResetHint::Reset,
            2 => ResetHint::NotReset,
            3 => ResetHint::Gauge,
            _ => ResetHint::Unknown,
        },
        zero_threshold: message.zero_threshold,
        zero_count: count(message.zero_count_int, message.zero_count_float),
        count: count(message.count_int, message.count_float),
        sum: message.sum,
        positive: buckets(&message.positive_spans, &message.positive_deltas, &message.positive_counts)?,
        negative: buckets(&message.negative_spans, &message.negative_deltas, &message.negative_counts)?,
        custom_bounds: if has_custom_bounds { message.custom_values.clone() } else { Vec::new() },
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts are floats in the model")]
fn count(whole: Option<u64>, float: Option<f64>) -> f64 {
    float.or(whole.map(|whole| whole as f64)).unwrap_or_default()
}
