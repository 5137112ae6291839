//! A place in a page, and the steps that tokens take from it.

use memchr::{memchr, memchr2};

use super::ParseError;

/// How far a quote is looked for byte by byte. Most label values are shorter than a vectorised search takes to start.
const SHORT_BYTES: usize = 24;

/// What a byte can be part of.
const NAME_START: u8 = 1;
const NAME: u8 = 2;
const LABEL_START: u8 = 4;
const LABEL: u8 = 8;

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which would refuse an index out of bounds"
)]
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_alphabetic() || b == b'_' {
            classes[byte] = NAME_START | NAME | LABEL_START | LABEL;
        } else if b == b':' {
            classes[byte] = NAME_START | NAME;
        } else if b.is_ascii_digit() {
            classes[byte] = NAME | LABEL;
        }
        byte += 1;
    }
    classes
};

fn is(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// A place in a page.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    page: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(page: &'a str) -> Self {
        Self { page, at: 0 }
    }

    /// The place, in bytes from the page's start.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The bytes that are left.
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.page.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.page.as_bytes().get(self.at).copied()
    }

    /// The byte behind the next.
    #[inline]
    pub(super) fn peek_second(&self) -> Option<u8> {
        self.page.as_bytes().get(self.at + 1).copied()
    }

    #[inline]
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.page.len());
    }

    /// Steps back to the byte `at`.
    #[inline]
    pub(super) fn rewind(&mut self, at: usize) {
        self.at = at.min(self.at);
    }

    /// Steps over `byte`, if it is next.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Steps over `text`, if it is next.
    #[inline]
    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text.as_bytes());
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Steps over blanks and tabs.
    #[inline]
    pub(super) fn eat_blanks(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.at > start
    }

    /// The text from `start` up to here.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.page.get(start..self.at).unwrap_or_default()
    }

    /// Steps over a metric's name; empty where none is next.
    #[inline]
    pub(super) fn metric_name(&mut self) -> &'a str {
        self.name(NAME_START, NAME)
    }

    /// Steps over a label's name; empty where none is next.
    #[inline]
    pub(super) fn label_name(&mut self) -> &'a str {
        self.name(LABEL_START, LABEL)
    }

    #[inline]
    fn name(&mut self, first: u8, others: u8) -> &'a str {
        let start = self.at;
        let rest = self.rest();
        if rest.first().is_some_and(|b| is(*b, first)) {
            self.at += rest.iter().position(|b| !is(*b, others)).unwrap_or(rest.len());
        }
        self.since(start)
    }

    /// Steps over the inside of a quoted text and its closing quote; the opening one is behind us. Returns the inside,
    /// escapes unresolved.
    ///
    /// # Errors
    /// Where the page ends first.
    #[inline]
    pub(super) fn quoted(&mut self) -> Result<&'a str, ParseError> {
        let start = self.at;
        loop {
            match quote_or_backslash(self.rest()) {
                Some(length) if self.rest().get(length) == Some(&b'"') => {
                    self.at += length;
                    let inside = self.since(start);
                    self.at += 1;
                    return Ok(inside);
                }
                Some(length) => self.skip(length + 2),
                None => {
                    return Err(ParseError::new(
                        self.page,
                        start.saturating_sub(1),
                        "expected '\"' to close this text",
                    ));
                }
            }
        }
    }

    /// Steps over everything up to a blank, a tab, or the end of the line.
    #[inline]
    pub(super) fn word(&mut self) -> &'a str {
        let start = self.at;
        let rest = self.rest();
        self.at += rest.iter().position(|b| matches!(b, b' ' | b'\t' | b'\n')).unwrap_or(rest.len());
        self.since(start)
    }

    /// Steps over everything up to the end of the line.
    #[inline]
    pub(super) fn line(&mut self) -> &'a str {
        let start = self.at;
        let rest = self.rest();
        self.at += memchr(b'\n', rest).unwrap_or(rest.len());
        self.since(start)
    }

    /// An error here.
    #[cold]
    pub(super) fn error(&self, message: impl Into<String>) -> ParseError {
        self.error_at(self.at, message)
    }

    /// An error at the byte `at` of the page.
    #[cold]
    pub(super) fn error_at(&self, at: usize, message: impl Into<String>) -> ParseError {
        ParseError::new(self.page, at, message)
    }
}

/// Where the first quote or backslash stands.
#[inline]
fn quote_or_backslash(text: &[u8]) -> Option<usize> {
    let near = text.iter().take(SHORT_BYTES).position(|b| matches!(b, b'"' | b'\\'));
    near.or_else(|| {
        let far = text.get(SHORT_BYTES..)?;
        memchr2(b'"', b'\\', far).map(|at| at + SHORT_BYTES)
    })
}
