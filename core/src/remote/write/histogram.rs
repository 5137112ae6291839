//! Native histograms of remote write.

use super::message::{BucketSpan, Histogram};
use crate::model::histogram::{Bucket, ResetHint, buckets_of_spans};
use crate::model::{HistogramSample, NativeHistogram};

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

/// The message of a histogram; its counts are floats, as in the model.
pub(super) fn message(sample: &HistogramSample) -> Histogram {
    let histogram = &sample.histogram;
    let counts = |buckets: &[Bucket]| buckets.iter().map(|bucket| bucket.count).collect();
    Histogram {
        count_float: Some(histogram.count),
        sum: histogram.sum,
        schema: histogram.schema,
        zero_threshold: histogram.zero_threshold,
        zero_count_float: Some(histogram.zero_count),
        negative_spans: spans(&histogram.negative),
        negative_counts: counts(&histogram.negative),
        positive_spans: spans(&histogram.positive),
        positive_counts: counts(&histogram.positive),
        reset_hint: match histogram.reset_hint {
            ResetHint::Unknown => 0,
            ResetHint::Reset => 1,
            ResetHint::NotReset => 2,
            ResetHint::Gauge => 3,
        },
        timestamp: sample.timestamp_ms,
        custom_values: histogram.custom_bounds.clone(),
        ..Histogram::default()
    }
}

/// Neighbours in one span each: the distance from the end of the span before, and the length.
fn spans(buckets: &[Bucket]) -> Vec<BucketSpan> {
    let mut next = 0_i32;
    let neighbours = buckets.chunk_by(|a, b| a.index.checked_add(1) == Some(b.index));
    let spans = neighbours.filter_map(|span| {
        let (first, length) = (span.first()?.index, u32::try_from(span.len()).ok()?);
        let offset = first.wrapping_sub(next);
        next = span.last()?.index.wrapping_add(1);
        Some(BucketSpan { offset, length })
    });
    spans.collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts are floats in the model")]
fn count(whole: Option<u64>, float: Option<f64>) -> f64 {
    float.or(whole.map(|whole| whole as f64)).unwrap_or_default()
}
