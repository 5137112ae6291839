//! A template as text and actions, and an action as tokens.

use std::ops::Range;

use super::error::TemplateError;
use super::literal;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// What stands for itself.
    Text(String),
    /// What stands between `{{` and `}}`.
    Action(Action),
}

/// The tokens between `{{` and `}}`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Action {
    pub(super) tokens: Vec<Token>,
    /// The whole of it, braces included, in bytes of the template.
    pub(super) span: Range<usize>,
}

/// A word of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
    /// Whether a blank stands before it: `$a.b` is a field of `$a`, and `$a .b` are two arguments.
    pub(super) is_apart: bool,
}

/// The kinds of words.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Dot,
    Field(String),
    Variable(String),
    Word(String),
    Text(String),
    Int(i64),
    Float(f64),
    Pipe,
    Open,
    Close,
    Comma,
    Assign,
    Declare,
}

/// Splits a template. Blanks beside `{{-` and `-}}` go, and comments.
pub(super) fn parts(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut at = 0;
    let mut trims_next = false;
    while let Some((plain, rest)) = text.get(at..).and_then(|rest| rest.split_once("{{")) {
        let start = at + plain.len();
        let trims_before = begins_trimmed(rest);
        let inner_at = start + 2 + if trims_before { 1 } else { 0 };
        push_text(&mut parts, plain, trims_next, trims_before);
        let inside = text.get(inner_at..).unwrap_or_default();
        let (action, end, trims_after) = match comment(inside) {
            Some((length, trims_after)) => (None, inner_at + length, trims_after),
            None => {
                let (tokens, end, trims_after) = tokens(text, inner_at, start)?;
                (Some(tokens), end, trims_after)
            }
        };
        if let Some(tokens) = action {
            parts.push(Part::Action(Action { tokens, span: start..end }));
        }
        (at, trims_next) = (end, trims_after);
    }
    push_text(&mut parts, text.get(at..).unwrap_or_default(), trims_next, false);
    Ok(parts)
}

/// Whether what follows `{{` is a minus and a blank.
fn begins_trimmed(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(BLANKS))
}

/// The length of a comment with the braces that end it, and whether it trims what follows.
fn comment(inside: &str) -> Option<(usize, bool)> {
    let blanks = inside.len() - inside.trim_start_matches(BLANKS).len();
    let body = inside.get(blanks..)?.strip_prefix("/*")?;
    let (text, rest) = body.split_once("*/")?;
    let before = blanks + 2 + text.len() + 2;
    if rest.starts_with("}}") {
        return Some((before + 2, false));
    }
    let trimmed = rest.trim_start_matches(BLANKS);
    let is_apart = trimmed.len() < rest.len();
    (is_apart && trimmed.starts_with("-}}")).then(|| (before + rest.len() - trimmed.len() + 3, true))
}

fn push_text(parts: &mut Vec<Part>, text: &str, trims_start: bool, trims_end: bool) {
    let text = if trims_start { text.trim_start_matches(BLANKS) } else { text };
    let text = if trims_end { text.trim_end_matches(BLANKS) } else { text };
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

/// The blanks that Go's templates know.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The tokens from `at` to the braces that end the action; where it ends, and whether it trims what follows.
fn tokens(text: &str, mut at: usize, start: usize) -> Result<(Vec<Token>, usize, bool), TemplateError> {
    let mut tokens = Vec::new();
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(BLANKS);
        let is_apart = trimmed.len() < rest.len();
        at += rest.len() - trimmed.len();
        if trimmed.starts_with("}}") {
            return Ok((tokens, at + 2, false));
        }
        if is_apart && trimmed.starts_with("-}}") {
            return Ok((tokens, at + 3, true));
        }
        if trimmed.is_empty() {
            return Err(TemplateError::new(start..start + 2, "this {{ is never closed: expected }}"));
        }
        let (kind, length) =
            token(trimmed).map_err(|(length, message)| TemplateError::new(at..at + length, message))?;
        tokens.push(Token { kind, span: at..at + length, is_apart });
        at += length;
    }
}

/// The token at the start of `rest`, and its length; or the length and the fault of what is none.
fn token(rest: &str) -> Result<(TokenKind, usize), (usize, String)> {
    let first = rest.chars().next().unwrap_or_default();
    let second = rest.chars().nth(1).unwrap_or_default();
    Ok(match first {
        '|' => (TokenKind::Pipe, 1),
        '(' => (TokenKind::Open, 1),
        ')' => (TokenKind::Close, 1),
        ',' => (TokenKind::Comma, 1),
        '=' => (TokenKind::Assign, 1),
        ':' if second == '=' => (TokenKind::Declare, 2),
        '"' | '`' | '\'' => literal::quoted(rest)?,
        '$' => {
            let length = 1 + name_length(rest, 1);
            (TokenKind::Variable(rest.get(1..length).unwrap_or_default().to_owned()), length)
        }
        '.' if !second.is_ascii_digit() => match name_length(rest, 1) {
            0 => (TokenKind::Dot, 1),
            length => (TokenKind::Field(rest.get(1..=length).unwrap_or_default().to_owned()), 1 + length),
        },
        '0'..='9' | '+' | '-' | '.' => literal::number(rest)?,
        first if is_name(first) => {
            let length = name_length(rest, 0);
            (TokenKind::Word(rest.get(..length).unwrap_or_default().to_owned()), length)
        }
        other => return Err((other.len_utf8(), format!("unexpected {other:?}"))),
    })
}

/// How many bytes from `from` on belong to a name.
fn name_length(rest: &str, from: usize) -> usize {
    let rest = rest.get(from..).unwrap_or_default();
    rest.find(|c| !is_name(c)).unwrap_or(rest.len())
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
