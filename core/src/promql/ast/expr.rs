//! Expressions.

use std::fmt;

use super::super::functions::Function;
use super::{AggregateOp, BinaryOp, MatrixSelector, Span, Subquery, UnaryOp, VectorSelector};

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `1.5`, `0x1F`, `Inf`, `5m` (a duration is its seconds).
    Number(f64),
    /// `"text"`, `'text'`, `` `text` ``, unescaped.
    String(String),
    /// `name{matchers} offset 5m @ 10`: an instant vector.
    Selector(VectorSelector),
    /// `selector[5m]`: a range vector.
    Matrix(MatrixSelector),
    /// `expr[5m:1m]`: a range vector.
    Subquery(Subquery),
    /// `-expr`, `+expr`.
    Unary(UnaryExpr),
    /// `lhs op rhs`.
    Binary(Box<BinaryExpr>),
    /// `sum by (l) (expr)`.
    Aggregate(Box<AggregateExpr>),
    /// `rate(expr)`.
    Call(Call),
    /// `(expr)`.
    Paren(Box<Expr>),
}

/// The types of expressions.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ValueType {
    /// A number.
    Scalar,
    /// A text.
    String,
    /// One value for each of some series: an instant vector.
    Vector,
    /// A window of samples for each of some series: a range vector.
    Matrix,
}

impl ValueType {
    /// The name in documentation and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `op expr`.
#[derive(Clone, Debug, PartialEq)]
pub struct UnaryExpr {
    /// The sign.
    pub op: UnaryOp,
    /// What it stands before.
    pub expr: Box<Expr>,
}

/// `lhs op rhs` with its modifiers.
#[derive(Clone, Debug)]
pub struct BinaryExpr {
    /// The operator.
    pub op: BinaryOp,
    /// Where the operator stands.
    pub op_span: Span,
    /// The left side.
    pub lhs: Expr,
    /// The right side.
    pub rhs: Expr,
    /// `bool`: a comparison yields 0 and 1 and drops nothing.
    pub returns_bool: bool,
    /// How series of two vectors find each other.
    pub matching: Matching,
}

/// How series of two vectors find each other.
#[derive(Clone, Debug, Default)]
pub struct Matching {
    /// `on (…)` or `ignoring (…)`; `None` where neither was given, which means all labels.
    pub labels: Option<MatchLabels>,
    /// `group_left (…)` or `group_right (…)`.
    pub group: Option<GroupModifier>,
    /// `fill (v)` or `fill_left (v)`: the value of a left side that has no partner.
    pub fill_left: Option<f64>,
    /// `fill (v)` or `fill_right (v)`: the value of a right side that has no partner.
    pub fill_right: Option<f64>,
}

/// `on (…)` or `ignoring (…)`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MatchLabels {
    /// Only these labels count.
    On(Vec<String>),
    /// All labels but these count.
    Ignoring(Vec<String>),
}

/// `group_left (…)` or `group_right (…)`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupModifier {
    /// The side of which many series may share a partner.
    pub many_side: Side,
    /// Labels taken over from the other side.
    pub include: Vec<String>,
}

/// A side of a binary operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// The left side.
    Left,
    /// The right side.
    Right,
}

/// `op by (…) (param, expr)`.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateExpr {
    /// The operator.
    pub op: AggregateOp,
    /// The `k` of `topk`, the `φ` of `quantile`, the label of `count_values`.
    pub param: Option<Expr>,
    /// What is aggregated.
    pub expr: Expr,
    /// `by (…)` or `without (…)`; `None` means one group.
    pub grouping: Option<Grouping>,
}

/// `by (…)` or `without (…)`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Grouping {
    /// One group for each combination of these labels.
    By(Vec<String>),
    /// One group for each combination of all labels but these.
    Without(Vec<String>),
}

/// `function(args)`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function; its signature is in its table entry.
    pub function: Function,
    /// Where its name stands.
    pub name_span: Span,
    /// The arguments, already checked against the signature.
    pub args: Vec<Expr>,
}
