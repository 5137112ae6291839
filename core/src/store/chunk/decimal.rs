//! Floats as decimals: a whole number over a power of ten.

/// The powers of ten that a decimal may be over; each is exact as a float.
const POWERS: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/// Whole numbers below this are exact as floats.
const MANTISSA_LIMIT: f64 = 9_007_199_254_740_992.0;

/// `mantissa / 10^scale`. Dividing two exact floats rounds once, so a float of up to 15 digits comes back as it was.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Decimal {
    pub(super) mantissa: i64,
    pub(super) scale: u8,
}

impl Decimal {
    /// The decimal of the smallest scale that gives exactly `value` back, down to the sign of a zero.
    pub(super) fn of(value: f64) -> Option<Self> {
        (0_u8..).zip(POWERS).find_map(|(scale, _)| Self::with_scale(value, scale))
    }

    /// The decimal of this scale that gives exactly `value` back.
    #[inline]
    pub(super) fn with_scale(value: f64, scale: u8) -> Option<Self> {
        let scaled = (value * POWERS.get(usize::from(scale))?).round_ties_even();
        if scaled.is_nan() || scaled.abs() >= MANTISSA_LIMIT {
            return None;
        }
        let decimal = Self { mantissa: scaled as i64, scale };
        (decimal.to_f64().to_bits() == value.to_bits()).then_some(decimal)
    }

    /// The float.
    #[inline]
    pub(super) fn to_f64(self) -> f64 {
        let mantissa = self.mantissa as f64;
        if self.scale == 0 {
            return mantissa;
        }
        mantissa / POWERS.get(usize::from(self.scale)).unwrap_or(&1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_scale_that_is_exact() {
        #[track_caller]
        fn check(value: f64, expect: Option<(i64, u8)>) {
            assert_eq!(Decimal::of(value).map(|d| (d.mantissa, d.scale)), expect, "{value}");
        }
        check(0.0, Some((0, 0)));
        check(-0.0, None);
        check(-3.0, Some((-3, 0)));
        check(12345.67, Some((1_234_567, 2)));
        check(0.1, Some((1, 1)));
        check(0.1 + 0.2, None);
        check(1e-9, Some((1, 9)));
        check(1e15, Some((1_000_000_000_000_000, 0)));
        check(1e16, None);
        check(f64::NAN, None);
        check(f64::INFINITY, None);
    }
}
