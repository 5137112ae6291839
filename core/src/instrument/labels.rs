//! Label sets as types: which labels there are, and their values as text.

use std::borrow::Cow;
use std::sync::Arc;

/// The values of a fixed list of labels, in order.
///
/// ```
/// use p95_core::instrument::LabelValues;
///
/// let mut values = Vec::new();
/// ["GET", "/cart"].each_value(&mut |value| values.push(value.to_owned()));
/// assert_eq!(values, ["GET", "/cart"]);
/// ```
pub trait LabelValues {
    /// Calls `each` with the value of every label, in the order of their names. An empty value means no label.
    fn each_value(&self, each: &mut impl FnMut(&str));
}

/// A label set as a type: a struct with a field for each label, by `#[derive(Labels)]` (feature `derive`).
///
/// By hand it takes two functions, which have to agree on number and order:
///
/// ```
/// use p95_core::instrument::{LabelSet, LabelValue, LabelValues};
///
/// struct Request {
///     method: &'static str,
///     status: u16,
/// }
///
/// impl LabelValues for Request {
///     fn each_value(&self, each: &mut impl FnMut(&str)) {
///         each(self.method);
///         self.status.with_text(each);
///     }
/// }
///
/// impl LabelSet for Request {
///     fn each_name(each: &mut impl FnMut(&str)) {
///         each("method");
///         each("status");
///     }
/// }
///
/// let mut values = Vec::new();
/// Request { method: "GET", status: 200 }.each_value(&mut |value| values.push(value.to_owned()));
/// assert_eq!(values, ["GET", "200"]);
/// ```
pub trait LabelSet: LabelValues {
    /// Calls `each` with the name of every label.
    fn each_name(each: &mut impl FnMut(&str));
}

/// What can be the value of a label.
///
/// For an enum without fields, `#[derive(LabelValue)]` (feature `derive`) writes each variant in snake case.
///
/// ```
/// use p95_core::instrument::LabelValue;
///
/// /// A status by its class alone.
/// struct Status(u16);
///
/// impl LabelValue for Status {
///     fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
///         (self.0 / 100).with_text(|class| act(&format!("{class}xx")))
///     }
/// }
///
/// assert_eq!(Status(404).with_text(str::to_owned), "4xx");
/// ```
pub trait LabelValue {
    /// Calls `act` with the value as text.
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R;
}

/// No label at all.
impl LabelValues for () {
    fn each_value(&self, _each: &mut impl FnMut(&str)) {}
}

impl LabelSet for () {
    fn each_name(_each: &mut impl FnMut(&str)) {}
}

impl<S: AsRef<str>, const N: usize> LabelValues for [S; N] {
    #[inline]
    fn each_value(&self, each: &mut impl FnMut(&str)) {
        self.iter().for_each(|value| each(value.as_ref()));
    }
}

impl<L: LabelValues> LabelValues for &L {
    #[inline]
    fn each_value(&self, each: &mut impl FnMut(&str)) {
        (**self).each_value(each);
    }
}

impl<L: LabelSet> LabelSet for &L {
    fn each_name(each: &mut impl FnMut(&str)) {
        L::each_name(each);
    }
}

impl LabelValue for str {
    #[inline]
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        act(self)
    }
}

impl LabelValue for String {
    #[inline]
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        act(self)
    }
}

impl<T: LabelValue + ?Sized> LabelValue for &T {
    #[inline]
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        (**self).with_text(act)
    }
}

impl<T: LabelValue + ?Sized> LabelValue for Box<T> {
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        (**self).with_text(act)
    }
}

impl<T: LabelValue + ?Sized> LabelValue for Arc<T> {
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        (**self).with_text(act)
    }
}

impl<T: LabelValue + ToOwned + ?Sized> LabelValue for Cow<'_, T> {
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        (**self).with_text(act)
    }
}

/// `None` means no label.
impl<T: LabelValue> LabelValue for Option<T> {
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        match self {
            Some(value) => value.with_text(act),
            None => act(""),
        }
    }
}

impl LabelValue for bool {
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        act(if *self { "true" } else { "false" })
    }
}

impl LabelValue for char {
    fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
        act(self.encode_utf8(&mut [0; 4]))
    }
}

macro_rules! whole_numbers {
    ($($number:ty: $magnitude:expr, $is_negative:expr;)*) => {$(
        impl LabelValue for $number {
            #[inline]
            fn with_text<R>(&self, act: impl FnOnce(&str) -> R) -> R {
                act(text_of(&mut [0; MAX_DIGITS], $magnitude(*self) as u64, $is_negative(*self)))
            }
        }
    )*};
}

whole_numbers! {
    u8: u64::from, |_| false;
    u16: u64::from, |_| false;
    u32: u64::from, |_| false;
    u64: u64::from, |_| false;
    usize: |number| number, |_| false;
    i8: i8::unsigned_abs, i8::is_negative;
    i16: i16::unsigned_abs, i16::is_negative;
    i32: i32::unsigned_abs, i32::is_negative;
    i64: i64::unsigned_abs, i64::is_negative;
    isize: isize::unsigned_abs, isize::is_negative;
}

/// The sign and the digits of the greatest number of 64 bits.
const MAX_DIGITS: usize = 21;

fn text_of(digits: &mut [u8; MAX_DIGITS], magnitude: u64, is_negative: bool) -> &str {
    let mut rest = magnitude;
    let mut start = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        start = at;
        if rest == 0 {
            break;
        }
    }
    if is_negative && let Some(sign) = start.checked_sub(1).and_then(|at| digits.get_mut(at)) {
        *sign = b'-';
        start -= 1;
    }
    digits.get(start..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_text() {
        #[track_caller]
        fn check(value: impl LabelValue, expect: &str) {
            value.with_text(|text| assert_eq!(text, expect));
        }
        check("a", "a");
        check(String::from("a"), "a");
        check(Arc::<str>::from("a"), "a");
        check(Cow::Borrowed("a"), "a");
        check(true, "true");
        check('é', "é");
        check(None::<u8>, "");
        check(Some(0_u8), "0");
        check(200_u16, "200");
        check(u64::MAX, "18446744073709551615");
        check(i64::MIN, "-9223372036854775808");
        check(-1_i8, "-1");
        check(usize::MAX, &usize::MAX.to_string());
    }
}
