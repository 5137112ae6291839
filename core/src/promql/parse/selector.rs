//! Selectors: a metric's name and matchers in braces.

use super::super::ast::{ExprKind, Span, TimeModifiers, VectorSelector};
use super::super::error::ParseError;
use super::super::lex::{Token, TokenKind};
use super::parser::{Node, Parser};
use crate::model::labels::METRIC_NAME;
use crate::model::{MatchOp, Matcher};

impl Parser<'_> {
    /// A selector whose name, if any, has been taken; the braces, if any, come next.
    pub(super) fn selector(&mut self, name: Option<(String, Span)>) -> Result<Node, ParseError> {
        let start = name.as_ref().map_or(self.current.span, |(_, span)| *span);
        let mut found = Found { name, matchers: Vec::new(), name_matcher: None };
        if self.take(&TokenKind::LeftBrace)? {
            while !self.take(&TokenKind::RightBrace)? {
                self.brace_item(&mut found)?;
                if !self.take(&TokenKind::Comma)? && self.current.kind != TokenKind::RightBrace {
                    return Err(self.unexpected("between braces", "`,` or `}`"));
                }
            }
        }
        let span = start.to(Span { start: start.start, end: self.last_end });
        self.node(ExprKind::Selector(found.into_selector()), span, 0)
    }

    /// `label="value"` or `"metric"`.
    fn brace_item(&mut self, found: &mut Found) -> Result<(), ParseError> {
        if !matches!(self.current.kind, TokenKind::Identifier(_) | TokenKind::String(_)) {
            return Err(self.unexpected("between braces", "a label's name"));
        }
        let Token { kind, span } = self.advance()?;
        let (name, is_quoted) = match kind {
            TokenKind::String(name) => (name, true),
            TokenKind::Identifier(name) => (name, false),
            _ => return Ok(()),
        };
        let op = match self.current.kind {
            TokenKind::Assign => MatchOp::Equal,
            TokenKind::NotEqual => MatchOp::NotEqual,
            TokenKind::RegexEqual => MatchOp::Regex,
            TokenKind::RegexNotEqual => MatchOp::NotRegex,
            TokenKind::Equal => {
                return Err(self.unexpected("behind a label's name", "=").suggest("write a single ="));
            }
            TokenKind::Comma | TokenKind::RightBrace if is_quoted => return found.set_name(name, span),
            _ => return Err(self.unexpected("behind a label's name", "one of = != =~ !~")),
        };
        if name.is_empty() {
            return Err(ParseError::new(span, "a label's name cannot be empty".to_owned()));
        }
        if name.contains(':') && !is_quoted {
            return Err(ParseError::new(span, format!("`{name}` is no label's name"))
                .suggest("a label's name has no colon, unless in quotes"));
        }
        self.advance()?;
        self.matcher(found, name, op, span)
    }

    fn matcher(
        &mut self,
        found: &mut Found,
        name: String,
        op: MatchOp,
        span: Span,
    ) -> Result<(), ParseError> {
        if !matches!(self.current.kind, TokenKind::String(_)) {
            let error = self.unexpected("as a label's value", "a string");
            return Err(match &self.current.kind {
                TokenKind::Identifier(word) => error.suggest(&format!("write \"{word}\"")),
                _ => error.suggest("write it in quotes"),
            });
        }
        let Token { kind: TokenKind::String(value), span: value_span } = self.advance()? else {
            return Ok(());
        };
        if matches!(op, MatchOp::Regex | MatchOp::NotRegex) {
            self.count_regex(value_span)?;
        }
        let matcher = Matcher::new(&name, op, &value)
            .map_err(|error| ParseError::new(value_span, one_line(&error.to_string())))?;
        found.add(matcher, span.to(value_span))
    }
}

/// The parts of a selector read so far.
struct Found {
    name: Option<(String, Span)>,
    matchers: Vec<Matcher>,
    /// The first explicit matcher on the metric's name.
    name_matcher: Option<Span>,
}

impl Found {
    fn set_name(&mut self, name: String, span: Span) -> Result<(), ParseError> {
        if name.is_empty() {
            return Err(ParseError::new(span, "a metric's name cannot be empty".to_owned()));
        }
        if self.name.is_some() || self.name_matcher.is_some() {
            return Err(name_twice(span));
        }
        self.name = Some((name, span));
        Ok(())
    }

    fn add(&mut self, matcher: Matcher, span: Span) -> Result<(), ParseError> {
        if matcher.name() == METRIC_NAME {
            if self.name.is_some() {
                return Err(name_twice(span));
            }
            self.name_matcher = Some(span);
        }
        self.matchers.push(matcher);
        Ok(())
    }

    /// The matcher on a name that was given comes first.
    fn into_selector(self) -> VectorSelector {
        let name = self.name.map(|(name, _)| name);
        let mut matchers = self.matchers;
        if let Some(name) = &name {
            matchers.insert(0, Matcher::equal(METRIC_NAME, name));
        }
        VectorSelector { name, matchers, modifiers: TimeModifiers::default(), extension: None }
    }
}

fn name_twice(span: Span) -> ParseError {
    ParseError::new(span, "the metric's name is given twice".to_owned()).suggest("remove one of them")
}

/// The regex crate draws its errors over several lines; the last one says what is wrong.
fn one_line(message: &str) -> String {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return String::new() };
    let reason = lines.next_back().map(|line| line.strip_prefix("error: ").unwrap_or(line));
    match reason {
        Some(reason) => format!("{} {reason}", first.trim_end_matches("regex parse error:").trim_end()),
        None => first.to_owned(),
    }
}
