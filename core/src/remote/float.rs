//! Numbers as Prometheus' query API writes them.

use std::fmt;

/// The shortest text that reads back as the same float: `0.1`, `1e+21`, `+Inf`, `NaN`.
///
/// Numbers below 1e-6 and from 1e21 on have an exponent. Source: Prometheus' `util/jsonutil`.
///
/// ```
/// assert_eq!(p95_core::remote::format_float(1.5e-7), "1.5e-07");
/// ```
pub fn format_float(value: f64) -> String {
    FloatText(value).to_string()
}

/// A number that displays itself so.
pub(super) struct FloatText(pub(super) f64);

impl fmt::Display for FloatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value) = *self;
        let magnitude = value.abs();
        if value.is_nan() {
            f.write_str("NaN")
        } else if value.is_infinite() {
            f.write_str(if value > 0.0 { "+Inf" } else { "-Inf" })
        } else if let Some(digits) = plain_digits(value, &mut zmij::Buffer::new()) {
            f.write_str(digits)
        } else if (1e-6..1e21).contains(&magnitude) {
            fmt::Display::fmt(&value, f)
        } else {
            write_with_signed_exponent(f, &format!("{value:e}"))
        }
    }
}

/// The digits of most numbers, at once; `None` for those whose shortest digits have an exponent, and for those that are
/// no numbers.
pub(super) fn plain_digits(value: f64, buffer: &mut zmij::Buffer) -> Option<&str> {
    let magnitude = value.abs();
    let has_plain_form = magnitude == 0.0 || (1e-6..1e21).contains(&magnitude);
    let digits = has_plain_form.then(|| buffer.format_finite(value))?;
    (!digits.contains('e')).then(|| digits.strip_suffix(".0").unwrap_or(digits))
}

/// `1e21` as `1e+21`, `1e-7` as `1e-07`: a sign and at least two digits.
fn write_with_signed_exponent(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let Some((mantissa, exponent)) = text.split_once('e') else { return f.write_str(text) };
    let (sign, digits) = exponent.strip_prefix('-').map_or(("+", exponent), |digits| ("-", digits));
    write!(f, "{mantissa}e{sign}{digits:0>2}")
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
        check(123_456_789_012_345_680_000.0, "123456789012345680000");
        check(1e21, "1e+21");
        check(1.5e-7, "1.5e-07");
        check(1e-6, "0.000001");
        check(1.25e-5, "0.0000125");
        check(-2.5e300, "-2.5e+300");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
    }
}
