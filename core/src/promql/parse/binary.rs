//! Operators: which token is which, and the modifiers behind them.

use super::super::ast::{BinaryOp, GroupModifier, MatchLabels, Matching, Side};
use super::super::error::ParseError;
use super::super::lex::{Token, TokenKind};
use super::parser::Parser;

/// The fill modifiers, and the side that each fills where it is one.
const FILLS: [(&str, Option<Side>); 3] =
    [("fill", None), ("fill_left", Some(Side::Left)), ("fill_right", Some(Side::Right))];

impl BinaryOp {
    fn from_token(kind: &TokenKind) -> Option<Self> {
        Some(match kind {
            TokenKind::Plus => Self::Add,
            TokenKind::Minus => Self::Sub,
            TokenKind::Star => Self::Mul,
            TokenKind::Slash => Self::Div,
            TokenKind::Percent => Self::Mod,
            TokenKind::Caret => Self::Pow,
            TokenKind::Equal => Self::Equal,
            TokenKind::NotEqual => Self::NotEqual,
            TokenKind::Less => Self::Less,
            TokenKind::LessEqual => Self::LessEqual,
            TokenKind::Greater => Self::Greater,
            TokenKind::GreaterEqual => Self::GreaterEqual,
            TokenKind::TrimUpper => Self::TrimUpper,
            TokenKind::TrimLower => Self::TrimLower,
            TokenKind::Identifier(name) => match name.to_ascii_lowercase().as_str() {
                "atan2" => Self::Atan2,
                "and" => Self::And,
                "or" => Self::Or,
                "unless" => Self::Unless,
                _ => return None,
            },
            _ => return None,
        })
    }
}

impl Parser<'_> {
    /// The operator that the current token is.
    pub(super) fn binary_op(&self) -> Option<BinaryOp> {
        BinaryOp::from_token(&self.current.kind)
    }

    /// `bool`, then `on` or `ignoring`, then `group_left` or `group_right`, then fills; all optional.
    pub(super) fn binary_modifiers(&mut self) -> Result<(bool, Matching), ParseError> {
        let returns_bool = self.take_keyword("bool")?;
        let mut matching = Matching::default();
        if self.take_keyword("on")? {
            matching.labels = Some(MatchLabels::On(self.label_names("on")?));
        } else if self.take_keyword("ignoring")? {
            matching.labels = Some(MatchLabels::Ignoring(self.label_names("ignoring")?));
        }
        for (keyword, many_side) in [("group_left", Side::Left), ("group_right", Side::Right)] {
            let span = self.current.span;
            if !self.take_keyword(keyword)? {
                continue;
            }
            if matching.labels.is_none() || matching.group.is_some() {
                return Err(ParseError::new(span, format!("{keyword} must follow on (…) or ignoring (…)"))
                    .suggest(&format!("write on (label) {keyword}")));
            }
            let opens = self.current.kind == TokenKind::LeftParen;
            let include = if opens { self.label_names(keyword)? } else { Vec::new() };
            matching.group = Some(GroupModifier { many_side, include });
        }
        self.fill_modifiers(&mut matching)?;
        Ok((returns_bool, matching))
    }

    /// `fill (v)`, `fill_left (v)`, `fill_right (v)`. Without a parenthesis behind it, such a word is a metric.
    fn fill_modifiers(&mut self, matching: &mut Matching) -> Result<(), ParseError> {
        while let Some((keyword, side)) = FILLS.into_iter().find(|(keyword, _)| self.at_keyword(keyword))
            && self.is_followed_by(&TokenKind::LeftParen)
        {
            let span = self.advance()?.span;
            if !self.options.fill_modifiers {
                return Err(self.experimental(span, keyword, "enable fill modifiers"));
            }
            let value = self.fill_value(keyword)?;
            for (fill, filled_side) in
                [(&mut matching.fill_left, Side::Left), (&mut matching.fill_right, Side::Right)]
            {
                if side.is_some_and(|side| side != filled_side) {
                    continue;
                }
                if fill.is_some() {
                    let message = format!("{keyword} sets a fill value for a second time");
                    return Err(ParseError::new(span, message).suggest("remove one of them"));
                }
                *fill = Some(value);
            }
        }
        Ok(())
    }

    fn fill_value(&mut self, keyword: &str) -> Result<f64, ParseError> {
        let place = format!("in {keyword} (…)");
        self.expect(&TokenKind::LeftParen, &place)?;
        let value = self.signed_number(&place)?;
        self.expect(&TokenKind::RightParen, &place)?;
        Ok(value)
    }

    /// A number with any signs before it, `Inf` and `NaN` among them.
    pub(super) fn signed_number(&mut self, place: &str) -> Result<f64, ParseError> {
        let mut sign = 1.0;
        if self.take(&TokenKind::Minus)? {
            sign = -1.0;
        } else {
            self.take(&TokenKind::Plus)?;
        }
        let number = match &self.current.kind {
            TokenKind::Number(number) => *number,
            TokenKind::Duration(duration_ms) => *duration_ms as f64 / 1000.0,
            TokenKind::Identifier(name) if name.eq_ignore_ascii_case("inf") => f64::INFINITY,
            TokenKind::Identifier(name) if name.eq_ignore_ascii_case("nan") => f64::NAN,
            _ => return Err(self.unexpected(place, "a number")),
        };
        self.advance()?;
        Ok(sign * number)
    }

    /// `(label, "label", …)` behind `keyword`; a comma may end the list.
    pub(super) fn label_names(&mut self, keyword: &str) -> Result<Vec<String>, ParseError> {
        let place = format!("in {keyword} (…)");
        self.expect(&TokenKind::LeftParen, &place)?;
        let mut names = Vec::new();
        while !self.take(&TokenKind::RightParen)? {
            if !matches!(&self.current.kind, TokenKind::Identifier(_) | TokenKind::String(_)) {
                return Err(self.unexpected(&place, "a label's name"));
            }
            let Token { kind, span } = self.advance()?;
            match kind {
                TokenKind::Identifier(name) if name.contains(':') => {
                    return Err(ParseError::new(span, format!("`{name}` is no label's name"))
                        .suggest("a label's name has no colon, unless in quotes"));
                }
                TokenKind::String(name) if name.is_empty() => {
                    return Err(ParseError::new(span, "a label's name cannot be empty".to_owned()));
                }
                TokenKind::Identifier(name) | TokenKind::String(name) => names.push(name),
                _ => {}
            }
            if !self.take(&TokenKind::Comma)? && self.current.kind != TokenKind::RightParen {
                return Err(self.unexpected(&place, "`,` or `)`"));
            }
        }
        Ok(names)
    }
}
