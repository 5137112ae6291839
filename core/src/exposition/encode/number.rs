//! Numbers as text. All floats of an exposition are written here.

use crate::exposition::canonical::canonical;

/// Appends a finite float in the canonical form of OpenMetrics: the shortest digits that read back to the same value, with
/// an exponent of two digits or more from a million on and below 0.0001: `0.1`, `1.5e+300`, `1e-07`.
///
/// ```
/// use p95_core::exposition::encode::PushFloat;
///
/// /// Good enough for numbers from 0.0001 to a million.
/// const PLAIN: PushFloat = |out, value| out.push_str(&value.to_string());
/// ```
pub type PushFloat = fn(&mut String, f64);

/// Writes a float: the shortest digits that read back to the same value; `NaN`, `+Inf`, `-Inf`.
#[inline]
pub(super) fn push_float(out: &mut String, value: f64) {
    push_float_with(out, value, |out, value| out.push_str(zmij::Buffer::new().format_finite(value)));
}

/// As [`push_float`], with other code for what is not whole.
#[inline]
pub(super) fn push_float_with(out: &mut String, value: f64, push_float: PushFloat) {
    if let Some(whole) = small_whole(value) {
        push_digits(out, whole);
        out.push_str(".0");
    } else if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        push_float(out, value);
    }
}

/// Writes a count: without a point where it is whole.
#[inline]
pub(super) fn push_count(out: &mut String, count: f64) {
    match small_whole(count) {
        Some(whole) => push_digits(out, whole),
        None => push_float(out, count),
    }
}

/// As [`push_count`], with other code for what is not whole.
#[inline]
pub(super) fn push_count_with(out: &mut String, count: f64, push_float: PushFloat) {
    match small_whole(count) {
        Some(whole) => push_digits(out, whole),
        None => push_float_with(out, count, push_float),
    }
}

/// Writes a number into a label, in the canonical form.
pub(super) fn push_label_number(out: &mut String, number: f64) {
    // Here the shortest digits are the canonical form.
    if (1e-4..1e6).contains(&number.abs()) {
        push_float(out, number);
    } else {
        out.push_str(&canonical(number));
    }
}

/// As [`push_label_number`], with other code for what is not whole.
pub(super) fn push_label_number_with(out: &mut String, number: f64, push_float: PushFloat) {
    if number.is_finite() && number.abs() >= 1e6 {
        push_float(out, number);
    } else {
        push_float_with(out, number, push_float);
    }
}

/// Writes a time in milliseconds.
pub(super) fn push_millis(out: &mut String, time_ms: i64) {
    if time_ms < 0 {
        out.push('-');
    }
    push_digits(out, time_ms.unsigned_abs());
}

/// Writes a time in milliseconds as seconds.
pub(super) fn push_seconds(out: &mut String, time_ms: i64) {
    if time_ms < 0 {
        out.push('-');
    }
    let (secs, millis) = (time_ms.unsigned_abs() / 1000, time_ms.unsigned_abs() % 1000);
    push_digits(out, secs);
    // Three digits: the thousand before them is cut off.
    out.push('.');
    let mut digits = String::with_capacity(4);
    push_digits(&mut digits, 1000 + millis);
    out.push_str(digits.get(1..).unwrap_or_default());
}

/// The number, if it is whole, not negative (also no negative zero), and exact as a float with all its neighbours.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "in this range the cast is exact")]
fn small_whole(value: f64) -> Option<u64> {
    const EXACT: f64 = 1e15;
    if !(0.0..EXACT).contains(&value) || value.is_sign_negative() {
        return None;
    }
    // Processors convert signed numbers faster.
    let whole = value as i64;
    (whole as f64 == value).then_some(whole.unsigned_abs())
}

/// Writes a whole number.
#[inline]
fn push_digits(out: &mut String, number: u64) {
    let mut digits = [0_u8; 20];
    let mut rest = number;
    let mut length = 0;
    for pair in digits.as_chunks_mut::<2>().0.iter_mut().rev() {
        let two = (rest % 100) as u8;
        *pair = [b'0' + two / 10, b'0' + two % 10];
        rest /= 100;
        length += 2;
        if rest == 0 {
            // A zero in front is none of its digits.
            length -= usize::from(two < 10);
            break;
        }
    }
    let digits = digits.get(digits.len() - length..).and_then(|digits| std::str::from_utf8(digits).ok());
    out.push_str(digits.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_back_to_themselves() {
        #[track_caller]
        fn check(value: f64, expect: &str) {
            let mut out = String::new();
            push_float(&mut out, value);
            assert_eq!(out, expect);
            assert_eq!(out.parse::<f64>().unwrap().to_string(), value.to_string());
        }
        check(0.0, "0.0");
        check(-0.0, "-0.0");
        check(1.0, "1.0");
        check(-7.0, "-7.0");
        check(0.1, "0.1");
        check(1234567.0, "1234567.0");
        check(1e300, "1e+300");
        check(1.5e300, "1.5e+300");
        check(f64::MIN_POSITIVE, "2.2250738585072014e-308");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
        check(f64::NAN, "NaN");
    }

    #[test]
    fn counts() {
        #[track_caller]
        fn check(count: f64, expect: &str) {
            let mut out = String::new();
            push_count(&mut out, count);
            assert_eq!(out, expect);
        }
        check(0.0, "0");
        check(7.0, "7");
        check(10.0, "10");
        check(1_234_567.0, "1234567");
        check(0.5, "0.5");
        check(-1.0, "-1.0");
        check(f64::NAN, "NaN");
        check(1e300, "1e+300");
    }

    #[test]
    fn bounds_are_canonical() {
        #[track_caller]
        fn check(bound: f64, expect: &str) {
            let mut out = String::new();
            push_label_number(&mut out, bound);
            assert_eq!(out, expect);
            assert_eq!(canonical(bound), expect);
        }
        check(0.0, "0.0");
        check(-0.0, "-0.0");
        check(0.005, "0.005");
        check(0.0001, "0.0001");
        check(0.000_123_4, "0.0001234");
        check(0.000_01, "1e-05");
        check(-2.5, "-2.5");
        check(999_999.9, "999999.9");
        check(1e6, "1e+06");
        check(f64::INFINITY, "+Inf");
    }

    #[test]
    fn times() {
        #[track_caller]
        fn check(time_ms: i64, expect_millis: &str, expect_seconds: &str) {
            let (mut millis, mut seconds) = (String::new(), String::new());
            push_millis(&mut millis, time_ms);
            push_seconds(&mut seconds, time_ms);
            assert_eq!((millis.as_str(), seconds.as_str()), (expect_millis, expect_seconds));
        }
        check(0, "0", "0.000");
        check(-1, "-1", "-0.001");
        check(1_520_879_607_789, "1520879607789", "1520879607.789");
        check(i64::MIN, "-9223372036854775808", "-9223372036854775.808");
    }
}
