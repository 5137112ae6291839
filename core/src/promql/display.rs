//! Expressions as text, in one line, so that parsing it gives the same tree again.
//!
//! Parentheses of the tree are written; others are added where a tree that was built by hand would read differently.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    AggregateExpr, At, BinaryExpr, BinaryOp, DurationExpr, DurationKind, Expr, ExprKind, Grouping,
    MatchLabels, Matching, MatrixSelector, Side, Subquery, TimeModifiers, UnaryExpr, VectorSelector,
};
use super::parse::is_reserved_metric_name;
use crate::model::Matcher;
use crate::model::duration::format_duration_ms;
use crate::model::labels::{METRIC_NAME, is_legacy_metric_name, write_label_name, write_quoted};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Display for ExprKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write_number(f, *number),
            Self::String(text) => write_quoted(f, text),
            Self::Selector(selector) => selector.fmt(f),
            Self::Matrix(matrix) => matrix.fmt(f),
            Self::Subquery(subquery) => subquery.fmt(f),
            Self::Unary(unary) => unary.fmt(f),
            Self::Binary(binary) => binary.fmt(f),
            Self::Aggregate(aggregate) => aggregate.fmt(f),
            Self::Call(call) => {
                write!(f, "{}(", call.function)?;
                write_joined(f, &call.args)?;
                f.write_char(')')
            }
            Self::Paren(inner) => write!(f, "({inner})"),
        }
    }
}

impl Display for VectorSelector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_selection(f)?;
        self.write_modifiers(f)
    }
}

impl VectorSelector {
    fn write_selection(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref();
        let is_plain = |name: &&str| is_legacy_metric_name(name) && !is_reserved_metric_name(name);
        let plain_name = name.filter(is_plain);
        f.write_str(plain_name.unwrap_or_default())?;
        let is_name = |matcher: &&Matcher| name.is_some() && matcher.name() == METRIC_NAME;
        let matchers: Vec<_> = self.matchers.iter().filter(|matcher| !is_name(matcher)).collect();
        let quoted_name = name.filter(|name| !is_plain(name));
        if plain_name.is_some() && matchers.is_empty() {
            return Ok(());
        }
        f.write_char('{')?;
        if let Some(name) = quoted_name {
            write_quoted(f, name)?;
            f.write_str(if matchers.is_empty() { "" } else { ", " })?;
        }
        write_joined(f, &matchers)?;
        f.write_char('}')
    }

    fn write_modifiers(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(extension) = self.extension {
            write!(f, " {}", extension.as_str())?;
        }
        self.modifiers.fmt(f)
    }
}

impl Display for MatrixSelector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.selector.write_selection(f)?;
        write!(f, "[{}]", self.range)?;
        self.selector.write_modifiers(f)
    }
}

impl Display for Subquery {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let needs_parens =
            matches!(self.expr.kind, ExprKind::Unary(_) | ExprKind::Binary(_)) || is_negative(&self.expr);
        write_wrapped(f, &self.expr, needs_parens)?;
        write!(f, "[{}:", self.range)?;
        if let Some(step) = &self.step {
            write!(f, "{step}")?;
        }
        write!(f, "]{}", self.modifiers)
    }
}

/// Each modifier behind a blank.
impl Display for TimeModifiers {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(At::Start) => f.write_str(" @ start()")?,
            Some(At::End) => f.write_str(" @ end()")?,
            Some(At::Timestamp(timestamp_ms)) => write!(f, " @ {}", Seconds(timestamp_ms))?,
            None => {}
        }
        let Some(offset) = &self.offset else { return Ok(()) };
        // Behind `offset`, operators would belong to the expression.
        let needs_parens = match &offset.kind {
            DurationKind::Binary(..) => true,
            DurationKind::Unary(_, inner) => {
                matches!(inner.kind, DurationKind::Binary(..) | DurationKind::Unary(..))
            }
            _ => false,
        };
        f.write_str(" offset ")?;
        write_wrapped(f, offset, needs_parens)
    }
}

impl Display for UnaryExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let needs_parens = match &self.expr.kind {
            ExprKind::Binary(binary) => binary.op != BinaryOp::Pow,
            // A sign before a number would become part of it.
            ExprKind::Number(_) => true,
            _ => false,
        };
        f.write_str(self.op.as_str())?;
        write_wrapped(f, &self.expr, needs_parens)
    }
}

impl Display for BinaryExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_wrapped(f, &self.lhs, side_needs_parens(self.op, &self.lhs, Side::Left))?;
        write!(f, " {}", self.op)?;
        if self.returns_bool {
            f.write_str(" bool")?;
        }
        write!(f, "{} ", self.matching)?;
        write_wrapped(f, &self.rhs, side_needs_parens(self.op, &self.rhs, Side::Right))
    }
}

/// Each modifier behind a blank.
impl Display for Matching {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.labels {
            Some(MatchLabels::On(labels)) => write!(f, " on ({})", LabelNames(labels))?,
            Some(MatchLabels::Ignoring(labels)) => write!(f, " ignoring ({})", LabelNames(labels))?,
            None => {}
        }
        if let Some(group) = &self.group {
            let keyword = match group.many_side {
                Side::Left => "group_left",
                Side::Right => "group_right",
            };
            write!(f, " {keyword} ({})", LabelNames(&group.include))?;
        }
        for (keyword, fill) in [("fill_left", self.fill_left), ("fill_right", self.fill_right)] {
            if let Some(value) = fill {
                write!(f, " {keyword} (")?;
                write_number(f, value)?;
                f.write_char(')')?;
            }
        }
        Ok(())
    }
}

impl Display for AggregateExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.op)?;
        match &self.grouping {
            Some(Grouping::By(labels)) => write!(f, " by ({}) ", LabelNames(labels))?,
            Some(Grouping::Without(labels)) => write!(f, " without ({}) ", LabelNames(labels))?,
            None => {}
        }
        f.write_char('(')?;
        if let Some(param) = &self.param {
            write!(f, "{param}, ")?;
        }
        write!(f, "{})", self.expr)
    }
}

impl Display for DurationExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Display for DurationKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(duration_ms) => f.write_str(&format_duration_ms(*duration_ms)),
            Self::Number(number) => write_number(f, *number),
            Self::Step => f.write_str("step()"),
            Self::Range => f.write_str("range()"),
            Self::Unary(op, inner) => {
                f.write_str(op.as_str())?;
                let needs_parens = match &inner.kind {
                    Self::Binary(inner_op, ..) => *inner_op != BinaryOp::Pow,
                    _ => false,
                };
                write_wrapped(f, inner, needs_parens)
            }
            Self::Binary(op, lhs, rhs) => {
                write_wrapped(f, lhs, duration_side_needs_parens(*op, lhs, Side::Left))?;
                write!(f, " {op} ")?;
                write_wrapped(f, rhs, duration_side_needs_parens(*op, rhs, Side::Right))
            }
            Self::Min(lhs, rhs) => write!(f, "min_of({lhs}, {rhs})"),
            Self::Max(lhs, rhs) => write!(f, "max_of({lhs}, {rhs})"),
            Self::Paren(inner) => write!(f, "({inner})"),
        }
    }
}

/// Whether a side of `op` would be torn apart without parentheses.
fn side_needs_parens(op: BinaryOp, side: &Expr, at: Side) -> bool {
    match &side.kind {
        ExprKind::Binary(inner) => binds_too_loosely(inner.op, op, at),
        // A sign binds less than ^, and only on its left does that matter.
        ExprKind::Unary(_) => op == BinaryOp::Pow && at == Side::Left,
        ExprKind::Number(_) => is_negative(side) && op == BinaryOp::Pow && at == Side::Left,
        _ => false,
    }
}

fn duration_side_needs_parens(op: BinaryOp, side: &DurationExpr, at: Side) -> bool {
    match &side.kind {
        DurationKind::Binary(inner, ..) => binds_too_loosely(*inner, op, at),
        DurationKind::Unary(..) => op == BinaryOp::Pow && at == Side::Left,
        _ => false,
    }
}

/// Whether `inner`, on one side of `outer`, needs parentheses to stay together.
fn binds_too_loosely(inner: BinaryOp, outer: BinaryOp, at: Side) -> bool {
    let associates = (at == Side::Right) == outer.is_right_associative();
    inner.precedence() < outer.precedence() || (inner.precedence() == outer.precedence() && !associates)
}

fn is_negative(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(number) if number.is_sign_negative() && !number.is_nan())
}

/// A number that parses back to the very same.
fn write_number(f: &mut Formatter<'_>, number: f64) -> fmt::Result {
    let magnitude = number.abs();
    if number.is_nan() {
        f.write_str("NaN")
    } else if number.is_infinite() {
        f.write_str(if number > 0.0 { "Inf" } else { "-Inf" })
    } else if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        write!(f, "{number:e}")
    } else {
        write!(f, "{number}")
    }
}

fn write_wrapped(f: &mut Formatter<'_>, inner: &impl Display, needs_parens: bool) -> fmt::Result {
    if needs_parens { write!(f, "({inner})") } else { write!(f, "{inner}") }
}

fn write_joined(f: &mut Formatter<'_>, items: &[impl Display]) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        f.write_str(if position > 0 { ", " } else { "" })?;
        item.fmt(f)?;
    }
    Ok(())
}

/// Labels in a list, quoted where they need it.
struct LabelNames<'a>(&'a [String]);

impl Display for LabelNames<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (position, name) in self.0.iter().enumerate() {
            f.write_str(if position > 0 { ", " } else { "" })?;
            write_label_name(f, name)?;
        }
        Ok(())
    }
}

/// Milliseconds as seconds with three decimals, as `@` takes them, without rounding.
struct Seconds(i64);

impl Display for Seconds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let ms = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", ms / 1000, ms % 1000)
    }
}
