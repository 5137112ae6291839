//! Numbers as Go's `fmt` writes them.

use crate::model::histogram::General;

/// As `%e`: `1.5e+00`, with so many digits behind the point; without, as many as it needs.
pub(super) fn exponent(value: f64, digits: Option<usize>) -> String {
    if let Some(text) = not_finite(value) {
        return text;
    }
    let text = match digits {
        Some(digits) => format!("{value:.digits$e}"),
        None => format!("{value:e}"),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{exponent:0>2}")
}

/// As `%f`: with so many digits behind the point.
pub(super) fn fixed(value: f64, digits: usize) -> String {
    not_finite(value).unwrap_or_else(|| format!("{value:.digits$}"))
}

/// As `%g`: rounded to so many digits, with an exponent where there are more before the point or the number is below
/// 1e-4; without, as many digits as it needs.
pub(super) fn general(value: f64, digits: Option<usize>) -> String {
    let Some(digits) = digits else { return General(value).to_string() };
    if let Some(text) = not_finite(value) {
        return text;
    }
    let digits = digits.max(1);
    let rounded = exponent(value, Some(digits - 1));
    let power: i64 = rounded.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or_default();
    let before_point = usize::try_from(power + 1).unwrap_or_default();
    if power < -4 || before_point > digits {
        let (mantissa, power) = rounded.split_once('e').unwrap_or((&rounded, "+00"));
        return format!("{}e{power}", without_trailing_zeros(mantissa));
    }
    let behind_point = i64::try_from(digits).unwrap_or(i64::MAX).saturating_sub(1 + power);
    let text = fixed(value, usize::try_from(behind_point).unwrap_or_default());
    without_trailing_zeros(&text).to_owned()
}

fn not_finite(value: f64) -> Option<String> {
    (!value.is_finite()).then(|| General(value).to_string())
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_are_those_of_go() {
        for (value, expect) in [
            (0.0, "0"),
            (1.0, "1"),
            (1000.0, "1000"),
            (999.96, "1000"),
            (9999.5, "1e+04"),
            (12345.0, "1.234e+04"),
            (-0.25, "-0.25"),
            (0.000_123_456, "0.0001235"),
            (0.000_012_3, "1.23e-05"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(general(value, Some(4)), expect, "{value}");
        }
        assert_eq!(general(1e6, None), "1e+06");
        assert_eq!(exponent(1.0, None), "1e+00");
        assert_eq!(exponent(-12345.678, Some(2)), "-1.23e+04");
    }
}
