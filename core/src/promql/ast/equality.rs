//! When two trees are the same: places do not count, and NaN is NaN.

use super::{BinaryExpr, Call, DurationExpr, DurationKind, Expr, ExprKind, Matching};

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for ExprKind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => same_number(*a, *b),
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Selector(a), Self::Selector(b)) => a == b,
            (Self::Matrix(a), Self::Matrix(b)) => a == b,
            (Self::Subquery(a), Self::Subquery(b)) => a == b,
            (Self::Unary(a), Self::Unary(b)) => a == b,
            (Self::Binary(a), Self::Binary(b)) => a == b,
            (Self::Aggregate(a), Self::Aggregate(b)) => a == b,
            (Self::Call(a), Self::Call(b)) => a == b,
            (Self::Paren(a), Self::Paren(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for BinaryExpr {
    fn eq(&self, other: &Self) -> bool {
        self.op == other.op
            && self.returns_bool == other.returns_bool
            && self.matching == other.matching
            && self.lhs == other.lhs
            && self.rhs == other.rhs
    }
}

impl PartialEq for Matching {
    fn eq(&self, other: &Self) -> bool {
        let same_fill = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => same_number(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        self.labels == other.labels
            && self.group == other.group
            && same_fill(self.fill_left, other.fill_left)
            && same_fill(self.fill_right, other.fill_right)
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function && self.args == other.args
    }
}

impl PartialEq for DurationExpr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for DurationKind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(a), Self::Literal(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => same_number(*a, *b),
            (Self::Step, Self::Step) | (Self::Range, Self::Range) => true,
            (Self::Unary(op, a), Self::Unary(other_op, b)) => op == other_op && a == b,
            (Self::Binary(op, a, b), Self::Binary(other_op, c, d)) => op == other_op && a == c && b == d,
            (Self::Min(a, b), Self::Min(c, d)) | (Self::Max(a, b), Self::Max(c, d)) => a == c && b == d,
            (Self::Paren(a), Self::Paren(b)) => a == b,
            _ => false,
        }
    }
}

/// Whether two numbers are written alike: NaN is NaN, and -0 is not 0.
fn same_number(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
