//! Numbers, durations and strings, as Go and Prometheus write them.

use super::super::ast::Span;
use super::super::error::ParseError;
use super::TokenKind;
use crate::model::duration::parse_duration_ms;

/// The longest prefix of `text` that can belong to a number or a duration.
pub(super) fn number_text(text: &str) -> &str {
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let mut previous = 0_u8;
    let mut length = 0;
    for b in text.bytes() {
        let is_exponent_sign = matches!(b, b'+' | b'-') && matches!(previous, b'e' | b'E') && !is_hex;
        if !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_') || is_exponent_sign) {
            break;
        }
        previous = b;
        length += 1;
    }
    text.get(..length).unwrap_or_default()
}

/// A number or duration token from all of `text`.
pub(super) fn parse_number_or_duration(text: &str, span: Span) -> Result<TokenKind, ParseError> {
    if let Some(number) = parse_number(text) {
        return Ok(TokenKind::Number(number));
    }
    if let Some(duration_ms) = parse_duration_ms(text) {
        return Ok(TokenKind::Duration(duration_ms));
    }
    let error = ParseError::new(span, format!("bad number or duration `{text}`"));
    Err(if text.contains('.') && text.ends_with(|c: char| c.is_ascii_alphabetic()) {
        error.suggest("a duration has whole numbers: write 1h30m, not 1.5h")
    } else if text.ends_with(['y', 'w', 'd', 'h', 'm', 's']) {
        error.suggest("a duration has its units in order, each once, the largest first: 1h30m")
    } else {
        error
    })
}

/// Reads a number: decimal with or without fraction and exponent, `0x` hexadecimal, octal behind a leading 0; a single
/// `_` may stand between digits. What overflows is infinite, as in Go.
fn parse_number(text: &str) -> Option<f64> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let digits = without_underscores(hex.unwrap_or(text))?;
    if hex.is_some() {
        return whole_number(&digits, 16);
    }
    if let Some(octal) = digits.strip_prefix('0').filter(|rest| !rest.is_empty())
        && let Some(number) = whole_number(octal, 8)
    {
        return Some(number);
    }
    // Rust would read "inf", "nan" and a sign too.
    let begins = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    begins.then(|| digits.parse().ok()).flatten()
}

/// Digits of a base below 17, as a float, however many there are.
fn whole_number(digits: &str, base: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    u64::from_str_radix(digits, base).ok().map(|number| number as f64)
}

/// Removes underscores; `None` where one does not stand between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let all_digits = |part: Option<char>| part.is_some_and(|c| c.is_ascii_hexdigit());
    let mut parts = text.split('_').peekable();
    let mut joined = String::with_capacity(text.len());
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        let is_first = joined.is_empty();
        if (!is_first && !all_digits(part.chars().next()))
            || (!is_last && !all_digits(part.chars().next_back()))
        {
            return None;
        }
        joined.push_str(part);
    }
    Some(joined)
}

/// Reads the string literal at the beginning of `text`: its value and its length in bytes. Spans of errors are relative
/// to `text`.
///
/// Between single or double quotes Go's escapes hold: `\a \b \f \n \r \t \v \\`, the quote itself, `\ooo`, `\xhh`,
/// `\uhhhh`, `\Uhhhhhhhh`. Between backticks all is plain.
pub(super) fn parse_string(text: &str) -> Result<(String, usize), ParseError> {
    let quote = text.chars().next().unwrap_or('"');
    let unclosed = || {
        ParseError::new(Span { start: 0, end: text.len() }, "the string is not closed".to_owned())
            .suggest(&format!("add {quote}"))
    };
    if quote == '`' {
        let body = text.get(1..).unwrap_or_default();
        let length = body.find('`').ok_or_else(unclosed)?;
        return Ok((body.get(..length).unwrap_or_default().to_owned(), length + 2));
    }
    let mut value = Vec::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => {
                let span = Span { start: 0, end: at + 1 };
                let value = String::from_utf8(value).map_err(|_| {
                    ParseError::new(span, "the string's escapes do not form valid UTF-8".to_owned())
                })?;
                return Ok((value, at + 1));
            }
            '\n' => return Err(unclosed()),
            '\\' => {
                let body = text.get(at + 1..).unwrap_or_default();
                let Some((byte_or_char, length)) = unescape(body, quote) else {
                    let span =
                        Span { start: at, end: at + 1 + body.chars().next().map_or(0, char::len_utf8) };
                    return Err(ParseError::new(span, "unknown or unfinished escape".to_owned())
                        .suggest("write \\\\ for a backslash"));
                };
                match byte_or_char {
                    Escaped::Byte(byte) => value.push(byte),
                    Escaped::Char(c) => value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                // Escapes are ASCII: as many characters as bytes.
                let _last = chars.by_ref().nth(length - 1);
            }
            c => value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err(unclosed())
}

/// What an escape stands for.
enum Escaped {
    /// A byte, maybe of a longer character.
    Byte(u8),
    /// A character.
    Char(char),
}

/// The escape at the beginning of `body` (behind the backslash) and its length in bytes, at least 1.
fn unescape(body: &str, quote: char) -> Option<(Escaped, usize)> {
    let first = body.chars().next()?;
    let plain = |c: char| Some((Escaped::Char(c), 1));
    let hex = |digits: usize| u32::from_str_radix(hex_digits(body.get(1..=digits)?)?, 16).ok();
    match first {
        'a' => plain('\x07'),
        'b' => plain('\x08'),
        'f' => plain('\x0c'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'v' => plain('\x0b'),
        '\\' => plain('\\'),
        c if c == quote => plain(c),
        '0'..='7' => {
            let digits = body.get(..3).filter(|digits| digits.bytes().all(|b| matches!(b, b'0'..=b'7')))?;
            Some((Escaped::Byte(u8::from_str_radix(digits, 8).ok()?), 3))
        }
        'x' => Some((Escaped::Byte(u8::try_from(hex(2)?).ok()?), 3)),
        'u' => Some((Escaped::Char(char::from_u32(hex(4)?)?), 5)),
        'U' => Some((Escaped::Char(char::from_u32(hex(8)?)?), 9)),
        _ => None,
    }
}

/// `text`, where it is all hexadecimal digits.
fn hex_digits(text: &str) -> Option<&str> {
    text.bytes().all(|b| b.is_ascii_hexdigit()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        #[track_caller]
        fn check(text: &str, expect: Option<f64>) {
            assert_eq!(parse_number(text), expect, "{text}");
        }
        check("1", Some(1.0));
        check("1.", Some(1.0));
        check(".5", Some(0.5));
        check("1e-3", Some(0.001));
        check("1E3", Some(1000.0));
        check("0x1F", Some(31.0));
        check("0Xff", Some(255.0));
        check("017", Some(15.0));
        check("018", Some(18.0));
        check("00", Some(0.0));
        check("0", Some(0.0));
        check("1_000_000", Some(1e6));
        check("0x1_0", Some(16.0));
        check("1e999", Some(f64::INFINITY));
        check("1__0", None);
        check("1_", None);
        check("1_.5", None);
        check("0x", None);
        check("0xg", None);
        check("1.2.3", None);
        check("1e", None);
        check("inf", None);
        check("", None);
    }

    #[test]
    fn strings() {
        #[track_caller]
        fn check(text: &str, expect: Option<&str>) {
            let found = parse_string(text).ok().map(|(value, length)| {
                assert_eq!(length, text.len(), "{text}");
                value
            });
            assert_eq!(found.as_deref(), expect, "{text}");
        }
        check(r#""""#, Some(""));
        check(r#""a\"b\\""#, Some("a\"b\\"));
        check(r#"'a"b\''"#, Some("a\"b'"));
        check(r#""\a\b\f\n\r\t\v""#, Some("\x07\x08\x0c\n\r\t\x0b"));
        check(r#""\x41\101\u00e9\U0001F600é""#, Some("AAé😀é"));
        check(r#""\xc3\xa9""#, Some("é"));
        check(r"`a\n'`", Some(r"a\n'"));
        check(r#""\xff""#, None);
        check(r#""\'""#, None);
        check(r#""\q""#, None);
        check(r#""\x4""#, None);
        check(r#""\x+4""#, None);
        check(r#""\400""#, None);
        check(r#""\ud800""#, None);
        check("\"a\nb\"", None);
        check("\"a", None);
        check("\"a\\", None);
        check("`a", None);
        check("`a\nb`", Some("a\nb"));
    }
}
