//! Cuts a query into tokens.

use super::super::ast::Span;
use super::super::error::ParseError;
use super::literal;
use super::{Token, TokenKind};

/// Yields the tokens of a text one by one. Blanks and comments (`#` to the end of the line) fall away.
///
/// ```
/// use p95_core::promql::lex::{Lexer, TokenKind};
///
/// let mut lexer = Lexer::new("up > 0x10 # sixteen");
/// assert_eq!(lexer.next_token()?.kind, TokenKind::Identifier("up".to_owned()));
/// assert_eq!((lexer.position(), lexer.rest()), (2, " > 0x10 # sixteen"));
/// assert_eq!(lexer.next_token()?.kind, TokenKind::Greater);
/// assert_eq!(lexer.next_token()?.kind, TokenKind::Number(16.0));
/// assert_eq!(lexer.next_token()?.kind, TokenKind::End);
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    position: usize,
    /// Between `[` and `]` a colon separates, elsewhere it belongs to names.
    in_brackets: bool,
}

impl<'a> Lexer<'a> {
    /// A lexer at the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text, position: 0, in_brackets: false }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.position
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// The next token; at the end [`TokenKind::End`], as often as it is asked for.
    ///
    /// # Errors
    /// Where the text continues with no token: a stray character, a bad number, an unfinished string.
    pub fn next_token(&mut self) -> Result<Token, ParseError> {
        self.skip_blanks();
        let start = self.position;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(Token { kind: TokenKind::End, span: Span { start, end: start } });
        };
        let second = rest.chars().nth(1);
        let (kind, length) = match first {
            '"' | '\'' | '`' => {
                let (value, length) = literal::parse_string(rest).map_err(|error| error.after(start))?;
                (TokenKind::String(value), length)
            }
            '0'..='9' => self.number(rest)?,
            '.' if second.is_some_and(|c| c.is_ascii_digit()) => self.number(rest)?,
            c if self.begins_name(c) => {
                let length = rest.bytes().take_while(|&b| self.continues_name(b)).count();
                (TokenKind::Identifier(rest.get(..length).unwrap_or_default().to_owned()), length)
            }
            _ => self.punctuation(first, second)?,
        };
        match kind {
            TokenKind::LeftBracket => self.in_brackets = true,
            TokenKind::RightBracket => self.in_brackets = false,
            _ => {}
        }
        self.position = start + length;
        Ok(Token { kind, span: Span { start, end: self.position } })
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            let comment = rest.strip_prefix('#').map_or(0, |body| 1 + body.find('\n').unwrap_or(body.len()));
            if blanks + comment == 0 {
                return;
            }
            self.position += blanks.max(comment);
        }
    }

    fn begins_name(&self, c: char) -> bool {
        c.is_ascii_alphabetic() || c == '_' || (c == ':' && !self.in_brackets)
    }

    fn continues_name(&self, b: u8) -> bool {
        b.is_ascii_alphanumeric() || b == b'_' || (b == b':' && !self.in_brackets)
    }

    fn number(&self, rest: &str) -> Result<(TokenKind, usize), ParseError> {
        let text = literal::number_text(rest);
        let span = Span { start: self.position, end: self.position + text.len() };
        Ok((literal::parse_number_or_duration(text, span)?, text.len()))
    }

    fn punctuation(&self, first: char, second: Option<char>) -> Result<(TokenKind, usize), ParseError> {
        let two = match (first, second) {
            ('=', Some('=')) => Some(TokenKind::Equal),
            ('=', Some('~')) => Some(TokenKind::RegexEqual),
            ('!', Some('=')) => Some(TokenKind::NotEqual),
            ('!', Some('~')) => Some(TokenKind::RegexNotEqual),
            ('<', Some('=')) => Some(TokenKind::LessEqual),
            ('<', Some('/')) => Some(TokenKind::TrimUpper),
            ('>', Some('=')) => Some(TokenKind::GreaterEqual),
            ('>', Some('/')) => Some(TokenKind::TrimLower),
            _ => None,
        };
        if let Some(kind) = two {
            return Ok((kind, 2));
        }
        let kind = match first {
            '+' => TokenKind::Plus,
            '-' => TokenKind::Minus,
            '*' => TokenKind::Star,
            '/' => TokenKind::Slash,
            '%' => TokenKind::Percent,
            '^' => TokenKind::Caret,
            '=' => TokenKind::Assign,
            '<' => TokenKind::Less,
            '>' => TokenKind::Greater,
            '(' => TokenKind::LeftParen,
            ')' => TokenKind::RightParen,
            '{' => TokenKind::LeftBrace,
            '}' => TokenKind::RightBrace,
            '[' => TokenKind::LeftBracket,
            ']' => TokenKind::RightBracket,
            ',' => TokenKind::Comma,
            ':' => TokenKind::Colon,
            '@' => TokenKind::At,
            _ => return Err(self.stray(first)),
        };
        Ok((kind, 1))
    }

    fn stray(&self, c: char) -> ParseError {
        let span = Span { start: self.position, end: self.position + c.len_utf8() };
        let error = ParseError::new(span, format!("unexpected character {c:?}"));
        match c {
            '!' => error.suggest("write != or !~ to compare, unless to exclude series"),
            '&' => error.suggest("write and"),
            '|' => error.suggest("write or"),
            '$' => error.suggest("replace variables such as $__rate_interval by a duration such as 5m"),
            '“' | '”' | '‘' | '’' => error.suggest("write plain quotes: \""),
            c if c.is_alphabetic() => error.suggest("names outside ASCII stand in quotes: {\"name\"}"),
            _ => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(text: &str) -> Result<Vec<Token>, ParseError> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next_token()?;
            if token.kind == TokenKind::End {
                return Ok(tokens);
            }
            tokens.push(token);
        }
    }

    #[test]
    fn tokens_and_their_places() {
        #[track_caller]
        fn check(text: &str, expect: &[(TokenKind, &str)]) {
            let tokens = lex(text).unwrap();
            let found: Vec<_> = tokens.iter().map(|t| (t.kind.clone(), &text[t.span.range()])).collect();
            assert_eq!(found, expect, "{text}");
        }
        let name = |text: &str| TokenKind::Identifier(text.to_owned());
        check("a:b # c\n+ :c", &[(name("a:b"), "a:b"), (TokenKind::Plus, "+"), (name(":c"), ":c")]);
        check(
            "[5m:1m]",
            &[
                (TokenKind::LeftBracket, "["),
                (TokenKind::Duration(300_000), "5m"),
                (TokenKind::Colon, ":"),
                (TokenKind::Duration(60_000), "1m"),
                (TokenKind::RightBracket, "]"),
            ],
        );
        check("[:step", &[(TokenKind::LeftBracket, "["), (TokenKind::Colon, ":"), (name("step"), "step")]);
        check(
            "1e3-.5",
            &[(TokenKind::Number(1000.0), "1e3"), (TokenKind::Minus, "-"), (TokenKind::Number(0.5), ".5")],
        );
        check(
            "a</b>/c",
            &[
                (name("a"), "a"),
                (TokenKind::TrimUpper, "</"),
                (name("b"), "b"),
                (TokenKind::TrimLower, ">/"),
                (name("c"), "c"),
            ],
        );
        check("#", &[]);
        check("'é'x", &[(TokenKind::String("é".to_owned()), "'é'"), (name("x"), "x")]);
    }

    #[test]
    fn what_is_no_token_says_where() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            assert_eq!(lex(text).unwrap_err().locate(text).to_string(), expect);
        }
        check(
            "a ! b",
            r#"position 1:3: unexpected character '!': write != or !~ to compare, unless to exclude series"#,
        );
        check("é", "position 1:1: unexpected character 'é': names outside ASCII stand in quotes: {\"name\"}");
        check("a\n  &", "position 2:3: unexpected character '&': write and");
        check("5x", "position 1:1: bad number or duration `5x`");
        check("\"a", "position 1:1: the string is not closed: add \"");
    }
}
