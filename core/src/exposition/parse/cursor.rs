//! A place in a page, and the steps that tokens take from it.

use std::borrow::Cow;

use memchr::memchr;

use super::ParseError;
use super::scan::{find_end, is_in_label_name, is_in_metric_name};
use crate::exposition::escape::{Escapes, unescape};

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

    /// The whole page.
    pub(super) fn page(&self) -> &'a str {
        self.page
    }

    /// The bytes that are left.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
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
        self.name(is_in_metric_name)
    }

    /// Steps over a label's name; empty where none is next.
    #[inline]
    pub(super) fn label_name(&mut self) -> &'a str {
        self.name(is_in_label_name)
    }

    /// Steps over a label's name that is known to be valid; empty where the braces close.
    #[inline]
    pub(super) fn checked_label_name(&mut self) -> &'a str {
        let start = self.at;
        self.at +=
            find_end(self.rest(), |byte| (byte == b'=') | (byte == b'}') | (byte == b' ') | (byte == b'\t'));
        self.since(start)
    }

    /// Steps over a label's name, the equals sign and the opening quote, if they are next.
    #[inline]
    pub(super) fn eat_label(&mut self, name: &str) -> bool {
        let behind = self.rest().strip_prefix(name.as_bytes());
        let is_next = behind.is_some_and(|behind| behind.starts_with(b"=\""));
        if is_next {
            self.at += name.len() + 2;
        }
        is_next
    }

    #[inline]
    fn name(&mut self, is_in_name: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        if self.peek().is_some_and(|first| !first.is_ascii_digit()) {
            self.at += find_end(self.rest(), |byte| !is_in_name(byte));
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
            self.at += find_end(self.rest(), is_quote_or_backslash);
            match self.peek() {
                Some(b'"') => {
                    let inside = self.since(start);
                    self.at += 1;
                    return Ok(inside);
                }
                Some(_) => self.skip(2),
                None => {
                    return Err(self.error_at(start.saturating_sub(1), "expected '\"' to close this text"));
                }
            }
        }
    }

    /// Steps over the inside of a quoted text like [`Cursor::quoted`], and resolves the escapes in it.
    ///
    /// # Errors
    /// Where the page ends first.
    #[inline]
    pub(super) fn unescaped(&mut self) -> Result<Cow<'a, str>, ParseError> {
        let start = self.at;
        let plain_bytes = find_end(self.rest(), is_quote_or_backslash);
        if self.rest().get(plain_bytes) != Some(&b'"') {
            return self.quoted().map(|inside| unescape(inside, Escapes::Quoted));
        }
        self.at += plain_bytes;
        let inside = self.since(start);
        self.at += 1;
        Ok(Cow::Borrowed(inside))
    }

    /// Steps over everything up to a blank, a tab, or the end of the line.
    #[inline]
    pub(super) fn word(&mut self) -> &'a str {
        let start = self.at;
        self.at += find_end(self.rest(), |byte| (byte == b' ') | (byte == b'\t') | (byte == b'\n'));
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

#[inline]
fn is_quote_or_backslash(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\')
}
