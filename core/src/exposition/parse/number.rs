//! Values and timestamps.

/// Reads a value as Go's `strconv.ParseFloat` does, less hexadecimal floats and digit separators, which Prometheus
/// refuses as well. A number too large for a float is an error, not an infinity.
#[inline]
pub(super) fn parse_value(token: &str) -> Option<f64> {
    let value = fast_float2::parse::<f64, _>(token).ok()?;
    if !value.is_finite() && token.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // Go reads `nan` without a sign only.
    (!value.is_nan() || !token.starts_with(['+', '-'])).then_some(value)
}

/// Reads a timestamp of the text format: whole milliseconds.
#[inline]
pub(super) fn parse_millis(token: &str) -> Option<i64> {
    token.parse().ok()
}

/// Reads a timestamp of OpenMetrics, seconds with a fraction, as milliseconds.
#[inline]
pub(super) fn parse_seconds(token: &str) -> Option<i64> {
    let millis = parse_value(token)? * 1000.0;
    // The cast saturates, so the bounds are checked as floats.
    #[expect(clippy::cast_possible_truncation, reason = "checked against the bounds of i64")]
    let whole = millis.trunc() as i64;
    (millis.abs() < 9.2e18).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_go_reads_them() {
        #[track_caller]
        fn check(token: &str, expect: Option<f64>) {
            assert_eq!(parse_value(token).map(f64::to_bits), expect.map(f64::to_bits), "{token}");
        }
        check("1", Some(1.0));
        check("-.5e-3", Some(-0.0005));
        check("5.", Some(5.0));
        check("+Inf", Some(f64::INFINITY));
        check("-infinity", Some(f64::NEG_INFINITY));
        check("4.9e-324", Some(5e-324));
        check("1e400", None);
        check("0x1p3", None);
        check("1_000", None);
        check("1\r", None);
        check("+NaN", None);
        check("", None);
        assert!(parse_value("NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn seconds_become_milliseconds() {
        assert_eq!(parse_seconds("1520879607.789"), Some(1_520_879_607_789));
        assert_eq!(parse_seconds("-1.5"), Some(-1500));
        assert_eq!(parse_seconds("NaN"), None);
        assert_eq!(parse_seconds("1e30"), None);
    }
}
