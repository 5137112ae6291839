//! Why a scrape failed.

use std::fmt;

/// Why a scrape failed: at which stage, what happened, and what can be done about it.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct ScrapeFailure {
    /// How far the scrape came.
    pub stage: Stage,
    /// What happened: one line, without control characters.
    pub message: String,
    /// What can be done about it: one line, or empty.
    pub hint: String,
    /// Where in the page it happened, for [`Stage::Parse`] and limits on its content.
    pub place: Option<PagePlace>,
}

impl ScrapeFailure {
    /// A failure without a place in the page. Both texts become one line, with control characters escaped: they may
    /// hold what a server sent.
    pub(crate) fn new(stage: Stage, message: impl AsRef<str>, hint: &str) -> Self {
        Self { stage, message: one_line(message.as_ref()), hint: one_line(hint), place: None }
    }
}

/// A place in a page of metrics.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PagePlace {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, in characters.
    pub column: u64,
    /// The line itself, shortened, with control characters escaped.
    pub text: String,
}

/// How far a scrape came before it failed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The options are wrong; nothing was sent.
    Options,
    /// The host's name has no address.
    Name,
    /// No connection to the address.
    Connect,
    /// No trust in the server, or it has none in us.
    Tls,
    /// The server answered with something else than a page.
    Status,
    /// The answer broke off, stalled, or cannot be decoded.
    Read,
    /// The page is no exposition.
    Parse,
    /// The page breaks one of the target's limits.
    Limit,
}

impl Stage {
    #[cfg(not(target_family = "wasm"))]
    const ALL: [Self; 8] = [
        Self::Options,
        Self::Name,
        Self::Connect,
        Self::Tls,
        Self::Status,
        Self::Read,
        Self::Parse,
        Self::Limit,
    ];

    /// The stage that [`Self::as_str`] writes so; one that is not known here is [`Self::Read`].
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn from_str(text: &str) -> Self {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text).unwrap_or(Self::Read)
    }

    /// The stage in a word or two, for a label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Options => "options",
            Self::Name => "name",
            Self::Connect => "connect",
            Self::Tls => "TLS",
            Self::Status => "status",
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Limit => "limit",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// All of it in one line: `stage: message (hint)`.
impl fmt::Display for ScrapeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage, self.message)?;
        if let Some(place) = &self.place {
            write!(f, ": line {}, column {}: {}", place.line, place.column, place.text)?;
        }
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}

/// The text with control characters, and those that change the direction of writing, escaped.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns_direction =
            matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns_direction { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_harmless_line() {
        let mut failure = ScrapeFailure::new(Stage::Status, "a\nb\x1b[31m\u{202e}c", "look");
        assert_eq!(failure.to_string(), r"status: a\u{a}b\u{1b}[31m\u{202e}c (look)");
        failure.place = Some(PagePlace { line: 3, column: 7, text: "x 1e".to_owned() });
        failure.hint.clear();
        assert_eq!(failure.to_string(), r"status: a\u{a}b\u{1b}[31m\u{202e}c: line 3, column 7: x 1e");
    }
}
