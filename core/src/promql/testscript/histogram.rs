//! The notation of native histograms: `{{schema:1 count:4 sum:3 buckets:[1 2 1] offset:-1}}`.

use std::collections::BTreeMap;

use super::notation::NotationError;
use crate::model::NativeHistogram;
use crate::model::histogram::{Bucket, ResetHint};

/// The histogram at the beginning of `text`, and the text behind it.
pub(super) fn parse_histogram(text: &str) -> Result<(NativeHistogram, &str), NotationError> {
    let wrong = |reason: &str| NotationError::at(reason, text);
    let body = text.strip_prefix("{{").ok_or_else(|| wrong("expected a histogram"))?;
    let (body, rest) = body.split_once("}}").ok_or_else(|| wrong("a histogram ends in }}"))?;
    let mut histogram = NativeHistogram::default();
    let (mut positive, mut negative) = (Side::default(), Side::default());
    let mut fields = body.trim();
    while !fields.is_empty() {
        let (name, after) = fields.split_once(':').ok_or_else(|| wrong("a field is name:value"))?;
        let (value, after) = split_value(after);
        fields = after.trim_start();
        let number = || value.parse::<f64>().map_err(|_| wrong("a field's value is a number"));
        let whole = || value.parse::<i32>().map_err(|_| wrong("a field's value is a whole number"));
        let list = || parse_list(value).ok_or_else(|| wrong("a field's value is a list in brackets"));
        match name {
            "schema" => histogram.schema = whole()?,
            "count" => histogram.count = number()?,
            "sum" => histogram.sum = number()?,
            "z_bucket" => histogram.zero_count = number()?,
            "z_bucket_w" => histogram.zero_threshold = number()?,
            "custom_values" => histogram.custom_bounds = list()?,
            "buckets" => positive.counts = list()?,
            "offset" => positive.offset = whole()?,
            "n_buckets" => negative.counts = list()?,
            "n_offset" => negative.offset = whole()?,
            "counter_reset_hint" => {
                histogram.reset_hint = match value {
                    "unknown" => ResetHint::Unknown,
                    "reset" => ResetHint::Reset,
                    "not_reset" => ResetHint::NotReset,
                    "gauge" => ResetHint::Gauge,
                    _ => return Err(wrong("a hint is unknown, reset, not_reset or gauge")),
                }
            }
            _ => return Err(wrong("unknown field of a histogram")),
        }
    }
    histogram.positive = positive.into_buckets();
    histogram.negative = negative.into_buckets();
    Ok((histogram, rest))
}

/// Whether the notation of a histogram names its hint, so that it matters in a comparison.
pub(super) fn names_hint(histogram: &NativeHistogram) -> bool {
    histogram.reset_hint != ResetHint::Unknown
}

/// `base + sign * step` in the lower resolution of the two, or `None` where buckets with other bounds of their own meet.
pub(super) fn add_scaled(
    base: &NativeHistogram,
    step: &NativeHistogram,
    sign: f64,
) -> Option<NativeHistogram> {
    let is_custom = |histogram: &NativeHistogram| histogram.schema == NativeHistogram::CUSTOM_BUCKETS;
    let has_buckets = !(step.positive.is_empty() && step.negative.is_empty());
    let schema = if has_buckets { base.schema.min(step.schema) } else { base.schema };
    if has_buckets && (is_custom(base) != is_custom(step) || base.custom_bounds != step.custom_bounds) {
        return None;
    }
    let add = |base_buckets: &[Bucket], step_buckets: &[Bucket]| {
        let base_buckets = in_resolution(base_buckets, base.schema - schema);
        add_buckets(base_buckets, in_resolution(step_buckets, step.schema - schema), sign)
    };
    Some(NativeHistogram {
        schema,
        count: base.count + sign * step.count,
        sum: base.sum + sign * step.sum,
        zero_count: base.zero_count + sign * step.zero_count,
        zero_threshold: base.zero_threshold.max(step.zero_threshold),
        positive: add(&base.positive, &step.positive),
        negative: add(&base.negative, &step.negative),
        ..base.clone()
    })
}

/// Buckets whose bounds double their exponents' distance `halvings` times: bucket `i` becomes `ceil(i / 2^halvings)`.
fn in_resolution(buckets: &[Bucket], halvings: i32) -> impl Iterator<Item = Bucket> {
    let halvings = halvings.clamp(0, 31);
    buckets
        .iter()
        .map(move |bucket| Bucket { index: ((bucket.index - 1) >> halvings) + 1, count: bucket.count })
}

fn add_buckets(
    base: impl Iterator<Item = Bucket>,
    step: impl Iterator<Item = Bucket>,
    sign: f64,
) -> Vec<Bucket> {
    let mut sums: BTreeMap<i32, f64> = BTreeMap::new();
    for bucket in base {
        *sums.entry(bucket.index).or_default() += bucket.count;
    }
    for bucket in step {
        *sums.entry(bucket.index).or_default() += sign * bucket.count;
    }
    sums.into_iter().map(|(index, count)| Bucket { index, count }).collect()
}

/// Counts of neighbouring buckets, and the index of the first.
#[derive(Default)]
struct Side {
    counts: Vec<f64>,
    offset: i32,
}

impl Side {
    fn into_buckets(self) -> Vec<Bucket> {
        (self.offset..).zip(self.counts).map(|(index, count)| Bucket { index, count }).collect()
    }
}

/// A field's value, a list whole, and the text behind it.
fn split_value(text: &str) -> (&str, &str) {
    let end = if text.starts_with('[') { text.find(']').map(|at| at + 1) } else { text.find([' ', '\t']) };
    text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""))
}

fn parse_list(text: &str) -> Option<Vec<f64>> {
    let items = text.strip_prefix('[')?.strip_suffix(']')?;
    items.split_whitespace().map(|item| item.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fields() {
        let text = "{{schema:1 sum:-0.3 count:7.1 z_bucket:7.1 z_bucket_w:0.05 buckets:[5.1 10] offset:-3 \
                    n_buckets:[4.1] n_offset:5 counter_reset_hint:gauge}}x3";
        let (histogram, rest) = parse_histogram(text).unwrap();
        assert_eq!(rest, "x3");
        let bucket = |index, count| Bucket { index, count };
        let expect = NativeHistogram {
            schema: 1,
            reset_hint: ResetHint::Gauge,
            zero_threshold: 0.05,
            zero_count: 7.1,
            count: 7.1,
            sum: -0.3,
            positive: vec![bucket(-3, 5.1), bucket(-2, 10.0)],
            negative: vec![bucket(5, 4.1)],
            custom_bounds: Vec::new(),
        };
        assert_eq!(histogram, expect);
    }

    #[test]
    fn custom_bounds_and_mistakes() {
        let (histogram, _) = parse_histogram("{{schema:-53 custom_values:[1 2.5] buckets:[3 4 5]}}").unwrap();
        assert_eq!(histogram.custom_bounds, [1.0, 2.5]);
        assert_eq!(histogram.positive.len(), 3);
        for text in ["{{", "{{a}}", "{{a:1}}", "{{count:x}}", "{{buckets:1}}", "{{counter_reset_hint:no}}"] {
            assert!(parse_histogram(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sums_have_the_lower_resolution() {
        let histogram = |text| parse_histogram(text).unwrap().0;
        let base = histogram("{{schema:1 count:3 buckets:[1 2 4] offset:1}}");
        let sum = add_scaled(&base, &histogram("{{schema:0 count:8 buckets:[8] offset:1}}"), 1.0).unwrap();
        let bucket = |index, count| Bucket { index, count };
        // Buckets 1 and 2 of schema 1 are bucket 1 of schema 0; bucket 3 is a half of bucket 2.
        assert_eq!((sum.schema, sum.count), (0, 11.0));
        assert_eq!(sum.positive, [bucket(1, 11.0), bucket(2, 4.0)]);
        assert_eq!(add_scaled(&base, &histogram("{{}}"), 1.0).unwrap(), base);
        let custom = histogram("{{schema:-53 custom_values:[1] buckets:[1]}}");
        assert!(add_scaled(&base, &custom, 1.0).is_none());
    }
}
