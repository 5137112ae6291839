//! Native histograms: buckets as spans of neighbours, whole counts as differences.

use super::message::{BucketSpan, Histogram};
use super::value::{count, whole};
use super::wire::{double, message, varint, zigzag};
use crate::model::NativeHistogram;
use crate::model::histogram::{Bucket, ResetHint, buckets_of_spans};

/// The schemas whose bounds follow from the schema.
const SCHEMAS: std::ops::RangeInclusive<i32> = -4..=8;

/// Whether the format has a place for the histogram: it has none for bounds of its own.
pub(super) fn is_writable(histogram: &NativeHistogram) -> bool {
    SCHEMAS.contains(&histogram.schema)
}

/// Whether some count is not whole, so that all have to be written as floats.
pub(super) fn is_float(histogram: &NativeHistogram) -> bool {
    let buckets = histogram.positive.iter().chain(&histogram.negative).map(|bucket| bucket.count);
    buckets.chain([histogram.zero_count]).any(|count| whole(count).is_none())
}

/// Writes the fields of the native part.
pub(super) fn push(out: &mut Vec<u8>, histogram: &NativeHistogram) {
    let is_float = is_float(histogram);
    zigzag(out, 5, i64::from(histogram.schema));
    double(out, 6, histogram.zero_threshold);
    match whole(histogram.zero_count).filter(|_| !is_float) {
        Some(zero_count) => varint(out, 7, zero_count),
        None => double(out, 8, histogram.zero_count),
    }
    push_buckets(out, &histogram.negative, is_float, [9, 10, 11]);
    push_buckets(out, &histogram.positive, is_float, [12, 13, 14]);
    if histogram.positive.is_empty() && histogram.negative.is_empty() {
        // An empty span is what tells an empty native histogram from a classic one.
        message(out, 12, |out| {
            zigzag(out, 1, 0);
            varint(out, 2, 0);
        });
    }
}

fn push_buckets(out: &mut Vec<u8>, buckets: &[Bucket], is_float: bool, tags: [u32; 3]) {
    let [span_tag, delta_tag, count_tag] = tags;
    let mut next = 0_i64;
    for span in buckets.chunk_by(|a, b| a.index.checked_add(1) == Some(b.index)) {
        let Some(first) = span.first() else { continue };
        message(out, span_tag, |out| {
            zigzag(out, 1, i64::from(first.index) - next);
            varint(out, 2, span.len() as u64);
        });
        next = i64::from(first.index) + span.len() as i64;
    }
    let mut before = 0_i64;
    for bucket in buckets {
        match whole(bucket.count).filter(|_| !is_float) {
            Some(count) => {
                let count = count.cast_signed();
                zigzag(out, delta_tag, count - before);
                before = count;
            }
            None => double(out, count_tag, bucket.count),
        }
    }
}

/// Reads the native part, if there is one.
///
/// # Errors
/// Where spans and counts do not fit together.
pub(super) fn read(
    message: &Histogram,
    is_gauge: bool,
    all: Option<f64>,
) -> Result<Option<NativeHistogram>, &'static str> {
    // As Prometheus tells a native histogram from a classic one.
    let is_native = !message.positive_span.is_empty()
        || !message.negative_span.is_empty()
        || message.zero_threshold.is_some_and(|threshold| threshold > 0.0)
        || count(message.zero_count, message.zero_count_float).is_some_and(|count| count > 0.0);
    if !is_native {
        return Ok(None);
    }
    let schema = message.schema.unwrap_or_default();
    if !SCHEMAS.contains(&schema) {
        return Err("expected a schema from -4 to 8");
    }
    let positive = buckets(&message.positive_span, &message.positive_delta, &message.positive_count)?;
    let negative = buckets(&message.negative_span, &message.negative_delta, &message.negative_count)?;
    Ok(Some(NativeHistogram {
        schema,
        reset_hint: if is_gauge { ResetHint::Gauge } else { ResetHint::Unknown },
        zero_threshold: message.zero_threshold.unwrap_or_default(),
        zero_count: count(message.zero_count, message.zero_count_float).unwrap_or_default(),
        count: all.unwrap_or_default(),
        sum: message.sample_sum.unwrap_or_default(),
        positive,
        negative,
        custom_bounds: Vec::new(),
    }))
}

fn buckets(spans: &[BucketSpan], deltas: &[i64], floats: &[f64]) -> Result<Vec<Bucket>, &'static str> {
    let spans = spans.iter().map(|span| (span.offset.unwrap_or_default(), span.length.unwrap_or_default()));
    buckets_of_spans(spans, deltas, floats)
}
