//! What is said of an answer besides the answer, word for word as Prometheus says it.
//!
//! Source: Prometheus' `util/annotations/annotations.go`.

use super::annotations::Mended;
use super::functions::rfc3339;
use crate::model::histogram::General;

/// What was being done when histograms did not fit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum HistogramOperation {
    Addition,
    Subtraction,
    Aggregation,
}

impl HistogramOperation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Addition => "addition",
            Self::Subtraction => "subtraction",
            Self::Aggregation => "aggregation",
        }
    }
}

pub(crate) fn invalid_quantile(quantile: f64) -> String {
    format!("quantile value should be between 0 and 1, got {}", General(quantile))
}

pub(crate) fn invalid_ratio(ratio: f64, capped_to: f64) -> String {
    let (ratio, capped_to) = (General(ratio), General(capped_to));
    format!("ratio value should be between -1 and 1, got {ratio}, capping to {capped_to}")
}

pub(crate) fn bad_bucket_label(value: &str, metric_name: &str) -> String {
    let for_metric = for_metric(metric_name);
    format!("bucket label \"le\" is missing or has a malformed value of {value:?}{for_metric}")
}

pub(crate) fn mixed_floats_and_histograms(metric_name: &str) -> String {
    format!("encountered a mix of histograms and floats for metric name {metric_name:?}")
}

pub(crate) fn mixed_floats_and_histograms_in_aggregation() -> String {
    "encountered a mix of histograms and floats for aggregation".to_owned()
}

pub(crate) fn mixed_classic_and_native(metric_name: &str) -> String {
    format!("vector contains a mix of classic and native histograms{}", for_metric(metric_name))
}

pub(crate) fn histogram_is_no_counter(metric_name: &str) -> String {
    format!("this native histogram metric is not a counter: {metric_name:?}")
}

pub(crate) fn histogram_is_no_gauge(metric_name: &str) -> String {
    format!("this native histogram metric is not a gauge: {metric_name:?}")
}

pub(crate) fn mixed_exponential_and_custom(metric_name: &str) -> String {
    format!(
        "vector contains a mix of histograms with exponential and custom buckets schemas for metric name \
         {metric_name:?}"
    )
}

pub(crate) fn incompatible_bucket_layout(operator: &str) -> String {
    format!("incompatible bucket layout encountered for binary operator {operator}")
}

pub(crate) fn conflicting_resets(operation: HistogramOperation) -> String {
    format!("conflicting counter resets during histogram {}", operation.as_str())
}

pub(crate) fn reconciled_bounds(operation: HistogramOperation) -> String {
    format!("mismatched custom buckets were reconciled during {}", operation.as_str())
}

pub(crate) fn overlapping_start(metric_name: &str) -> String {
    format!("sample has start time that overlaps with previous sample timestamp for metric {metric_name:?}")
}

pub(crate) fn no_counter_by_name(metric_name: &str) -> String {
    format!("metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {metric_name:?}")
}

pub(crate) fn no_counter_by_type(metric_name: &str, metric_type: &str) -> String {
    format!(
        "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got \
         {metric_type:?}: {metric_name:?}"
    )
}

pub(crate) fn forced_monotonicity(metric_name: &str) -> String {
    format!(
        "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/\
         latest/querying/functions/#histogram_quantile){}",
        for_metric(metric_name)
    )
}

/// What follows upon [`forced_monotonicity`].
pub(crate) fn how_mended(mended: &Mended) -> String {
    let ((lowest, highest), (first_ms, last_ms)) = (mended.bounds, mended.times_ms);
    format!(
        ", from buckets {} to {}, with a max diff of {}, over {} samples from {} to {}",
        General(lowest),
        General(highest),
        two_digits(mended.largest_drop),
        mended.samples,
        rfc3339(first_ms / 1000),
        rfc3339(last_ms / 1000)
    )
}

/// A number as Go's `%.2g` writes it: rounded to two digits.
fn two_digits(value: f64) -> String {
    let rounded = format!("{value:.1e}");
    rounded.parse().map_or(rounded, |rounded: f64| match General(rounded).to_string() {
        // From 100 on, two digits need an exponent.
        text if (100.0..1e6).contains(&rounded.abs()) => {
            let exponent = text.trim_start_matches('-').len().saturating_sub(1);
            let mantissa = format!("{rounded:e}");
            let mantissa = mantissa.split('e').next().unwrap_or_default();
            format!("{mantissa}e+{exponent:02}")
        }
        text => text,
    })
}

pub(crate) fn incompatible_types(lhs: &str, operator: &str, rhs: &str) -> String {
    format!("incompatible sample types encountered for binary operator {operator:?}: {lhs} {operator} {rhs}")
}

pub(crate) fn ignored_in_aggregation(aggregation: &str) -> String {
    format!("ignored histogram in {aggregation} aggregation")
}

pub(crate) fn ignored_in_mixed_range(metric_name: &str) -> String {
    format!(
        "ignored histograms in a range containing both floats and histograms for metric name {metric_name:?}"
    )
}

pub(crate) fn quantile_among_nan(metric_name: &str) -> String {
    let for_metric = for_metric(metric_name);
    format!("input to histogram_quantile has NaN observations, result is NaN{for_metric}")
}

pub(crate) fn quantile_skewed_by_nan(metric_name: &str) -> String {
    let for_metric = for_metric(metric_name);
    format!("input to histogram_quantile has NaN observations, result is skewed higher{for_metric}")
}

pub(crate) fn fraction_without_nan(metric_name: &str) -> String {
    let for_metric = for_metric(metric_name);
    format!(
        "input to histogram_fraction has NaN observations, which are excluded from all fractions{for_metric}"
    )
}

pub(crate) fn sort_in_range() -> String {
    "sort is ineffective for range queries since results are always ordered by labels".to_owned()
}

fn for_metric(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" for metric name {name:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_those_of_go() {
        for (value, expect) in [
            (0.0, "0"),
            (5.5, "5.5"),
            (0.000_123, "0.00012"),
            (0.000_012_3, "1.2e-05"),
            (99.4, "99"),
            (99.9, "1e+02"),
            (1234.0, "1.2e+03"),
            (-250_000.0, "-2.5e+05"),
            (1.26e9, "1.3e+09"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(two_digits(value), expect, "{value}");
        }
    }
}
