//! The tokens of PromQL.

use super::super::ast::Span;

/// A token with its place.
///
/// ```
/// use p95_core::promql::lex::{Lexer, TokenKind};
///
/// let token = Lexer::new("  1h30m").next_token()?;
/// assert_eq!((token.kind, token.span.range()), (TokenKind::Duration(5_400_000), 2..7));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of token.
///
/// Keywords are identifiers: whether `by` is a keyword, a metric or a label follows from where it stands.
///
/// ```
/// use p95_core::promql::lex::TokenKind;
///
/// assert_eq!(TokenKind::RegexEqual.describe(), "`=~`");
/// assert_eq!(TokenKind::End.describe(), "the end of the query");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A name, with or without colons.
    Identifier(String),
    /// `1.5`, `0x1F`, `1_000`.
    Number(f64),
    /// `1h30m`, in milliseconds.
    Duration(i64),
    /// A string literal, unescaped.
    String(String),
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `^`
    Caret,
    /// `=`
    Assign,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    RegexEqual,
    /// `!~`
    RegexNotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `</`
    TrimUpper,
    /// `>/`
    TrimLower,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `@`
    At,
    /// The end of the text.
    End,
}

impl TokenKind {
    /// The token as messages name it.
    pub fn describe(&self) -> String {
        let written = match self {
            Self::Identifier(name) => return format!("`{name}`"),
            Self::Number(_) => return "a number".to_owned(),
            Self::Duration(_) => return "a duration".to_owned(),
            Self::String(_) => return "a string".to_owned(),
            Self::End => return "the end of the query".to_owned(),
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Star => "*",
            Self::Slash => "/",
            Self::Percent => "%",
            Self::Caret => "^",
            Self::Assign => "=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::RegexEqual => "=~",
            Self::RegexNotEqual => "!~",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::TrimUpper => "</",
            Self::TrimLower => ">/",
            Self::LeftParen => "(",
            Self::RightParen => ")",
            Self::LeftBrace => "{",
            Self::RightBrace => "}",
            Self::LeftBracket => "[",
            Self::RightBracket => "]",
            Self::Comma => ",",
            Self::Colon => ":",
            Self::At => "@",
        };
        format!("`{written}`")
    }
}
