//! Places in a query.

use std::ops::Range;

/// A place in the query's text: bytes `start` up to, but not including, `end`.
///
/// ```
/// use p95_core::promql::ast::Span;
///
/// let (up, job) = (Span { start: 0, end: 2 }, Span { start: 3, end: 6 });
/// assert_eq!(up.to(job), Span { start: 0, end: 6 });
/// assert_eq!(&"up{job=\"shop\"}"[job.range()], "job");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span as a range of byte positions.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}
