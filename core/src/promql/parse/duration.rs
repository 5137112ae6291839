//! Durations, and arithmetic on them.

use super::super::ast::{BinaryOp, DurationExpr, DurationKind, Span, UnaryOp};
use super::super::error::ParseError;
use super::super::lex::{Token, TokenKind};
use super::parser::Parser;

/// The longest duration, as in Prometheus, which counts nanoseconds in 64 bits: 292 years.
pub(in super::super) const MAX_DURATION_MS: i64 = i64::MAX / 1_000_000;

impl Parser<'_> {
    /// A duration that must be more than nothing, up to `:` or `]`. `place` says what for: "as a range".
    pub(super) fn positive_duration(&mut self, place: &str) -> Result<DurationExpr, ParseError> {
        self.duration_parts = 0;
        let duration = self.duration_binary(0, place)?;
        let duration = self.finish_duration(duration)?;
        match duration.kind {
            DurationKind::Literal(duration_ms) if duration_ms <= 0 => {
                Err(ParseError::new(duration.span, "the duration must be greater than 0".to_owned()))
            }
            _ => Ok(duration),
        }
    }

    /// The duration behind `offset`. Operators behind it belong to the expression, unless in parentheses.
    pub(super) fn offset_duration(&mut self) -> Result<DurationExpr, ParseError> {
        self.duration_parts = 0;
        let duration = self.duration_signed(None, "behind offset")?;
        self.finish_duration(duration)
    }

    /// Makes a literal of a number of seconds and of a signed literal; all else needs leave.
    fn finish_duration(&self, duration: DurationExpr) -> Result<DurationExpr, ParseError> {
        let DurationExpr { kind, span } = duration;
        let literal_ms = match &kind {
            DurationKind::Unary(op, inner) => literal_ms(&inner.kind).map(|ms| op.apply(ms)),
            kind => literal_ms(kind),
        };
        let Some(literal_ms) = literal_ms else {
            if self.options.duration_expressions {
                return Ok(DurationExpr { kind, span });
            }
            return Err(self.experimental(span, "arithmetic on durations", "enable duration expressions"));
        };
        if literal_ms.is_nan() || literal_ms.abs() > MAX_DURATION_MS as f64 {
            return Err(ParseError::new(span, "the duration is out of range".to_owned())
                .suggest("write less than 292 years"));
        }
        Ok(DurationExpr { kind: DurationKind::Literal(literal_ms.round() as i64), span })
    }

    fn duration_binary(&mut self, min_precedence: u8, place: &str) -> Result<DurationExpr, ParseError> {
        self.enter()?;
        let mut lhs = self.duration_signed(Some(BinaryOp::Pow.precedence()), place)?;
        while let Some(op) =
            self.binary_op().filter(|op| op.is_duration_arithmetic() && op.precedence() >= min_precedence)
        {
            self.advance()?;
            let rhs = self.duration_binary(op.precedence() + u8::from(!op.is_right_associative()), place)?;
            let span = lhs.span.to(rhs.span);
            lhs = self.duration_node(DurationKind::Binary(op, Box::new(lhs), Box::new(rhs)), span)?;
        }
        self.leave();
        Ok(lhs)
    }

    /// A duration with a sign before it, which reaches as far as operators of `operand_precedence`; without one, as far
    /// as one operand.
    fn duration_signed(
        &mut self,
        operand_precedence: Option<u8>,
        place: &str,
    ) -> Result<DurationExpr, ParseError> {
        let op = match self.current.kind {
            TokenKind::Plus => UnaryOp::Plus,
            TokenKind::Minus => UnaryOp::Minus,
            _ => return self.duration_operand(place),
        };
        let start = self.advance()?.span;
        let operand = match operand_precedence {
            Some(precedence) => self.duration_binary(precedence, place)?,
            None => self.duration_operand(place)?,
        };
        let span = start.to(operand.span);
        self.duration_node(DurationKind::Unary(op, Box::new(operand)), span)
    }

    fn duration_operand(&mut self, place: &str) -> Result<DurationExpr, ParseError> {
        let kind = match &self.current.kind {
            TokenKind::Number(number) => DurationKind::Number(*number),
            TokenKind::Duration(duration_ms) => DurationKind::Literal(*duration_ms),
            TokenKind::LeftParen => return self.duration_paren(place),
            TokenKind::Identifier(_) => return self.duration_function(place),
            _ => return Err(self.no_duration(place)),
        };
        let span = self.advance()?.span;
        self.duration_node(kind, span)
    }

    fn duration_paren(&mut self, place: &str) -> Result<DurationExpr, ParseError> {
        let open = self.advance()?.span;
        let inner = self.duration_binary(0, place)?;
        let close = self.expect(&TokenKind::RightParen, "to close the parentheses")?;
        self.duration_node(DurationKind::Paren(Box::new(inner)), open.to(close))
    }

    /// `step()`, `range()`, `min_of(a, b)`, `max_of(a, b)`.
    fn duration_function(&mut self, place: &str) -> Result<DurationExpr, ParseError> {
        let known = ["step", "range", "min_of", "max_of"].iter().any(|name| self.at_keyword(name));
        if !known {
            return Err(self.no_duration(place));
        }
        let Token { kind: TokenKind::Identifier(name), span } = self.advance()? else {
            return Err(self.no_duration(place));
        };
        let name = name.to_ascii_lowercase();
        self.expect(&TokenKind::LeftParen, place)?;
        let kind = match name.as_str() {
            "step" => DurationKind::Step,
            "range" => DurationKind::Range,
            _ => {
                let lhs = Box::new(self.duration_binary(0, place)?);
                self.expect(&TokenKind::Comma, place)?;
                let rhs = Box::new(self.duration_binary(0, place)?);
                if name == "min_of" { DurationKind::Min(lhs, rhs) } else { DurationKind::Max(lhs, rhs) }
            }
        };
        let close = self.expect(&TokenKind::RightParen, place)?;
        self.duration_node(kind, span.to(close))
    }

    /// Counts the parts, which bounds the height too.
    fn duration_node(&mut self, kind: DurationKind, span: Span) -> Result<DurationExpr, ParseError> {
        self.duration_parts += 1;
        self.check_depth(self.duration_parts)?;
        Ok(DurationExpr { kind, span })
    }

    fn no_duration(&self, place: &str) -> ParseError {
        self.unexpected(place, "a duration").suggest("write a number with a unit, such as 5m")
    }
}

/// A literal or a number of seconds, in milliseconds.
fn literal_ms(kind: &DurationKind) -> Option<f64> {
    match kind {
        DurationKind::Literal(duration_ms) => Some(*duration_ms as f64),
        DurationKind::Number(seconds) => Some(seconds * 1000.0),
        _ => None,
    }
}
