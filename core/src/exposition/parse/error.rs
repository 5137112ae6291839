//! Where a page breaks its format.

use std::fmt;

use super::Rule;

/// The most characters of a line that an error shows.
const SHOWN_CHARS: usize = 120;

/// A page that breaks its format: where, what was expected, and the line itself.
///
/// ```
/// use p95_core::exposition::parse::{Format, Parser};
///
/// let mut parser = Parser::new(b"a 1\nb{c=d} 1\n", Format::Text)?;
/// parser.next_event()?;
/// let error = parser.next_event().unwrap_err();
/// assert_eq!((error.line, error.column, error.text.as_str()), (2, 5, "b{c=d} 1"));
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The character within the line, from 1.
    pub column: usize,
    /// What was expected there, or what is wrong.
    pub message: String,
    /// The rule that the page breaks there: what it says, and how the page is mended.
    pub rule: Rule,
    /// The line, with control characters escaped, and cut around the place where it is long.
    pub text: String,
    /// How many characters stand before the place in `text`.
    pub text_column: usize,
}

impl ParseError {
    /// An error at the byte `at` of `page`.
    #[cold]
    pub(super) fn new(page: &str, at: usize, message: impl Into<String>) -> Self {
        Self::breaking(Rule::Grammar, page, at, message)
    }

    /// As [`Self::new`], for a rule.
    #[cold]
    pub(crate) fn breaking(rule: Rule, page: &str, at: usize, message: impl Into<String>) -> Self {
        let (before, after) = page.split_at_checked(at).unwrap_or((page, ""));
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let left = before.get(line_start..).unwrap_or_default();
        let right = after.split('\n').next().unwrap_or_default();
        let column = left.chars().count() + 1;
        let mut text = String::new();
        let skipped = column.saturating_sub(SHOWN_CHARS / 2);
        if skipped > 0 {
            text.push('…');
        }
        text.extend(left.chars().skip(skipped).flat_map(shown));
        let text_column = text.chars().count();
        text.extend(right.chars().take(SHOWN_CHARS).flat_map(shown));
        if right.chars().nth(SHOWN_CHARS).is_some() {
            text.push('…');
        }
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        Self { line, column, message: message.into(), rule, text, text_column }
    }

    /// The error of a page whose byte `at` is no UTF-8.
    #[cold]
    pub(super) fn not_utf8(page: &[u8], at: usize) -> Self {
        let end = page.iter().skip(at).position(|b| *b == b'\n').map_or(page.len(), |length| at + length);
        let text = String::from_utf8_lossy(page.get(..end).unwrap_or(page));
        Self::new(&text, at, "expected UTF-8: these bytes are none")
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}: {}", self.line, self.column, self.message, self.text)
    }
}

impl std::error::Error for ParseError {}

/// A character as it can be shown on one line of a terminal.
fn shown(c: char) -> impl Iterator<Item = char> {
    let is_plain = !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    let plain = is_plain.then_some(c);
    let escaped = (!is_plain).then(|| c.escape_default());
    plain.into_iter().chain(escaped.into_iter().flatten())
}
