//! Texts and numbers as Go writes them.

use super::lex::TokenKind;

/// What is no literal: how many bytes it has, and why.
type Fault = (usize, String);

/// A text in quotes or backquotes, or a character in apostrophes, which is a number; with its length.
pub(super) fn quoted(rest: &str) -> Result<(TokenKind, usize), Fault> {
    let quote = rest.chars().next().unwrap_or_default();
    let body = rest.get(1..).unwrap_or_default();
    if quote == '`' {
        let (text, _) = body.split_once('`').ok_or((1, "this ` is never closed".to_owned()))?;
        return Ok((TokenKind::Text(text.to_owned()), text.len() + 2));
    }
    let mut bytes = Vec::new();
    let mut at = 1;
    loop {
        let left = rest.get(at..).unwrap_or_default();
        match left.chars().next() {
            None | Some('\n') => return Err((1, format!("this {quote} is never closed on its line"))),
            Some(c) if c == quote => break,
            Some('\\') => {
                let length = escape(left, quote, &mut bytes)
                    .ok_or_else(|| (at + 2, "this backslash begins no escape".to_owned()))?;
                at += length;
            }
            Some(c) => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at += c.len_utf8();
            }
        }
    }
    let length = at + 1;
    let text = String::from_utf8(bytes).map_err(|_| (length, "this text is no valid UTF-8".to_owned()))?;
    if quote == '"' {
        return Ok((TokenKind::Text(text), length));
    }
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok((TokenKind::Int(i64::from(u32::from(c))), length)),
        _ => Err((length, "apostrophes hold one character: texts stand in double quotes".to_owned())),
    }
}

/// Adds what an escape stands for; its length, or `None` where it is none.
fn escape(text: &str, quote: char, bytes: &mut Vec<u8>) -> Option<usize> {
    let kind = text.chars().nth(1)?;
    let digits = |from: usize, count: usize, radix: u32| {
        let digits = text.get(from..from + count)?;
        digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok())?
    };
    let simple = match kind {
        'a' => Some(7),
        'b' => Some(8),
        'f' => Some(12),
        'n' => Some(b'\n'),
        'r' => Some(b'\r'),
        't' => Some(b'\t'),
        'v' => Some(11),
        '\\' => Some(b'\\'),
        c if c == quote => u8::try_from(c).ok(),
        _ => None,
    };
    if let Some(byte) = simple {
        bytes.push(byte);
        return Some(2);
    }
    let length = match kind {
        'x' => {
            bytes.push(u8::try_from(digits(2, 2, 16)?).ok()?);
            return Some(4);
        }
        '0'..='7' => {
            bytes.push(u8::try_from(digits(1, 3, 8)?).ok()?);
            return Some(4);
        }
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let c = char::from_u32(digits(2, length, 16)?)?;
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Some(2 + length)
}

/// A number, whole ones in bases 2, 8, 10 and 16; with its length.
pub(super) fn number(rest: &str) -> Result<(TokenKind, usize), Fault> {
    let mut last = ' ';
    let length = rest
        .find(|c: char| {
            let follows_exponent = matches!(last, ' ' | 'e' | 'E' | 'p' | 'P');
            last = c;
            !(c.is_alphanumeric() || matches!(c, '.' | '_') || (follows_exponent && matches!(c, '+' | '-')))
        })
        .unwrap_or(rest.len());
    let written = rest.get(..length).unwrap_or_default();
    let text = written.replace('_', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let lower = digits.to_ascii_lowercase();
    let radix = |digits: &str, radix| i64::from_str_radix(&format!("{sign}{digits}"), radix).ok();
    let whole = match lower.split_at_checked(2) {
        Some(("0x", digits)) => radix(digits, 16),
        Some(("0b", digits)) => radix(digits, 2),
        Some(("0o", digits)) => radix(digits, 8),
        _ if lower.len() > 1 && lower.starts_with('0') && lower.bytes().all(|b| b.is_ascii_digit()) => {
            radix(&lower, 8)
        }
        _ => radix(&lower, 10),
    };
    let decimal = || {
        let is_decimal = lower.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'+' | b'-'));
        text.parse().ok().filter(|value: &f64| is_decimal && value.is_finite())
    };
    let kind = whole.map(TokenKind::Int).or_else(|| decimal().map(TokenKind::Float));
    kind.map(|kind| (kind, length)).ok_or_else(|| (length.max(1), format!("{written:?} is no number")))
}
