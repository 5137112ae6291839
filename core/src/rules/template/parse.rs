//! Tokens to a tree.

use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use super::ast::{Branches, Command, Node, Operand, OperandKind, Pipeline};
use super::error::TemplateError;
use super::function::{Function, MIN_SIMILARITY};
use super::lex::{Action, Part, Token, TokenKind};

/// The most levels that blocks and parentheses may be nested.
const MAX_DEPTH: usize = 100;

/// What every template may use: Prometheus sets these before it executes one.
const GIVEN: [&str; 5] = ["", "labels", "externalLabels", "externalURL", "value"];

/// Reads the parts of a template.
pub(super) fn parse(parts: Vec<Part>) -> Result<Vec<Node>, TemplateError> {
    let known = GIVEN.iter().map(|name| (*name).to_owned()).collect();
    let mut parser = Parser { parts: parts.into_iter().peekable(), known, depth: 0, loops: 0 };
    let (nodes, end) = parser.nodes()?;
    match end {
        None => Ok(nodes),
        Some(end) => Err(TemplateError::new(end.span, format!("this {} belongs to no block", end.word))),
    }
}

struct Parser {
    parts: Peekable<IntoIter<Part>>,
    /// The variables that can be seen, the innermost last.
    known: Vec<String>,
    depth: usize,
    /// How many `range`s are open.
    loops: usize,
}

/// `end`, `else`, or `else` with the block that it opens.
struct End {
    word: &'static str,
    /// What follows `else`.
    rest: Tokens,
    span: Range<usize>,
}

type Tokens = Peekable<IntoIter<Token>>;

impl Parser {
    /// What stands before the next `end` or `else`, and which of them it is; `None` at the end of the template.
    fn nodes(&mut self) -> Result<(Vec<Node>, Option<End>), TemplateError> {
        let mut nodes = Vec::new();
        while let Some(part) = self.parts.next() {
            let action = match part {
                Part::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Part::Action(action) => action,
            };
            let Action { tokens, span } = action;
            let mut tokens = tokens.into_iter().peekable();
            let word = match tokens.peek() {
                Some(Token { kind: TokenKind::Word(word), .. }) => word.clone(),
                _ => String::new(),
            };
            match word.as_str() {
                "end" | "else" => {
                    tokens.next();
                    let word = if word == "end" { "end" } else { "else" };
                    if word == "end" {
                        finished(&mut tokens)?;
                    }
                    return Ok((nodes, Some(End { word, rest: tokens, span })));
                }
                "if" | "with" | "range" => {
                    tokens.next();
                    nodes.push(self.block(&word, tokens, &span)?);
                }
                "break" | "continue" => {
                    tokens.next();
                    finished(&mut tokens)?;
                    if self.loops == 0 {
                        return Err(TemplateError::new(span, format!("{word} stands in no range")));
                    }
                    nodes.push(if word == "break" { Node::Break } else { Node::Continue });
                }
                "define" | "template" | "block" => {
                    let message = format!("{word} is not supported: write the text out here");
                    return Err(TemplateError::new(span, message));
                }
                _ => {
                    let pipeline = self.pipeline(&mut tokens, &span, 1)?;
                    finished(&mut tokens)?;
                    nodes.push(Node::Action(pipeline));
                }
            }
        }
        Ok((nodes, None))
    }

    /// A block from behind its word to its `end`.
    fn block(&mut self, word: &str, mut tokens: Tokens, span: &Range<usize>) -> Result<Node, TemplateError> {
        self.deeper(span)?;
        let outside = self.known.len();
        let node = if word == "range" {
            let over = self.pipeline(&mut tokens, span, 2)?;
            finished(&mut tokens)?;
            self.loops += 1;
            let (body, end) = self.nodes()?;
            self.loops -= 1;
            self.known.truncate(outside);
            let otherwise = match ended(end, word, span)? {
                End { word: "else", mut rest, .. } => {
                    finished(&mut rest)?;
                    self.last_branch(word, span)?
                }
                _ => Vec::new(),
            };
            Node::Range { over, body, otherwise }
        } else {
            let branches = self.branches(word, tokens, span)?;
            if word == "if" { Node::If(branches) } else { Node::With(branches) }
        };
        self.known.truncate(outside);
        self.depth -= 1;
        Ok(node)
    }

    /// The conditions of `if` or `with`, and what they lead to.
    fn branches(
        &mut self,
        word: &str,
        mut tokens: Tokens,
        span: &Range<usize>,
    ) -> Result<Branches, TemplateError> {
        let mut found = Branches::default();
        loop {
            let condition = self.pipeline(&mut tokens, span, 1)?;
            finished(&mut tokens)?;
            let (body, end) = self.nodes()?;
            found.branches.push((condition, body));
            let mut end = ended(end, word, span)?;
            if end.word == "end" {
                return Ok(found);
            }
            let is_chained =
                matches!(end.rest.peek(), Some(Token { kind: TokenKind::Word(next), .. }) if next == word);
            if !is_chained {
                finished(&mut end.rest)?;
                found.otherwise = self.last_branch(word, span)?;
                return Ok(found);
            }
            end.rest.next();
            tokens = end.rest;
        }
    }

    /// What stands between `else` and `end`.
    fn last_branch(&mut self, word: &str, span: &Range<usize>) -> Result<Vec<Node>, TemplateError> {
        let (nodes, end) = self.nodes()?;
        let end = ended(end, word, span)?;
        if end.word == "else" {
            return Err(TemplateError::new(
                end.span,
                format!("expected end: this {word} has an else already"),
            ));
        }
        Ok(nodes)
    }

    /// A pipeline; it may set so many variables.
    fn pipeline(
        &mut self,
        tokens: &mut Tokens,
        span: &Range<usize>,
        max_variables: usize,
    ) -> Result<Pipeline, TemplateError> {
        let (variables, is_assignment) = self.variables(tokens, max_variables)?;
        let mut commands: Vec<Command> = Vec::new();
        loop {
            let command = self.command(tokens, span)?;
            if !commands.is_empty() && !matches!(command.operand.kind, OperandKind::Function(_)) {
                let message =
                    "what stands behind | must be a function: it gets the value before as its last argument";
                return Err(TemplateError::new(command.operand.span, message));
            }
            commands.push(command);
            if tokens.next_if(|token| token.kind == TokenKind::Pipe).is_none() {
                break;
            }
        }
        if !is_assignment {
            self.known.extend(variables.iter().cloned());
        }
        Ok(Pipeline { variables, is_assignment, commands, span: span.clone() })
    }

    /// The variables before `:=` or `=`, where there are any; and whether it is `=`.
    fn variables(&self, tokens: &mut Tokens, most: usize) -> Result<(Vec<String>, bool), TemplateError> {
        // Only what follows the names tells whether they are set, so they are read from a copy first.
        let mut ahead = tokens.clone();
        let mut found = Vec::new();
        while let Some(Token { kind: TokenKind::Variable(name), span, .. }) = ahead.next() {
            found.push((name, span));
            match ahead.next() {
                Some(Token { kind: TokenKind::Comma, .. }) => {}
                Some(Token { kind: kind @ (TokenKind::Declare | TokenKind::Assign), span, .. }) => {
                    if found.len() > most {
                        return Err(TemplateError::new(
                            span,
                            "only range sets two variables, and nothing more",
                        ));
                    }
                    let is_assignment = kind == TokenKind::Assign;
                    if is_assignment {
                        found.iter().try_for_each(|(name, span)| self.check_known(name, span))?;
                    }
                    *tokens = ahead;
                    return Ok((found.into_iter().map(|(name, _)| name).collect(), is_assignment));
                }
                _ => break,
            }
        }
        Ok((Vec::new(), false))
    }

    fn check_known(&self, name: &str, span: &Range<usize>) -> Result<(), TemplateError> {
        if self.known.iter().any(|known| known == name) {
            return Ok(());
        }
        let likeness = |known: &String| strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase());
        let nearest = self.known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let message = match nearest.filter(|known| likeness(known) >= MIN_SIMILARITY) {
            Some(known) => format!("unknown variable ${name}: did you mean ${known}?"),
            None => format!("unknown variable ${name}"),
        };
        Err(TemplateError::new(span.clone(), message))
    }

    fn command(&mut self, tokens: &mut Tokens, span: &Range<usize>) -> Result<Command, TemplateError> {
        let Some(operand) = self.operand(tokens, span)? else {
            let place = tokens.peek().map_or(span.clone(), |token| token.span.clone());
            return Err(TemplateError::new(
                place,
                "expected a value: such as $value, .Labels.job or a function",
            ));
        };
        let mut arguments = Vec::new();
        while let Some(argument) = self.operand(tokens, span)? {
            arguments.push(argument);
        }
        if !matches!(operand.kind, OperandKind::Function(_)) && !arguments.is_empty() {
            let message = "this is no function, and takes no arguments";
            return Err(TemplateError::new(operand.span, message));
        }
        Ok(Command { operand, arguments })
    }

    /// The next value, where there is one.
    fn operand(
        &mut self,
        tokens: &mut Tokens,
        span: &Range<usize>,
    ) -> Result<Option<Operand>, TemplateError> {
        let is_value = |token: &Token| {
            !matches!(
                token.kind,
                TokenKind::Pipe
                    | TokenKind::Close
                    | TokenKind::Comma
                    | TokenKind::Assign
                    | TokenKind::Declare
            )
        };
        let Some(token) = tokens.next_if(is_value) else { return Ok(None) };
        let mut place = token.span;
        let mut fields = Vec::new();
        let kind = match token.kind {
            TokenKind::Dot => OperandKind::Dot,
            TokenKind::Field(name) => {
                fields.push(name);
                OperandKind::Dot
            }
            TokenKind::Variable(name) => {
                self.check_known(&name, &place)?;
                OperandKind::Variable(name)
            }
            TokenKind::Text(text) => OperandKind::Text(text),
            TokenKind::Int(number) => OperandKind::Int(number),
            TokenKind::Float(number) => OperandKind::Float(number),
            TokenKind::Word(word) => match word.as_str() {
                "true" => OperandKind::Bool(true),
                "false" => OperandKind::Bool(false),
                "nil" => OperandKind::Nil,
                name => match Function::by_name(name) {
                    Some(function) => OperandKind::Function(function),
                    None => return Err(TemplateError::new(place, Function::unknown(name))),
                },
            },
            TokenKind::Open => {
                self.deeper(span)?;
                let inner = self.pipeline(tokens, span, 1)?;
                self.depth -= 1;
                match tokens.next() {
                    Some(Token { kind: TokenKind::Close, span, .. }) => place.end = span.end,
                    _ => return Err(TemplateError::new(place, "this ( is never closed")),
                }
                OperandKind::Pipeline(Box::new(inner))
            }
            // The others were left where they are.
            _ => return Ok(None),
        };
        while let Some(Token { kind: TokenKind::Field(name), span, .. }) =
            tokens.next_if(|token| !token.is_apart && matches!(token.kind, TokenKind::Field(_)))
        {
            fields.push(name);
            place.end = span.end;
        }
        Ok(Some(Operand { kind, fields, span: place }))
    }

    fn deeper(&mut self, span: &Range<usize>) -> Result<(), TemplateError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("blocks and parentheses are nested deeper than {MAX_DEPTH} levels");
            return Err(TemplateError::new(span.clone(), message));
        }
        Ok(())
    }
}

/// Refuses what stands behind the end of an action.
fn finished(tokens: &mut Tokens) -> Result<(), TemplateError> {
    match tokens.next() {
        None => Ok(()),
        Some(token) => Err(TemplateError::new(token.span, "expected }} here")),
    }
}

/// The end of a block, which must have one.
fn ended(end: Option<End>, word: &str, span: &Range<usize>) -> Result<End, TemplateError> {
    end.ok_or_else(|| TemplateError::new(span.clone(), format!("this {word} has no {{{{ end }}}}")))
}
