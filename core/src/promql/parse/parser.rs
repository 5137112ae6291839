//! The way through the tokens that all rules share.

use super::super::ast::{Expr, ExprKind, Span, VectorSelector};
use super::super::error::ParseError;
use super::super::lex::{Lexer, Token, TokenKind};
use super::super::typecheck;
use super::ParseOptions;
use crate::model::Matcher;

/// Reads a query and checks its types.
///
/// ```
/// use p95_core::promql::{ParseOptions, parse};
///
/// let error = parse("rate(up)", &ParseOptions::default()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "position 1:6: rate expects a range vector, and this is an instant vector: add [5m]"
/// );
/// ```
///
/// # Errors
/// At the first mistake, with its place and, where it can be told, a remedy; or where the query is longer or deeper
/// than `options` allow.
pub fn parse(query: &str, options: &ParseOptions) -> Result<Expr, ParseError> {
    let parse = || {
        let mut parser = Parser::new(query, options)?;
        let expr = *parser.expr()?.expr;
        parser.expect_end()?;
        typecheck::check(&expr)?;
        Ok(expr)
    };
    parse().map_err(|error: ParseError| error.locate(query))
}

/// Reads a plain selector, as the series API takes it: `up{job="p95"}`, without range, offset or `@`.
///
/// ```
/// use p95_core::promql::{ParseOptions, parse_selector};
///
/// let matchers = parse_selector(r#"up{job!="shop"}"#, &ParseOptions::default())?;
/// assert_eq!(matchers.len(), 2);
/// assert!(parse_selector("up offset 5m", &ParseOptions::default()).is_err());
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
///
/// # Errors
/// As [`parse`] does, and where the text is another expression.
pub fn parse_selector(text: &str, options: &ParseOptions) -> Result<Vec<Matcher>, ParseError> {
    let expr = parse(text, options)?;
    let span = expr.span;
    match expr.kind {
        ExprKind::Selector(VectorSelector { matchers, modifiers, extension: None, .. })
            if modifiers.offset.is_none() && modifiers.at.is_none() =>
        {
            Ok(matchers)
        }
        _ => {
            let message = "only a selector such as up{job=\"p95\"} can stand here".to_owned();
            Err(ParseError::new(span, message).locate(text))
        }
    }
}

/// The state of parsing: one token of look-ahead and what the limits count.
pub(super) struct Parser<'q> {
    lexer: Lexer<'q>,
    pub(super) current: Token,
    /// The end of the last token that was taken.
    pub(super) last_end: usize,
    pub(super) options: &'q ParseOptions,
    depth: usize,
    regexes: usize,
    /// The parts of the duration being read.
    pub(super) duration_parts: usize,
}

/// An expression and the number of levels in it. Trees are walked by recursion, so their height has a limit; the
/// expression is boxed to keep the frames of that recursion small.
pub(super) struct Node {
    pub(super) expr: Box<Expr>,
    pub(super) height: usize,
}

impl<'q> Parser<'q> {
    fn new(query: &'q str, options: &'q ParseOptions) -> Result<Self, ParseError> {
        if query.len() > options.max_query_bytes {
            let (length, limit) = (query.len(), options.max_query_bytes);
            let message = format!("the query has {length} bytes, and {limit} are allowed");
            return Err(ParseError::new(Span::default(), message));
        }
        let mut lexer = Lexer::new(query);
        let current = lexer.next_token()?;
        Ok(Self { lexer, current, last_end: 0, options, depth: 0, regexes: 0, duration_parts: 0 })
    }

    /// Takes the current token.
    pub(super) fn advance(&mut self) -> Result<Token, ParseError> {
        let next = self.lexer.next_token()?;
        let token = std::mem::replace(&mut self.current, next);
        self.last_end = token.span.end;
        Ok(token)
    }

    /// Whether the token after the current one is `kind`.
    pub(super) fn is_followed_by(&self, kind: &TokenKind) -> bool {
        self.lexer.clone().next_token().is_ok_and(|token| token.kind == *kind)
    }

    /// Takes the current token if it is `kind`.
    pub(super) fn take(&mut self, kind: &TokenKind) -> Result<bool, ParseError> {
        let found = self.current.kind == *kind;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Whether the current token is this keyword, in upper or lower case.
    pub(super) fn at_keyword(&self, keyword: &str) -> bool {
        matches!(&self.current.kind, TokenKind::Identifier(name) if name.eq_ignore_ascii_case(keyword))
    }

    /// Takes the current token if it is this keyword.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> Result<bool, ParseError> {
        let found = self.at_keyword(keyword);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the current token, which must be `kind`. `place` says where: "in the arguments of rate".
    pub(super) fn expect(&mut self, kind: &TokenKind, place: &str) -> Result<Span, ParseError> {
        if self.current.kind == *kind {
            return Ok(self.advance()?.span);
        }
        Err(self.unexpected(place, &kind.describe()))
    }

    /// The mistake that the current token is not what should stand here.
    pub(super) fn unexpected(&self, place: &str, expected: &str) -> ParseError {
        let found = self.current.kind.describe();
        ParseError::new(self.current.span, format!("expected {expected} {place}, found {found}"))
    }

    fn expect_end(&self) -> Result<(), ParseError> {
        let error = || {
            let found = self.current.kind.describe();
            ParseError::new(self.current.span, format!("unexpected {found} after the expression"))
        };
        match &self.current.kind {
            TokenKind::End => Ok(()),
            TokenKind::Assign => Err(error().suggest("write == to compare")),
            TokenKind::RightParen => Err(error().suggest("remove it, or add the ( that it closes")),
            TokenKind::LeftBrace => Err(error().suggest("matchers follow a metric's name")),
            TokenKind::RegexEqual | TokenKind::RegexNotEqual => {
                Err(error().suggest("label matchers stand in braces: {label=~\"…\"}"))
            }
            TokenKind::Identifier(name) if matches!(name.as_str(), "by" | "without") => {
                Err(error().suggest("by and without belong to an aggregation: sum by (label) (…)"))
            }
            TokenKind::Identifier(_) | TokenKind::LeftParen | TokenKind::Number(_) | TokenKind::String(_) => {
                Err(error().suggest("write an operator between two expressions"))
            }
            _ => Err(error()),
        }
    }

    /// Goes one level down, within the limit.
    pub(super) fn enter(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        self.check_depth(self.depth)
    }

    /// Comes back up.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// A node above others of at most the height `below`.
    pub(super) fn node(&self, kind: ExprKind, span: Span, below: usize) -> Result<Node, ParseError> {
        self.check_depth(below + 1)?;
        Ok(Node { expr: Box::new(Expr { kind, span }), height: below + 1 })
    }

    /// A number, which has nothing below it.
    pub(super) fn number(&self, number: f64, span: Span) -> Result<Node, ParseError> {
        self.node(ExprKind::Number(number), span, 0)
    }

    pub(super) fn check_depth(&self, depth: usize) -> Result<(), ParseError> {
        let limit = self.options.max_depth;
        if depth <= limit {
            return Ok(());
        }
        let message = format!("the expression is nested deeper than {limit} levels");
        Err(ParseError::new(self.current.span, message))
    }

    /// Counts a regular expression, before it is compiled.
    pub(super) fn count_regex(&mut self, span: Span) -> Result<(), ParseError> {
        self.regexes += 1;
        let limit = self.options.max_regexes;
        if self.regexes <= limit {
            return Ok(());
        }
        Err(ParseError::new(span, format!("the query has more than {limit} regular expressions")))
    }

    /// The mistake that `what` is experimental and off.
    pub(super) fn experimental(&self, span: Span, what: &str, remedy: &str) -> ParseError {
        ParseError::new(span, format!("{what} is experimental in Prometheus, and off here")).suggest(remedy)
    }
}
