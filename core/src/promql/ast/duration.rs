//! Durations.

use super::{BinaryOp, Span, UnaryOp};

/// A duration, or arithmetic on durations (an experimental feature of Prometheus 3).
#[derive(Clone, Debug)]
pub struct DurationExpr {
    /// What it is.
    pub kind: DurationKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of duration.
#[derive(Clone, Debug)]
pub enum DurationKind {
    /// `5m`, or a number of seconds; in milliseconds, negative where a sign was given.
    Literal(i64),
    /// A plain number within arithmetic, as in `5m * 2`; as a duration it is seconds.
    Number(f64),
    /// `step()`: the step of the whole query.
    Step,
    /// `range()`: the range of the whole query.
    Range,
    /// `-expr`, `+expr`.
    Unary(UnaryOp, Box<DurationExpr>),
    /// `lhs op rhs`; the operator is arithmetic.
    Binary(BinaryOp, Box<DurationExpr>, Box<DurationExpr>),
    /// `min(lhs, rhs)`.
    Min(Box<DurationExpr>, Box<DurationExpr>),
    /// `max(lhs, rhs)`.
    Max(Box<DurationExpr>, Box<DurationExpr>),
    /// `(expr)`.
    Paren(Box<DurationExpr>),
}
