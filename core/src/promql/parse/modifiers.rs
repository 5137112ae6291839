//! What stands behind an operand: a range, `offset`, `@`, `anchored`, `smoothed`.

use super::super::ast::{
    At, DurationExpr, ExprKind, MatrixSelector, RangeExtension, Span, Subquery, TimeModifiers,
};
use super::super::error::ParseError;
use super::super::lex::TokenKind;
use super::parser::{Node, Parser};

impl Parser<'_> {
    /// Whether a range or a modifier comes next.
    pub(super) fn at_modifier(&self) -> bool {
        matches!(self.current.kind, TokenKind::LeftBracket | TokenKind::At)
            || ["offset", "anchored", "smoothed"].iter().any(|keyword| self.at_keyword(keyword))
    }

    /// The operand with the range or modifier that comes next.
    pub(super) fn modifier(&mut self, mut node: Node) -> Result<Node, ParseError> {
        match self.current.kind {
            TokenKind::LeftBracket => return self.range(node),
            TokenKind::At => self.at(&mut node)?,
            _ if self.at_keyword("offset") => self.offset(&mut node)?,
            _ => self.extension(&mut node)?,
        }
        node.expr.span.end = self.last_end;
        Ok(node)
    }

    /// `[range]` or `[range:step]`.
    fn range(&mut self, node: Node) -> Result<Node, ParseError> {
        let open = self.advance()?.span;
        let range = self.positive_duration("as a range")?;
        if !self.take(&TokenKind::Colon)? {
            let close = self.close_range("`:` or `]`")?;
            return self.matrix(node, range, open.to(close));
        }
        let step = match self.current.kind {
            TokenKind::RightBracket => None,
            _ => Some(self.positive_duration("as a step")?),
        };
        let close = self.close_range("`]`")?;
        let span = node.expr.span.to(close);
        let subquery = Subquery { expr: node.expr, range, step, modifiers: TimeModifiers::default() };
        self.node(ExprKind::Subquery(subquery), span, node.height)
    }

    fn close_range(&mut self, expected: &str) -> Result<Span, ParseError> {
        match self.current.kind {
            TokenKind::RightBracket => Ok(self.advance()?.span),
            _ => Err(self.unexpected("to close the range", expected)),
        }
    }

    fn matrix(&mut self, node: Node, range: DurationExpr, range_span: Span) -> Result<Node, ParseError> {
        let span = node.expr.span.to(range_span);
        let ExprKind::Selector(selector) = node.expr.kind else {
            let message = "a range can only follow a selector".to_owned();
            return Err(ParseError::new(range_span, message)
                .suggest("for a range over another expression, write a subquery: [5m:]"));
        };
        let modified = selector.modifiers.offset.is_some()
            || selector.modifiers.at.is_some()
            || selector.extension.is_some();
        if modified {
            let message = "the range must stand before offset, @ and other modifiers".to_owned();
            return Err(ParseError::new(range_span, message).suggest("write up[5m] offset 1h"));
        }
        self.node(ExprKind::Matrix(MatrixSelector { selector, range }), span, 0)
    }

    fn offset(&mut self, node: &mut Node) -> Result<(), ParseError> {
        let keyword = self.advance()?.span;
        let offset = self.offset_duration()?;
        let modifiers = time_modifiers(node, keyword, "offset")?;
        if modifiers.offset.is_some() {
            return Err(
                ParseError::new(keyword, "offset is given twice".to_owned()).suggest("add the two up")
            );
        }
        modifiers.offset = Some(offset);
        Ok(())
    }

    fn at(&mut self, node: &mut Node) -> Result<(), ParseError> {
        let sign = self.advance()?.span;
        let at = self.at_argument()?;
        let modifiers = time_modifiers(node, sign, "@")?;
        if modifiers.at.is_some() {
            return Err(ParseError::new(sign, "@ is given twice".to_owned()).suggest("remove one of them"));
        }
        modifiers.at = Some(at);
        Ok(())
    }

    fn at_argument(&mut self) -> Result<At, ParseError> {
        let start = self.current.span;
        for (keyword, at) in [("start", At::Start), ("end", At::End)] {
            if self.take_keyword(keyword)? {
                self.expect(&TokenKind::LeftParen, "behind @")?;
                self.expect(&TokenKind::RightParen, "behind @")?;
                return Ok(at);
            }
        }
        let seconds = self.signed_number("behind @")?;
        let timestamp_ms = (seconds * 1000.0).round();
        if timestamp_ms.is_nan() || timestamp_ms.abs() > MAX_TIMESTAMP_MS {
            let span = start.to(Span { start: start.start, end: self.last_end });
            return Err(ParseError::new(span, "the time behind @ is out of bounds".to_owned())
                .suggest("write seconds since 1970"));
        }
        Ok(At::Timestamp(timestamp_ms as i64))
    }

    fn extension(&mut self, node: &mut Node) -> Result<(), ParseError> {
        let extension =
            if self.at_keyword("anchored") { RangeExtension::Anchored } else { RangeExtension::Smoothed };
        let span = self.advance()?.span;
        if !self.options.extended_ranges {
            return Err(self.experimental(span, extension.as_str(), "enable extended range selectors"));
        }
        let slot = match &mut node.expr.kind {
            ExprKind::Selector(selector) => &mut selector.extension,
            ExprKind::Matrix(matrix) => &mut matrix.selector.extension,
            _ => {
                let message = format!("{} can only follow a selector or its range", extension.as_str());
                return Err(ParseError::new(span, message));
            }
        };
        if slot.is_some() {
            let message = "anchored and smoothed exclude each other, and stand once".to_owned();
            return Err(ParseError::new(span, message).suggest("remove one of them"));
        }
        *slot = Some(extension);
        Ok(())
    }
}

/// The farthest time from 1970 that `@` takes: 71,000 years. So arithmetic on times cannot overflow, and a number of
/// seconds holds every millisecond exactly.
const MAX_TIMESTAMP_MS: f64 = (1_u64 << 51) as f64;

/// Where `offset` and `@` are kept, for those expressions that can have them.
fn time_modifiers<'n>(
    node: &'n mut Node,
    span: Span,
    modifier: &str,
) -> Result<&'n mut TimeModifiers, ParseError> {
    match &mut node.expr.kind {
        ExprKind::Selector(selector) => Ok(&mut selector.modifiers),
        ExprKind::Matrix(matrix) => Ok(&mut matrix.selector.modifiers),
        ExprKind::Subquery(subquery) => Ok(&mut subquery.modifiers),
        _ => {
            let message = format!("{modifier} can only follow a selector, its range, or a subquery");
            Err(ParseError::new(span, message).suggest(&format!("write {modifier} inside the parentheses")))
        }
    }
}
