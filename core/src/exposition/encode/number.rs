//! Numbers as text. All floats of an exposition are written here, so that a build that must be small can swap how.

/// Writes a float: the shortest digits that read back to the same value; `NaN`, `+Inf`, `-Inf`.
pub(super) fn push_float(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        out.push_str(zmij::Buffer::new().format_finite(value));
    }
}

/// Writes a count.
pub(super) fn push_count(out: &mut String, count: u64) {
    let mut digits = [0_u8; 20];
    let mut rest = count;
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        length += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(digits.len() - length).map(|&digit| char::from(digit)));
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
        check(0.1, "0.1");
        check(1.5e300, "1.5e+300");
        check(f64::MIN_POSITIVE, "2.2250738585072014e-308");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
        check(f64::NAN, "NaN");
    }

    #[test]
    fn counts() {
        for count in [0, 7, 10, 1_234_567, u64::MAX] {
            let mut out = String::new();
            push_count(&mut out, count);
            assert_eq!(out, count.to_string());
        }
    }
}
