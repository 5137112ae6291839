//! Durations.

use super::{BinaryOp, Span, UnaryOp};

/// A duration, or arithmetic on durations (an experimental feature of Prometheus 3).
///
/// ```
/// use p95_core::promql::ast::{DurationKind, ExprKind};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse("rate(hits_total[5m])", &ParseOptions::default())?;
/// let ExprKind::Call(mut call) = expr.kind else { unreachable!() };
/// let ExprKind::Matrix(matrix) = call.args.remove(0).kind else { unreachable!() };
/// assert_eq!(matrix.range.kind, DurationKind::Literal(300_000));
/// assert_eq!(matrix.range.span.range(), 16..18);
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DurationExpr {
    /// What it is.
    pub kind: DurationKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of duration.
///
/// ```
/// use p95_core::promql::ast::{BinaryOp, DurationKind, ExprKind};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse("hits_total[step() * 2]", &ParseOptions::experimental())?;
/// let ExprKind::Matrix(matrix) = expr.kind else { unreachable!() };
/// let DurationKind::Binary(op, lhs, rhs) = matrix.range.kind else { unreachable!() };
/// assert_eq!((op, lhs.kind, rhs.kind), (BinaryOp::Mul, DurationKind::Step, DurationKind::Number(2.0)));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
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
