//! Functions of one number.

use super::Function;

/// The function of one number that `function` is, or `None` where it is another kind.
pub(super) fn of_one_number(function: Function) -> Option<fn(f64) -> f64> {
    Some(match function {
        Function::Abs => f64::abs,
        Function::Acos => f64::acos,
        Function::Acosh => f64::acosh,
        Function::Asin => f64::asin,
        Function::Asinh => f64::asinh,
        Function::Atan => f64::atan,
        Function::Atanh => f64::atanh,
        Function::Ceil => f64::ceil,
        Function::Cos => f64::cos,
        Function::Cosh => f64::cosh,
        Function::Deg => f64::to_degrees,
        Function::Exp => f64::exp,
        Function::Floor => f64::floor,
        Function::Ln => f64::ln,
        Function::Log10 => f64::log10,
        Function::Log2 => f64::log2,
        Function::Rad => f64::to_radians,
        Function::Sgn => sign,
        Function::Sin => f64::sin,
        Function::Sinh => f64::sinh,
        Function::Sqrt => f64::sqrt,
        Function::Tan => f64::tan,
        Function::Tanh => f64::tanh,
        _ => return None,
    })
}

/// -1, 0 or 1; zero and NaN as they are.
fn sign(value: f64) -> f64 {
    if value == 0.0 || value.is_nan() { value } else { value.signum() }
}

/// The value, not below `min` and not above `max`; NaN where either bound is.
pub(super) fn clamp(value: f64, min: f64, max: f64) -> f64 {
    if min.is_nan() || max.is_nan() || value.is_nan() { f64::NAN } else { value.max(min).min(max) }
}

/// The nearest multiple of `to`, halves upwards.
pub(super) fn round(value: f64, to: f64) -> f64 {
    // Dividing by the inverse keeps 0.1 exact where multiplying by 0.1 would not.
    let inverse = 1.0 / to;
    (value * inverse + 0.5).floor() / inverse
}

/// The lesser of two numbers; NaN where either is.
pub(super) fn min_of(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
}

/// The larger of two numbers; NaN where either is.
pub(super) fn max_of(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}
