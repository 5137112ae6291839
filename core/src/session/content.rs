//! What is in a frame: lines of JSON, and the bodies behind them.

use std::io::{self, BufRead, Read};

use super::target::RecordedTarget;

/// One scrape of a recording.
///
/// ```
/// use p95_core::session::{RecordedOutcome, RecordedPage, RecordedScrape};
///
/// let page = RecordedPage { content_type: "text/plain".to_owned(), body: b"up 1\n".to_vec() };
/// let scrape = RecordedScrape { at_ms: 1_000, duration_us: 250, outcome: RecordedOutcome::Page(page) };
/// let RecordedOutcome::Page(page) = &scrape.outcome else { unreachable!() };
/// assert_eq!(page.body, b"up 1\n");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecordedScrape {
    /// When it began, which is the timestamp of its samples, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// How long it took until the body was there, in microseconds.
    pub duration_us: u64,
    /// What came of it.
    pub outcome: RecordedOutcome,
}

/// What came of a scrape.
///
/// ```
/// use p95_core::session::{RecordedFailure, RecordedOutcome};
///
/// let outcome = RecordedOutcome::Failure(RecordedFailure::default());
/// assert!(!matches!(outcome, RecordedOutcome::Page(_)));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RecordedOutcome {
    /// A page, whether it can be parsed or not.
    Page(RecordedPage),
    /// No page.
    Failure(RecordedFailure),
}

/// A page as the target sent it, uncompressed.
///
/// [`RecordedScrape`] has an example.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RecordedPage {
    /// The header `Content-Type`; empty where there was none.
    pub content_type: String,
    /// The bytes.
    pub body: Vec<u8>,
}

/// Why there was no page.
///
/// ```
/// use p95_core::session::RecordedFailure;
///
/// let failure = RecordedFailure {
///     stage: "connect".to_owned(),
///     message: "connection refused".to_owned(),
///     hint: "is the service running?".to_owned(),
/// };
/// let json = r#"{"stage":"connect","message":"connection refused","hint":"is the service running?"}"#;
/// assert_eq!(serde_json::to_string(&failure)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct RecordedFailure {
    /// How far the scrape came, in a word, such as `connect`.
    pub stage: String,
    /// What happened.
    pub message: String,
    /// What can be done about it; may be empty.
    pub hint: String,
}

/// A line of a frame's content.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    Target(RecordedTarget),
    Scrape(ScrapeLine),
}

/// A scrape, but for its body.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub(super) struct ScrapeLine {
    pub(super) target: u32,
    pub(super) at_ms: i64,
    pub(super) duration_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<RecordedFailure>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) content_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body_bytes: Option<u64>,
}

/// The longest line that is believed.
const MAX_LINE_BYTES: u64 = 1 << 20;

/// Why the next piece of a frame's content cannot be read.
pub(super) enum ContentError {
    Damaged,
    TooLarge,
}

impl From<io::Error> for ContentError {
    fn from(_: io::Error) -> Self {
        Self::Damaged
    }
}

/// The next line, or `None` at the end.
pub(super) fn next_line(content: &mut impl BufRead) -> Result<Option<Line>, ContentError> {
    let mut line = Vec::new();
    content.take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => serde_json::from_slice(&line).map(Some).map_err(|_| ContentError::Damaged),
        Some(_) => Err(ContentError::Damaged),
    }
}

/// The scrape of a line, with the body that follows it.
pub(super) fn scrape_of(
    line: ScrapeLine,
    content: &mut impl BufRead,
    page_limit_bytes: u64,
) -> Result<RecordedScrape, ContentError> {
    let outcome = match (line.failure, line.body_bytes) {
        (Some(failure), _) => RecordedOutcome::Failure(failure),
        (None, None) => return Err(ContentError::Damaged),
        (None, Some(body_bytes)) if body_bytes > page_limit_bytes => return Err(ContentError::TooLarge),
        (None, Some(body_bytes)) => {
            let mut body = Vec::new();
            // Room is made as bytes come, not as the line claims.
            content.take(body_bytes).read_to_end(&mut body)?;
            let mut end = [0];
            content.read_exact(&mut end)?;
            if body.len() as u64 != body_bytes || end != *b"\n" {
                return Err(ContentError::Damaged);
            }
            RecordedOutcome::Page(RecordedPage { content_type: line.content_type, body })
        }
    };
    Ok(RecordedScrape { at_ms: line.at_ms, duration_us: line.duration_us, outcome })
}
