//! Whether an answer is the expected one.

use super::script::{Expect, ExpectedResult, ExpectedSeries, Steps, Written};
use crate::model::histogram::Bucket;
use crate::model::{Labels, NativeHistogram, SampleValue, Samples, is_stale};
use crate::promql::eval::{MatrixSeries, QueryValue, VectorSample};

/// How far a value may be off, relative to itself.
const EPSILON: f64 = 1e-6;

/// Series with one value each: an instant vector.
pub(super) type Found = Vec<(Labels, SampleValue)>;

/// Checks the answer to an instant query. The error says what was expected and what came.
pub(super) fn check_instant(expect: &Expect, value: &QueryValue) -> Result<(), Difference> {
    match (&expect.result, value) {
        (ExpectedResult::Scalar(expected), QueryValue::Scalar(found)) => {
            check_number(*expected, found.value, &"the scalar")
        }
        (ExpectedResult::String(expected), QueryValue::String(found)) if expected == found => Ok(()),
        (ExpectedResult::Series(expected), QueryValue::Vector(found)) => {
            let found: Found = found.iter().map(|one| (one.labels.clone(), value_of(one))).collect();
            check_vector(expected, &found, expect.ordered)
        }
        (ExpectedResult::RangeVector(steps, expected), QueryValue::Matrix(found)) => {
            check_matrix(*steps, expected, found)
        }
        // Where nothing is expected, an empty answer of another type will do.
        (ExpectedResult::Series(expected), QueryValue::Matrix(found))
            if expected.is_empty() && found.is_empty() =>
        {
            Ok(())
        }
        (_, found) => Err(Difference::new(format!("another type, got {}", describe(found)))),
    }
}

fn value_of(found: &VectorSample) -> SampleValue {
    match &found.histogram {
        Some(histogram) => SampleValue::Histogram(histogram.clone()),
        None => SampleValue::Float(found.sample.value),
    }
}

/// Checks an instant vector.
pub(super) fn check_vector(
    expected: &[ExpectedSeries],
    found: &Found,
    ordered: bool,
) -> Result<(), Difference> {
    for (position, (labels, value)) in found.iter().enumerate() {
        let Some(at) = expected.iter().position(|series| series.labels == *labels) else {
            return Err(Difference::new(format!("no series {labels}, got it with {}", show(value))));
        };
        if ordered && at != position {
            return Err(Difference::new(format!("{labels} at position {at}, got it at {position}")));
        }
        let expected = expected.get(at).and_then(|series| series.values.first()).and_then(Option::as_ref);
        let Some(expected) = expected else {
            return Err(Difference::new(format!("no value for {labels}, got {}", show(value))));
        };
        check_value(expected, value, labels)?;
    }
    for series in expected {
        let is_found = found.iter().any(|(labels, _)| *labels == series.labels);
        if !is_found && series.values.iter().any(Option::is_some) {
            return Err(Difference::new(format!("the series {}, got none", series.labels)));
        }
    }
    Ok(())
}

/// Checks a range vector, which must be sorted by labels.
pub(super) fn check_matrix(
    steps: Steps,
    expected: &[ExpectedSeries],
    found: &[MatrixSeries],
) -> Result<(), Difference> {
    if !found.is_sorted_by(|a, b| a.labels < b.labels) {
        return Err(Difference::new("series sorted by labels, each once, got another order".to_owned()));
    }
    for series in found {
        let Some(expected) = expected.iter().find(|expected| expected.labels == series.labels) else {
            let points = series.samples.len();
            return Err(Difference::new(format!("no series {}, got it with {points} points", series.labels)));
        };
        check_points(steps, expected, &series.samples)?;
    }
    for series in expected {
        let is_found = found.iter().any(|found| found.labels == series.labels);
        if !is_found && series.values.iter().any(Option::is_some) {
            return Err(Difference::new(format!("the series {}, got none", series.labels)));
        }
    }
    Ok(())
}

fn check_points(steps: Steps, expected: &ExpectedSeries, found: &Samples) -> Result<(), Difference> {
    let floats = found.floats.iter().map(|sample| (sample.timestamp_ms, SampleValue::Float(sample.value)));
    let histograms = found.histograms.iter();
    let histograms =
        histograms.map(|sample| (sample.timestamp_ms, SampleValue::Histogram(sample.histogram.clone())));
    let mut found: Vec<_> = floats.chain(histograms).collect();
    found.sort_by_key(|(timestamp_ms, _)| *timestamp_ms);
    let times_ms = (0..).map(|step: i64| steps.start_ms + step * steps.step_ms);
    let expected_points: Vec<_> = times_ms
        .zip(&expected.values)
        .filter_map(|(timestamp_ms, value)| Some((timestamp_ms, value.as_ref()?)))
        .collect();
    let labels = &expected.labels;
    let times_of_expected: Vec<_> = expected_points.iter().map(|(timestamp_ms, _)| *timestamp_ms).collect();
    let times_of_found: Vec<_> = found.iter().map(|(timestamp_ms, _)| *timestamp_ms).collect();
    if times_of_expected != times_of_found {
        return Err(Difference::new(format!(
            "points of {labels} at {times_of_expected:?} ms, got {times_of_found:?} ms"
        )));
    }
    for ((timestamp_ms, expected), (_, found)) in expected_points.into_iter().zip(&found) {
        check_value(expected, found, &format_args!("{labels} at {timestamp_ms} ms"))?;
    }
    Ok(())
}

fn check_value(
    expected: &Written,
    found: &SampleValue,
    what: &dyn std::fmt::Display,
) -> Result<(), Difference> {
    match (&expected.value, found) {
        (SampleValue::Float(expected), SampleValue::Float(found)) => check_number(*expected, *found, what),
        (SampleValue::Histogram(wanted), SampleValue::Histogram(found))
            if same_histogram(wanted, found)
                && (!expected.names_hint || wanted.reset_hint == found.reset_hint) =>
        {
            Ok(())
        }
        (expected, found) => {
            Err(Difference::new(format!("{} for {what}, got {}", show(expected), show(found))))
        }
    }
}

fn check_number(expected: f64, found: f64, what: &dyn std::fmt::Display) -> Result<(), Difference> {
    if almost_equal(expected, found) {
        return Ok(());
    }
    Err(Difference::new(format!("{expected} for {what}, got {found}")))
}

/// Whether two numbers differ by less than a millionth of their sum. NaN equals NaN, the stale marker itself alone; next
/// to 0 only 0 will do.
fn almost_equal(a: f64, b: f64) -> bool {
    if is_stale(a) || is_stale(b) {
        return is_stale(a) && is_stale(b);
    }
    if a == b || (a.is_nan() && b.is_nan()) {
        return true;
    }
    let sum = a.abs() + b.abs();
    let difference = (a - b).abs();
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < EPSILON * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < EPSILON
}

/// Whether two histograms are almost equal, whatever their hints.
fn same_histogram(expected: &NativeHistogram, found: &NativeHistogram) -> bool {
    expected.schema == found.schema
        && almost_equal(expected.count, found.count)
        && almost_equal(expected.sum, found.sum)
        && almost_equal(expected.zero_count, found.zero_count)
        && expected.zero_threshold == found.zero_threshold
        && expected.custom_bounds == found.custom_bounds
        && same_buckets(&expected.positive, &found.positive)
        && same_buckets(&expected.negative, &found.negative)
}

fn same_buckets(expected: &[Bucket], found: &[Bucket]) -> bool {
    let expected: Vec<_> = expected.iter().filter(|bucket| bucket.count != 0.0).collect();
    let found: Vec<_> = found.iter().filter(|bucket| bucket.count != 0.0).collect();
    expected.len() == found.len()
        && expected.iter().zip(&found).all(|(a, b)| a.index == b.index && almost_equal(a.count, b.count))
}

/// What was expected, and what came instead.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {0}")]
pub(super) struct Difference(String);

impl Difference {
    fn new(text: String) -> Self {
        Self(text)
    }
}

fn show(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(number) => number.to_string(),
        SampleValue::Histogram(histogram) => {
            let NativeHistogram { schema, reset_hint, ref custom_bounds, .. } = **histogram;
            format!("{histogram} (schema {schema}, bounds {custom_bounds:?}, {reset_hint:?})")
        }
    }
}

fn describe(value: &QueryValue) -> String {
    match value {
        QueryValue::Scalar(sample) => format!("the scalar {}", sample.value),
        QueryValue::String(text) => format!("the string {text:?}"),
        QueryValue::Vector(samples) => format!("a vector of {} series", samples.len()),
        QueryValue::Matrix(series) => format!("a range vector of {} series", series.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::STALE_NAN;

    #[test]
    fn almost_equal_numbers() {
        #[track_caller]
        fn check(a: f64, b: f64, expect: bool) {
            assert_eq!(almost_equal(a, b), expect, "{a} {b}");
            assert_eq!(almost_equal(b, a), expect, "{b} {a}");
        }
        check(1.0, 1.000_001, true);
        check(1.0, 1.000_01, false);
        check(0.0, 1e-300, false);
        check(0.0, -0.0, true);
        check(f64::NAN, f64::NAN, true);
        check(f64::NAN, 1.0, false);
        check(f64::NAN, STALE_NAN, false);
        check(STALE_NAN, STALE_NAN, true);
        check(f64::INFINITY, f64::INFINITY, true);
        check(f64::INFINITY, f64::NEG_INFINITY, false);
        check(f64::MAX, f64::MAX * 0.999_999_9, true);
    }
}
