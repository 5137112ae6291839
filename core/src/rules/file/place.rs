//! Where a character of a text stands in the YAML that the text was written in.

use serde_saphyr::{Location, Spanned};

use crate::promql::Position;

/// The place where a node begins.
pub(super) fn place_of<T>(node: &Spanned<T>) -> Position {
    place(node.defined)
}

/// A location as a position; the beginning of the file where it is not known.
pub(super) fn place(location: Location) -> Position {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    Position { line: number(location.line()), column: number(location.column()) }
}

/// The place in `source` of the byte `offset` of a text that was written there, in whatever style.
pub(super) fn place_within(source: &str, text: &Spanned<String>, offset: usize) -> Position {
    let start = text.defined.span().byte_offset().and_then(|start| usize::try_from(start).ok());
    let Some(start) = start.filter(|start| source.is_char_boundary(*start)) else { return place_of(text) };
    let style = Style::at(source, start);
    let at = start + usize::from(style != Style::Bare);
    let mut written = source.get(at..).unwrap_or_default();
    let before = text.value.get(..offset).unwrap_or(&text.value);
    // YAML changes blanks and escapes alone, so the other characters come in the same order.
    for _ in before.chars().filter(|c| !c.is_whitespace()) {
        written = style.skip_blanks(written);
        let length = style.length(written);
        written = written.get(length..).unwrap_or_default();
    }
    let is_blank =
        text.value.get(offset..).is_none_or(|rest| rest.starts_with(char::is_whitespace) || rest.is_empty());
    if !is_blank {
        written = style.skip_blanks(written);
    }
    Position::in_text(source, source.len() - written.len())
}

/// How a text is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Style {
    /// Without quotes, or as a block.
    Bare,
    Single,
    Double,
}

impl Style {
    fn at(source: &str, start: usize) -> Self {
        let (before, written) = source.split_at_checked(start).unwrap_or_default();
        // A block, too, may begin with a quote.
        let last_word = before.split_whitespace().next_back().unwrap_or_default();
        let is_block = last_word
            .strip_prefix(['|', '>'])
            .is_some_and(|rest| rest.chars().all(|c| matches!(c, '-' | '+' | '0'..='9')));
        match written.chars().next() {
            Some('\'') if !is_block => Self::Single,
            Some('"') if !is_block => Self::Double,
            _ => Self::Bare,
        }
    }

    /// What is left behind blanks, and behind escapes that stand for them.
    fn skip_blanks(self, mut written: &str) -> &str {
        loop {
            let trimmed = written.trim_start();
            let is_escaped_blank = trimmed
                .strip_prefix('\\')
                .is_some_and(|rest| rest.starts_with(['n', 't', 'r', ' ', '\n', '\t', '_', 'N']));
            if self != Self::Double || !is_escaped_blank {
                return trimmed;
            }
            written = trimmed.get(2..).unwrap_or_default();
        }
    }

    /// How many bytes the next character takes.
    fn length(self, written: &str) -> usize {
        let first = written.chars().next().map_or(0, char::len_utf8);
        match self {
            Self::Single if written.starts_with("''") => 2,
            Self::Double if written.starts_with('\\') => match written.chars().nth(1) {
                Some('x') => 4,
                Some('u') => 6,
                Some('U') => 10,
                Some(other) => 1 + other.len_utf8(),
                None => 1,
            },
            _ => first,
        }
    }
}
