//! What is wrong with a template, and where.

use std::ops::Range;

use crate::promql::Position;

/// A mistake in a template: its place and what is wrong. It shows itself as `position 1:4: unknown function "humanise": …`.
///
/// ```
/// use p95_core::rules::Template;
///
/// let error = Template::parse("{{ humanise $value }}").unwrap_err();
/// assert_eq!((error.position().column, error.span()), (4, 3..11));
/// assert_eq!(error.message(), "unknown function \"humanise\": did you mean humanize?");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("position {position}: {message}")]
pub struct TemplateError {
    span: Range<usize>,
    position: Position,
    message: String,
}

impl TemplateError {
    /// A mistake at a range of bytes. Its line and column become known in [`TemplateError::locate`].
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, position: Position::default(), message: message.into() }
    }

    /// The same with line and column in `text`.
    pub(super) fn locate(mut self, text: &str) -> Self {
        self.position = Position::in_text(text, self.span.start);
        self
    }

    /// Where the mistake stands: bytes of the template's text.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where the mistake begins.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}
