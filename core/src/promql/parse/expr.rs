//! Expressions: operators by precedence, signs, and what they join.

use super::super::ast::{
    AggregateOp, BinaryExpr, BinaryOp, Expr, ExprKind, Matching, Span, UnaryExpr, UnaryOp,
};
use super::super::error::ParseError;
use super::super::lex::{Token, TokenKind};
use super::parser::{Node, Parser};

/// Words that join expressions, and so name a metric only in quotes.
const RESERVED_METRIC_NAMES: [&str; 8] =
    ["atan2", "bool", "group_left", "group_right", "ignoring", "inf", "nan", "on"];

/// Whether a metric of this name can be written in quotes only.
pub(in super::super) fn is_reserved_metric_name(name: &str) -> bool {
    RESERVED_METRIC_NAMES.iter().any(|reserved| name.eq_ignore_ascii_case(reserved))
}

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expr(&mut self) -> Result<Node, ParseError> {
        self.binary(0)
    }

    /// Operators that bind at least as tightly as `min_precedence`, and what they join.
    fn binary(&mut self, min_precedence: u8) -> Result<Node, ParseError> {
        self.enter()?;
        let mut lhs = self.signed()?;
        while let Some(op) = self.binary_op().filter(|op| op.precedence() >= min_precedence) {
            lhs = self.binary_rest(lhs, op)?;
        }
        self.leave();
        Ok(lhs)
    }

    /// An operator, its modifiers and its right side, behind its left side.
    fn binary_rest(&mut self, lhs: Node, op: BinaryOp) -> Result<Node, ParseError> {
        let op_span = self.advance()?.span;
        let modifiers = Box::new(self.binary_modifiers()?);
        let rhs = self.binary(op.precedence() + u8::from(!op.is_right_associative()))?;
        self.join(lhs, op, op_span, *modifiers, rhs)
    }

    fn join(
        &self,
        lhs: Node,
        op: BinaryOp,
        op_span: Span,
        (returns_bool, matching): (bool, Matching),
        rhs: Node,
    ) -> Result<Node, ParseError> {
        let span = lhs.expr.span.to(rhs.expr.span);
        let below = lhs.height.max(rhs.height);
        let binary = BinaryExpr { op, op_span, lhs: *lhs.expr, rhs: *rhs.expr, returns_bool, matching };
        self.node(ExprKind::Binary(Box::new(binary)), span, below)
    }

    /// An expression with signs before it. A sign binds less than `^` and more than `*`.
    fn signed(&mut self) -> Result<Node, ParseError> {
        let op = match self.current.kind {
            TokenKind::Plus => UnaryOp::Plus,
            TokenKind::Minus => UnaryOp::Minus,
            _ => return self.operand(),
        };
        let start = self.advance()?.span;
        let operand = self.binary(BinaryOp::Pow.precedence())?;
        self.with_sign(op, start, operand)
    }

    fn with_sign(&self, op: UnaryOp, start: Span, operand: Node) -> Result<Node, ParseError> {
        let span = start.to(operand.expr.span);
        if let ExprKind::Number(number) = operand.expr.kind {
            return self.number(op.apply(number), span);
        }
        let unary = UnaryExpr { op, expr: operand.expr };
        self.node(ExprKind::Unary(unary), span, operand.height)
    }

    /// What operators join: a literal, a selector, a call, an aggregation, parentheses; with ranges and times behind it.
    fn operand(&mut self) -> Result<Node, ParseError> {
        let mut node = self.primary()?;
        while self.at_modifier() {
            node = self.modifier(node)?;
        }
        Ok(node)
    }

    fn primary(&mut self) -> Result<Node, ParseError> {
        match self.current.kind {
            TokenKind::LeftParen => self.paren(),
            TokenKind::LeftBrace => self.selector(None),
            TokenKind::Identifier(_) => self.named(),
            TokenKind::Number(_) | TokenKind::Duration(_) | TokenKind::String(_) => self.literal(),
            _ => Err(self.no_expression()),
        }
    }

    fn paren(&mut self) -> Result<Node, ParseError> {
        let open = self.advance()?.span;
        let inner = self.expr()?;
        let close = self.expect(&TokenKind::RightParen, "to close the parentheses")?;
        self.node(ExprKind::Paren(inner.expr), open.to(close), inner.height)
    }

    fn literal(&mut self) -> Result<Node, ParseError> {
        let Token { kind, span } = self.advance()?;
        let kind = match kind {
            TokenKind::Number(number) => ExprKind::Number(number),
            TokenKind::Duration(duration_ms) => ExprKind::Number(duration_ms as f64 / 1000.0),
            TokenKind::String(text) => ExprKind::String(text),
            _ => return Err(self.no_expression()),
        };
        self.node(kind, span, 0)
    }

    /// What begins with a name: an aggregation, a call, `Inf`, a selector.
    fn named(&mut self) -> Result<Node, ParseError> {
        let Token { kind: TokenKind::Identifier(name), span } = self.advance()? else {
            return Err(self.no_expression());
        };
        let opens = self.current.kind == TokenKind::LeftParen;
        if let Some(op) = AggregateOp::by_name(&name)
            && (opens || self.at_keyword("by") || self.at_keyword("without"))
        {
            return self.aggregate(op, span);
        }
        if opens {
            return self.call(&name, span);
        }
        self.plain_name(name, span)
    }

    /// `Inf`, `NaN`, a keyword in the wrong place, or a selector, whose name has been taken.
    fn plain_name(&mut self, name: String, span: Span) -> Result<Node, ParseError> {
        match name.to_ascii_lowercase().as_str() {
            "inf" => self.number(f64::INFINITY, span),
            "nan" => self.number(f64::NAN, span),
            keyword if is_reserved_metric_name(keyword) => {
                let message = format!("expected an expression, found the keyword `{name}`");
                Err(ParseError::new(span, message)
                    .suggest(&format!("a metric of this name stands in quotes: {{\"{name}\"}}")))
            }
            _ => self.selector(Some((name, span))),
        }
    }

    /// The arguments in parentheses of `callee`, the place of the closing one, and the greatest height.
    pub(super) fn args(&mut self, callee: &str) -> Result<(Vec<Expr>, Span, usize), ParseError> {
        let place = format!("in the arguments of {callee}");
        self.expect(&TokenKind::LeftParen, &place)?;
        let mut args = Vec::new();
        let mut height = 0;
        if self.current.kind != TokenKind::RightParen {
            loop {
                let arg = self.expr()?;
                height = height.max(arg.height);
                args.push(*arg.expr);
                let comma = self.current.span;
                if !self.take(&TokenKind::Comma)? {
                    break;
                }
                if self.current.kind == TokenKind::RightParen {
                    let message = format!("an argument is missing after the comma {place}");
                    return Err(ParseError::new(comma, message).suggest("remove the comma"));
                }
            }
        }
        if !matches!(self.current.kind, TokenKind::RightParen) {
            return Err(self.unexpected(&place, "`,` or `)`"));
        }
        let close = self.advance()?.span;
        Ok((args, close, height))
    }

    fn no_expression(&self) -> ParseError {
        let found = self.current.kind.describe();
        let error = ParseError::new(self.current.span, format!("expected an expression, found {found}"));
        match self.current.kind {
            TokenKind::End if self.last_end == 0 => {
                ParseError::new(self.current.span, "the query is empty".to_owned())
                    .suggest("write a metric's name")
            }
            TokenKind::LeftBracket => error.suggest("a range stands behind a selector: up[5m]"),
            _ => error,
        }
    }
}
