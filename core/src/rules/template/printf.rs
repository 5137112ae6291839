//! Go's `printf`, for what templates have.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

use super::number::{exponent, fixed, general};
use super::value::Value;
use crate::model::labels::write_quoted;

/// The widest that a value may be made.
const MAX_WIDTH: usize = 1_000;

/// Writes `arguments` as `format` says. What does not fit is written as Go writes it: `%!d(string=a)`, `%!d(MISSING)`.
pub(super) fn printf(format: &str, arguments: &[Value]) -> String {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    let mut left = arguments.iter();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut spec = Spec::read(&mut chars, &mut left);
        match chars.next() {
            None => out.push_str("%!(NOVERB)"),
            Some('%') => out.push('%'),
            Some(verb) => match left.next() {
                None => out.push_str(&format!("%!{verb}(MISSING)")),
                Some(value) => out.push_str(&spec.show(verb, value)),
            },
        }
    }
    let extra: Vec<String> = left.map(|value| format!("{}={value}", value.type_name())).collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}

/// What stands between the percent sign and the verb.
#[derive(Clone, Copy, Debug, Default)]
struct Spec {
    is_left: bool,
    has_plus: bool,
    has_blank: bool,
    has_zeros: bool,
    is_alternate: bool,
    width: usize,
    precision: Option<usize>,
}

impl Spec {
    fn read<'a>(chars: &mut Peekable<Chars<'_>>, left: &mut impl Iterator<Item = &'a Value>) -> Self {
        let mut spec = Self::default();
        while let Some(flag) = chars.next_if(|c| "-+ 0#".contains(*c)) {
            match flag {
                '-' => spec.is_left = true,
                '+' => spec.has_plus = true,
                ' ' => spec.has_blank = true,
                '0' => spec.has_zeros = true,
                _ => spec.is_alternate = true,
            }
        }
        spec.width = count(chars, left).unwrap_or_default();
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = Some(count(chars, left).unwrap_or_default());
        }
        spec
    }

    fn show(&mut self, verb: char, value: &Value) -> String {
        let text = match (verb, value) {
            ('v', Value::Float(number)) => self.signed(general(*number, self.precision)),
            ('v' | 'd', Value::Int(number)) => self.signed(number.to_string()),
            ('v', value) => value.to_string(),
            ('t', Value::Bool(value)) => value.to_string(),
            ('s', Value::Text(_) | Value::Labels(_) | Value::Time(_)) => self.cut(value.to_string()),
            ('q', Value::Text(text)) => Quoted(&self.cut(text.clone())).to_string(),
            ('e', Value::Float(number)) => self.signed(exponent(*number, Some(self.precision.unwrap_or(6)))),
            ('E', Value::Float(number)) => {
                self.signed(exponent(*number, Some(self.precision.unwrap_or(6)))).to_uppercase()
            }
            ('f' | 'F', Value::Float(number)) => self.signed(fixed(*number, self.precision.unwrap_or(6))),
            ('g', Value::Float(number)) => self.signed(general(*number, self.precision)),
            ('G', Value::Float(number)) => self.signed(general(*number, self.precision)).to_uppercase(),
            ('x', Value::Int(number)) => self.in_base(*number, "0x", format!("{:x}", number.unsigned_abs())),
            ('X', Value::Int(number)) => self.in_base(*number, "0X", format!("{:X}", number.unsigned_abs())),
            ('o', Value::Int(number)) => self.in_base(*number, "0", format!("{:o}", number.unsigned_abs())),
            ('b', Value::Int(number)) => self.in_base(*number, "0b", format!("{:b}", number.unsigned_abs())),
            ('c', Value::Int(number)) => u32::try_from(*number)
                .ok()
                .and_then(char::from_u32)
                .unwrap_or(char::REPLACEMENT_CHARACTER)
                .into(),
            ('x', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            ('X', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
            (verb, Value::Nil) => return format!("%!{verb}(<nil>)"),
            (verb, value) => return format!("%!{verb}({}={value})", value.type_name()),
        };
        let is_finite_number = match value {
            Value::Int(_) => true,
            Value::Float(number) => number.is_finite(),
            _ => false,
        };
        self.padded(text, is_finite_number)
    }

    /// Only so many characters, where a precision says so.
    fn cut(&self, text: String) -> String {
        self.precision.map_or_else(|| text.clone(), |count| text.chars().take(count).collect())
    }

    fn in_base(&self, number: i64, prefix: &str, digits: String) -> String {
        let sign = if number < 0 { "-" } else { "" };
        let prefix = if self.is_alternate { prefix } else { "" };
        self.signed(format!("{sign}{prefix}{digits}"))
    }

    /// With a sign or a blank before a number that is not negative, where that is asked for.
    fn signed(&self, text: String) -> String {
        match (text.starts_with(['-', '+']), self.has_plus, self.has_blank) {
            (false, true, _) => format!("+{text}"),
            (false, false, true) => format!(" {text}"),
            // Infinity has its sign only where signs are wanted.
            _ => text,
        }
    }

    fn padded(&self, text: String, is_number: bool) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if missing == 0 {
            return text;
        }
        if self.is_left {
            return text + &" ".repeat(missing);
        }
        if self.has_zeros && is_number {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+', ' '])));
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        " ".repeat(missing) + &text
    }
}

/// A text that displays itself in quotes, as Go writes it.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(f, self.0)
    }
}

/// A number in the format, or a `*`, which takes the next argument.
fn count<'a>(chars: &mut Peekable<Chars<'_>>, left: &mut impl Iterator<Item = &'a Value>) -> Option<usize> {
    if chars.next_if_eq(&'*').is_some() {
        return match left.next() {
            Some(Value::Int(count)) => usize::try_from(*count).ok().map(|count| count.min(MAX_WIDTH)),
            _ => None,
        };
    }
    let mut found = None;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        chars.next();
        let count = found.unwrap_or(0_usize).saturating_mul(10).saturating_add(digit as usize);
        found = Some(count.min(MAX_WIDTH));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_those_of_go() {
        #[track_caller]
        fn check(format: &str, arguments: &[Value], expect: &str) {
            assert_eq!(printf(format, arguments), expect, "{format}");
        }
        let text = |text: &str| Value::Text(text.to_owned());
        check(
            "%.2f %s|%5.1f|%-6s|%06.2f",
            &[0.256.into(), text("a"), 2.25.into(), text("b"), 3.25.into()],
            "0.26 a|  2.2|b     |003.25",
        );
        check(
            "%d %x %v %t %%",
            &[Value::Int(10), Value::Int(255), Value::Int(3), Value::Bool(true)],
            "10 ff 3 true %",
        );
        check("%d", &[1.5.into()], "%!d(float64=1.5)");
        check("%s %s", &[text("a")], "a %!s(MISSING)");
        check("%s", &[text("a"), Value::Int(1)], "a%!(EXTRA int=1)");
        check("%q %5q", &[text("a\"b"), text("c")], "\"a\\\"b\"   \"c\"");
        check(
            "%v %g %e %.3g",
            &[1e6.into(), 1e21.into(), 1.5.into(), 123456.0.into()],
            "1e+06 1e+21 1.500000e+00 1.23e+05",
        );
        check("%+d %+.1f % d", &[Value::Int(1), 2.0.into(), Value::Int(3)], "+1 +2.0  3");
        check("%f", &[f64::INFINITY.into()], "+Inf");
        check("%999999999d", &[Value::Int(1)], &format!("{}1", " ".repeat(MAX_WIDTH - 1)));
        check("%", &[], "%!(NOVERB)");
    }
}
