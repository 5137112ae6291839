//! The notation of native histograms: `{{schema:1 count:4 sum:3 buckets:[1 2 1] offset:-1}}`.

use super::notation::NotationError;
use crate::model::NativeHistogram;
use crate::model::histogram::{Bucket, ResetHint};

/// A histogram as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WrittenHistogram {
    pub(super) histogram: NativeHistogram,
    /// Whether the hint is written out, so that it matters in a comparison.
    pub(super) names_hint: bool,
}

/// The histogram at the beginning of `text`, and the text behind it.
pub(super) fn parse_histogram(text: &str) -> Result<(WrittenHistogram, &str), NotationError> {
    let wrong = |reason: &str| NotationError::at(reason, text);
    let body = text.strip_prefix("{{").ok_or_else(|| wrong("expected a histogram"))?;
    let (body, rest) = body.split_once("}}").ok_or_else(|| wrong("a histogram ends in }}"))?;
    let mut histogram = NativeHistogram::default();
    let mut names_hint = false;
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
                names_hint = true;
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
    Ok((WrittenHistogram { histogram, names_hint }, rest))
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
        let (WrittenHistogram { histogram, names_hint }, rest) = parse_histogram(text).unwrap();
        assert_eq!((names_hint, rest), (true, "x3"));
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
        let (WrittenHistogram { histogram, names_hint }, _) =
            parse_histogram("{{schema:-53 custom_values:[1 2.5] buckets:[3 4 5]}}").unwrap();
        assert!(!names_hint);
        assert_eq!(histogram.custom_bounds, [1.0, 2.5]);
        assert_eq!(histogram.positive.len(), 3);
        for text in ["{{", "{{a}}", "{{a:1}}", "{{count:x}}", "{{buckets:1}}", "{{counter_reset_hint:no}}"] {
            assert!(parse_histogram(text).is_err(), "{text}");
        }
    }
}
