//! What is wrong with a query, and where.

use std::fmt;

use super::ast::Span;

/// A mistake in a query: its place, what is wrong, and, where it can be told, what to write instead.
///
/// It shows itself on one line, `position 1:6: rate expects a range vector, …: add [5m]`; [`ParseError::show_in`] shows
/// the query with a mark below the mistake.
///
/// ```
/// use p95_core::promql::{ParseOptions, parse};
///
/// let query = "rate(up)";
/// let error = parse(query, &ParseOptions::default()).unwrap_err();
/// assert_eq!((error.position().to_string().as_str(), &query[error.span().range()]), ("1:6", "up"));
/// assert_eq!(error.message(), "rate expects a range vector, and this is an instant vector");
/// assert_eq!(error.suggestion(), Some("add [5m]"));
/// assert!(error.show_in(query).contains("\n  rate(up)\n       ^^\n  add [5m]"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("position {}: {}{}", .mistake.position, .mistake.message, SuggestionTail(&.mistake.suggestion))]
pub struct ParseError {
    /// Boxed: results travel through a deep recursion.
    mistake: Box<Mistake>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Mistake {
    span: Span,
    position: Position,
    message: String,
    suggestion: Option<String>,
}

impl ParseError {
    /// A mistake at `span`. Its line and column become known in [`ParseError::locate`].
    pub(crate) fn new(span: Span, message: String) -> Self {
        let mistake = Mistake { span, position: Position::default(), message, suggestion: None };
        Self { mistake: Box::new(mistake) }
    }

    /// The same with a remedy.
    pub(crate) fn suggest(mut self, suggestion: &str) -> Self {
        self.mistake.suggestion = Some(suggestion.to_owned());
        self
    }

    /// The same, `offset` bytes later: for what was found in a part of the text.
    pub(crate) fn after(mut self, offset: usize) -> Self {
        self.mistake.span =
            Span { start: self.mistake.span.start + offset, end: self.mistake.span.end + offset };
        self
    }

    /// The same with line and column in `query`.
    pub(crate) fn locate(mut self, query: &str) -> Self {
        self.mistake.position = Position::in_text(query, self.mistake.span.start);
        self
    }

    /// Where the mistake stands.
    pub fn span(&self) -> Span {
        self.mistake.span
    }

    /// Where the mistake begins.
    pub fn position(&self) -> Position {
        self.mistake.position
    }

    /// What is wrong, without place and remedy.
    pub fn message(&self) -> &str {
        &self.mistake.message
    }

    /// What to write instead.
    pub fn suggestion(&self) -> Option<&str> {
        self.mistake.suggestion.as_deref()
    }

    /// The mistake with the line of `query` that it stands on and a mark below it:
    ///
    /// ```text
    /// position 1:6: rate expects a range vector, and this is an instant vector
    ///   rate(requests_total)
    ///        ^^^^^^^^^^^^^^
    ///   add [5m]
    /// ```
    pub fn show_in(&self, query: &str) -> String {
        let line = query.split('\n').nth(self.mistake.position.line.saturating_sub(1)).unwrap_or_default();
        let line = line.trim_end_matches('\r');
        let before: String =
            line.chars().take(self.mistake.position.column.saturating_sub(1)).map(blank_as_wide).collect();
        let marked =
            query.get(self.mistake.span.range()).and_then(|text| text.split('\n').next()).unwrap_or_default();
        let carets = "^".repeat(marked.chars().count().max(1));
        let mut out = format!(
            "position {}: {}\n  {line}\n  {before}{carets}",
            self.mistake.position, self.mistake.message
        );
        if let Some(suggestion) = &self.mistake.suggestion {
            out.push_str("\n  ");
            out.push_str(suggestion);
        }
        out
    }
}

/// A line and a column, both counted from 1, the column in characters.
///
/// ```
/// use p95_core::promql::Position;
/// assert_eq!(Position::in_text("sum(\n  up\n)", 7), Position { line: 2, column: 3 });
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The place of the byte `offset` in `text`; the end of `text` where it lies beyond.
    pub fn in_text(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = 1 + before.bytes().filter(|&b| b == b'\n').count();
        Self { line, column: 1 + before.get(line_start..).unwrap_or_default().chars().count() }
    }
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Writes a remedy behind a message, on the same line.
struct SuggestionTail<'a>(&'a Option<String>);

impl fmt::Display for SuggestionTail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |suggestion| write!(f, ": {suggestion}"))
    }
}

/// A blank that takes as much room: tabs stay tabs, so that marks stand below what they mark.
fn blank_as_wide(c: char) -> char {
    if c == '\t' { '\t' } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(query: &str, start: usize, end: usize) -> ParseError {
        ParseError::new(Span { start, end }, "wrong".to_owned()).suggest("write x").locate(query)
    }

    #[test]
    fn one_line_with_the_place() {
        assert_eq!(error("a +\n  é b", 9, 10).to_string(), "position 2:5: wrong: write x");
    }

    #[test]
    fn the_query_with_a_mark() {
        let query = "a +\n\té + bcd\n";
        let start = query.find("bcd").unwrap();
        assert_eq!(
            error(query, start, start + 3).show_in(query),
            "position 2:6: wrong\n  \té + bcd\n  \t    ^^^\n  write x"
        );
    }

    #[test]
    fn the_end_can_be_marked() {
        assert_eq!(error("ab", 2, 2).show_in("ab"), "position 1:3: wrong\n  ab\n    ^\n  write x");
    }
}
