//! Values and timestamps.

/// Reads a value as Go's `strconv.ParseFloat` does, less hexadecimal floats and digit separators, which Prometheus
/// refuses as well. A number too large for a float is an error, not an infinity.
pub(super) fn parse_value(token: &str) -> Option<f64> {
    let value = fast_float2::parse::<f64, _>(token).ok()?;
    if !value.is_finite() && token.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // Go reads `nan` without a sign only.
    (!value.is_nan() || !token.starts_with(['+', '-'])).then_some(value)
}

/// A decimal at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leading {
    pub(super) value: f64,
    pub(super) length_bytes: usize,
}

/// As many digits as a float holds exactly.
const SHORT_DIGITS: usize = 15;

/// The powers of ten that [`leading_decimal`] needs; each is exact as a float.
const POWERS_OF_TEN: [u64; SHORT_DIGITS + 1] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    100_000_000_000,
    1_000_000_000_000,
    10_000_000_000_000,
    100_000_000_000_000,
    1_000_000_000_000_000,
];

/// Reads the number that a text begins with, up to a blank or the end of the line, if it is a plain decimal of at most
/// [`SHORT_DIGITS`] digits, as most values are. `None` for anything else, and close to the end of the text.
///
/// Digits and power of ten are exact as floats, so their quotient is the nearest float (Clinger, "How to read floating
/// point numbers accurately", 1990).
#[inline]
pub(super) fn leading_decimal(text: &[u8]) -> Option<Leading> {
    let integer = Digits::leading(text)?;
    let behind = text.get(integer.count..)?;
    let (fraction, behind) = match behind.split_first()? {
        (b'.', behind) => {
            let fraction = Digits::leading(behind)?;
            (Some(fraction), behind.get(fraction.count..)?)
        }
        _ => (None, behind),
    };
    let is_whole = matches!(behind.first()?, b'\n' | b' ' | b'\t');
    let fraction_digits = fraction.map_or(0, |fraction| fraction.count);
    let count = integer.count + fraction_digits;
    if !is_whole || count == 0 || count > SHORT_DIGITS {
        return None;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "15 digits fit the 53 bits of a float, and so does the power of ten"
    )]
    let value = match fraction {
        None => integer.number as f64,
        Some(fraction) => {
            let power = *POWERS_OF_TEN.get(fraction_digits)?;
            (integer.number * power + fraction.number) as f64 / power as f64
        }
    };
    Some(Leading { value, length_bytes: count + usize::from(fraction.is_some()) })
}

/// A run of digits, and the number that they spell.
#[derive(Clone, Copy, Debug)]
struct Digits {
    number: u64,
    count: usize,
}

impl Digits {
    /// The digits that a text begins with; `None` where they are more than a float holds, or the text ends close behind.
    #[inline]
    fn leading(text: &[u8]) -> Option<Self> {
        let first = Self::of_block(*text.first_chunk()?);
        if first.count < 8 {
            return Some(first);
        }
        let second = Self::of_block(*text.get(8..)?.first_chunk()?);
        let number = first.number * POWERS_OF_TEN.get(second.count)? + second.number;
        (second.count < 8).then_some(Self { number, count: first.count + second.count })
    }

    /// The digits that a block begins with, all read at once: neighbours are added up to pairs, those to fours, and those
    /// to eight (D. Lemire, "Quickly parsing eight digits", 2018).
    #[inline]
    fn of_block(block: [u8; 8]) -> Self {
        const ZEROS: u64 = 0x3030_3030_3030_3030;
        const PAIR: u64 = 0x0000_00ff_0000_00ff;
        let values = u64::from_le_bytes(block) ^ ZEROS;
        // What exceeds nine reaches the top bit of its byte; a carry from there only touches bytes behind it.
        let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
        let count = others.trailing_zeros() / 8;
        // Zeros in front of the digits take the place of what follows them.
        let eight = values.checked_shl(64 - 8 * count).unwrap_or(0);
        let pairs = eight.wrapping_mul(10).wrapping_add(eight >> 8);
        let high = (pairs & PAIR).wrapping_mul(100 + (1_000_000 << 32));
        let low = ((pairs >> 16) & PAIR).wrapping_mul(1 + (10_000 << 32));
        Self { number: high.wrapping_add(low) >> 32, count: count as usize }
    }
}

/// Reads a timestamp of the text format: whole milliseconds.
#[inline]
pub(super) fn parse_millis(token: &str) -> Option<i64> {
    token.parse().ok()
}

/// Reads a timestamp of OpenMetrics, seconds with a fraction, as milliseconds. One beyond the range becomes the last in
/// it, which is far from any time that is stored: the sample is dropped, and the page is not lost for it.
#[inline]
pub(super) fn parse_seconds(token: &str) -> Option<i64> {
    parse_value(token).filter(|seconds| seconds.is_finite()).map(to_millis)
}

/// Seconds as whole milliseconds; see [`parse_seconds`].
///
/// A fraction of a millisecond is dropped, but not the millisecond that a float falls short of by less than it can tell.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the cast drops the fraction, and saturates")]
pub(super) fn to_millis(seconds: f64) -> i64 {
    let millis = seconds * 1000.0;
    let nearest = millis.round();
    if (millis - nearest).abs() < 0.001 { nearest as i64 } else { millis as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_go_reads_them() {
        #[track_caller]
        fn check(token: &str, expect: Option<f64>) {
            assert_eq!(parse_value(token).map(f64::to_bits), expect.map(f64::to_bits), "{token}");
            for behind in ["\n# EOF\n# EOF\n# EOF", " 1234567890123456", "\t.1234567890123456"] {
                if let Some(leading) = leading_decimal(format!("{token}{behind}").as_bytes()) {
                    assert_eq!(Some(leading.value.to_bits()), expect.map(f64::to_bits), "{token}{behind}");
                    assert_eq!(leading.length_bytes, token.len(), "{token}{behind}");
                }
            }
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
                let value = leading_decimal(format!("{token} 0123456789012345").as_bytes());
                let expect = Leading { value: token.parse().unwrap(), length_bytes: token.len() };
                assert_eq!(value, Some(expect), "{token}");
            }
        }
    }

    #[test]
    fn only_plain_decimals_are_read_the_short_way() {
        #[track_caller]
        fn check(text: &str, expect: Option<(f64, usize)>) {
            let read = leading_decimal(format!("{text}\n1234567890123456").as_bytes());
            assert_eq!(read.map(|leading| (leading.value, leading.length_bytes)), expect, "{text}");
        }
        check("7", Some((7.0, 1)));
        check("00000000", Some((0.0, 8)));
        check("123456789 1", Some((123_456_789.0, 9)));
        check("12345678.12345", Some((12_345_678.123_45, 14)));
        check("5.", Some((5.0, 2)));
        check(".5", Some((0.5, 2)));
        check(".", None);
        check("", None);
        check("1.2.3", None);
        check("1e5", None);
        check("-1", None);
        check("12é", None);
        check("1\u{ff}", None);
        check("1234567812345678", None);
        check("123456781234567.8", None);
        assert_eq!(leading_decimal(b"1\n"), None);
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
