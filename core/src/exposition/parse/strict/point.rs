//! One sample and its value.

use super::line::SampleLine;
use super::{Rule, Violations};
use crate::exposition::parse::{Exemplar, Sample};
use crate::model::labels::{BUCKET, QUANTILE};
use crate::model::{Labels, MetricType};

/// The most characters in the labels of an exemplar, names and values together.
const EXEMPLAR_CHARS: usize = 128;

/// The label that tells a sample apart from others of its label set.
pub(super) fn own_label<'a>(metric_type: MetricType, suffix: &str, family_name: &'a str) -> Option<&'a str> {
    match (metric_type, suffix) {
        (MetricType::Histogram | MetricType::GaugeHistogram, "_bucket") => Some(BUCKET),
        (MetricType::Summary, "") => Some(QUANTILE),
        (MetricType::StateSet, "") => Some(family_name),
        _ => None,
    }
}

/// Checks that the label is there, and reads its number where it has to have one.
pub(super) fn own_number(
    own_label: Option<&str>,
    sample: &Sample<'_>,
    parts: &SampleLine<'_>,
    violations: &mut Violations,
) -> Option<f64> {
    let own_label = own_label?;
    let Some((_, text)) = sample.series.labels().find(|(name, _)| name == own_label) else {
        let message = format!("the label {} is missing", own_label.escape_debug());
        violations.add(Rule::MissingLabel, parts.series_at, message);
        return None;
    };
    if own_label != BUCKET && own_label != QUANTILE {
        return None;
    }
    let number = number(&text);
    let is_right = number.is_some_and(|number| match own_label {
        QUANTILE => (0.0..=1.0).contains(&number),
        _ => number != f64::INFINITY || text == "+Inf",
    });
    if !is_right {
        let message = format!("found {own_label}={:?}", text);
        violations.add(Rule::LabelNumber, parts.series_at, message);
    }
    number
}

/// Checks a sample of a family of this type; `suffix` is what its name has behind the family's.
pub(super) fn check(
    metric_type: MetricType,
    suffix: &str,
    sample: &Sample<'_>,
    labels: &Labels,
    parts: &SampleLine<'_>,
    violations: &mut Violations,
) {
    let value = sample.value;
    let mut wrong = |rule| violations.add(rule, parts.value_at, format!("found {value}"));
    match metric_type {
        MetricType::StateSet if value != 0.0 && value != 1.0 => wrong(Rule::StateValue),
        MetricType::Info if value != 1.0 => wrong(Rule::InfoValue),
        MetricType::Summary if suffix.is_empty() && value < 0.0 => wrong(Rule::QuantileValue),
        _ => {}
    }
    if matches!(suffix, "_total" | "_sum" | "_count" | "_bucket" | "_gcount" | "_gsum") {
        // The sum of a gauge histogram may be negative, as far as its buckets are.
        if value.is_nan() || (value < 0.0 && suffix != "_gsum") {
            wrong(Rule::CounterValue);
        } else if matches!(suffix, "_count" | "_bucket" | "_gcount") && value.fract() != 0.0 {
            wrong(Rule::WholeCount);
        }
    }
    let is_summary_total = metric_type == MetricType::Summary && !suffix.is_empty();
    if is_summary_total && labels.get(QUANTILE).is_some() {
        violations.add(Rule::LabelNumber, parts.series_at, "found a quantile for what all quantiles share");
    }
    if let Some(exemplar) = &sample.exemplar {
        check_exemplar(metric_type, suffix, exemplar, sample, parts, violations);
    }
}

fn check_exemplar(
    metric_type: MetricType,
    suffix: &str,
    exemplar: &Exemplar<'_>,
    sample: &Sample<'_>,
    parts: &SampleLine<'_>,
    violations: &mut Violations,
) {
    let has_place = match metric_type {
        MetricType::Counter => suffix == "_total",
        MetricType::Histogram | MetricType::GaugeHistogram => suffix == "_bucket",
        _ => false,
    };
    if !has_place {
        let message = format!("found one behind {}", sample.series.metric_name().escape_debug());
        violations.add(Rule::ExemplarPlace, parts.exemplar_at, message);
        return;
    }
    let chars: usize =
        exemplar.labels.labels().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
    if chars > EXEMPLAR_CHARS {
        violations.add(Rule::ExemplarLength, parts.exemplar_at, format!("found {chars} characters"));
    }
    let bound = sample.series.labels().find(|(name, _)| suffix == "_bucket" && name == BUCKET);
    if let Some(bound) = bound.and_then(|(_, text)| number(&text)).filter(|bound| exemplar.value > *bound) {
        let message = format!("found {}, which is above {bound}", exemplar.value);
        violations.add(Rule::ExemplarRange, parts.exemplar_at, message);
    }
}

/// Reads a number as the grammar of the standards has it, less NaN.
fn number(text: &str) -> Option<f64> {
    let is_spelled = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    text.parse::<f64>().ok().filter(|number| is_spelled && !number.is_nan())
}
