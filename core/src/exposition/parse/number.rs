//! Values and timestamps.

/// Reads a value as Go's `strconv.ParseFloat` does, less hexadecimal floats and digit separators, which Prometheus
/// refuses as well. A number too large for a float is an error, not an infinity.
#[inline]
pub(super) fn parse_value(token: &str) -> Option<f64> {
    parse_short(token.as_bytes()).or_else(|| parse_any(token))
}

/// Powers of ten that a float holds exactly, as far as [`parse_short`] needs them.
const POWERS_OF_TEN: [f64; SHORT_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// As many digits as a float holds exactly.
const SHORT_DIGITS: usize = 15;

/// Reads plain decimals of at most [`SHORT_DIGITS`] digits, as most values are; `None` for any other token.
///
/// Digits and power of ten are exact as floats, so their quotient is the nearest float (Clinger, "How to read floating
/// point numbers accurately", 1990).
#[inline]
fn parse_short(token: &[u8]) -> Option<f64> {
    if token.len() > SHORT_DIGITS + 1 {
        return None;
    }
    let mut digits = 0_u64;
    let mut point_at = None;
    for (at, byte) in token.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits = digits * 10 + u64::from(byte - b'0'),
            b'.' if point_at.is_none() => point_at = Some(at),
            _ => return None,
        }
    }
    let (integer_digits, fraction_digits) = match point_at {
        Some(at) => (at, token.len() - at - 1),
        None => (token.len(), 0),
    };
    if !(1..=SHORT_DIGITS).contains(&(integer_digits + fraction_digits)) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "15 digits fit the 53 bits of a float")]
    let digits = digits as f64;
    POWERS_OF_TEN.get(fraction_digits).map(|power| digits / power)
}

fn parse_any(token: &str) -> Option<f64> {
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

/// Reads a timestamp of OpenMetrics, seconds with a fraction, as milliseconds. One beyond the range becomes the last in
/// it, which is far from any time that is stored: the sample is dropped, and the page is not lost for it.
///
/// A fraction of a millisecond is dropped, but not the millisecond that a float falls short of by less than it can tell.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the cast drops the fraction, and saturates")]
pub(super) fn parse_seconds(token: &str) -> Option<i64> {
    let millis = parse_value(token).filter(|seconds| seconds.is_finite())? * 1000.0;
    let nearest = millis.round();
    Some(if (millis - nearest).abs() < 0.001 { nearest as i64 } else { millis as i64 })
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
        check("0.3", Some(0.3));
        check(".5", Some(0.5));
        check("1.2.3", None);
        check(".", None);
        check("123456789012345", Some(123_456_789_012_345.0));
        check("9007199254740993", Some(9_007_199_254_740_992.0));
        check("1234567890.12345", Some(1_234_567_890.123_45));
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
    fn short_decimals_are_the_nearest_float() {
        for digits in [0_u64, 1, 7, 13_106, 99_999, 123_456_789, 999_999_999_999_999] {
            for point in 0..=6 {
                let text = format!("{digits:07}");
                let (integer, fraction) = text.split_at(text.len() - point);
                let token = format!("{integer}.{fraction}");
                assert_eq!(parse_value(&token), token.parse().ok(), "{token}");
            }
        }
    }

    #[test]
    fn seconds_become_milliseconds() {
        assert_eq!(parse_seconds("1520879607.789"), Some(1_520_879_607_789));
        assert_eq!(parse_seconds("-1.5"), Some(-1500));
        assert_eq!(parse_seconds("4.019"), Some(4019));
        assert_eq!(parse_seconds("1.0019"), Some(1001));
        assert_eq!(parse_seconds("NaN"), None);
        assert_eq!(parse_seconds("+Inf"), None);
        assert_eq!(parse_seconds("12345678901234567890.123"), Some(i64::MAX));
        assert_eq!(parse_seconds("-1e308"), Some(i64::MIN));
    }
}
