//! Numbers as Prometheus' query API writes them.

use p95_core::model::SampleValue;

/// A number, or a native histogram as [`NativeHistogram`](p95_core::model::NativeHistogram) displays itself.
pub(crate) fn format_value(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) => format_float(*value),
        SampleValue::Histogram(histogram) => histogram.to_string(),
    }
}

/// The shortest text that reads back as the same float: `0.1`, `1e+21`, `+Inf`, `NaN`.
///
/// Numbers below 1e-6 and from 1e21 on have an exponent. Source: Prometheus' `util/jsonutil`.
pub(crate) fn format_float(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        with_signed_exponent(&format!("{value:e}"))
    } else {
        value.to_string()
    }
}

/// `1e21` as `1e+21`, `1e-7` as `1e-07`: a sign and at least two digits.
fn with_signed_exponent(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text.to_owned() };
    let (sign, digits) = exponent.strip_prefix('-').map_or(("+", exponent), |digits| ("-", digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_look_as_in_prometheus() {
        #[track_caller]
        fn check(value: f64, expect: &str) {
            assert_eq!(format_float(value), expect);
        }
        check(0.0, "0");
        check(-0.0, "-0");
        check(1.0, "1");
        check(0.1, "0.1");
        check(123_456_789.25, "123456789.25");
        check(1e20, "100000000000000000000");
        check(1e21, "1e+21");
        check(1.5e-7, "1.5e-07");
        check(1e-6, "0.000001");
        check(-2.5e300, "-2.5e+300");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
    }
}
