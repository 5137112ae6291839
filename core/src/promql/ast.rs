//! The syntax tree. Every node knows its place in the text.

use std::fmt;
use std::ops::Range;

use crate::model::Matcher;

/// A place in the query's text: bytes `start` up to, but not including, `end`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span as a range of byte positions.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
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

/// `name{matchers}` with its modifiers.
#[derive(Clone, Debug)]
pub struct VectorSelector {
    /// The metric's name where it was given outside the braces or as a quoted name within; `matchers` has it too.
    pub name: Option<String>,
    /// All conditions, the one on the metric's name among them.
    pub matchers: Vec<Matcher>,
    /// `offset` and `@`. For a [`MatrixSelector`] they stand here too.
    pub modifiers: TimeModifiers,
    /// `anchored` or `smoothed`.
    pub extension: Option<RangeExtension>,
}

/// `selector[range]`.
#[derive(Clone, Debug)]
pub struct MatrixSelector {
    /// The series.
    pub selector: VectorSelector,
    /// The length of the window.
    pub range: DurationExpr,
}

/// `expr[range:step]`.
#[derive(Clone, Debug)]
pub struct Subquery {
    /// What is evaluated at each step; an instant vector.
    pub expr: Box<Expr>,
    /// The length of the window.
    pub range: DurationExpr,
    /// The step, or `None` for the engine's default.
    pub step: Option<DurationExpr>,
    /// `offset` and `@`.
    pub modifiers: TimeModifiers,
}

/// Where in time a selector or subquery looks.
#[derive(Clone, Debug, Default)]
pub struct TimeModifiers {
    /// `offset 5m`: that much earlier; negative means later.
    pub offset: Option<DurationExpr>,
    /// `@ 10`, `@ start()`, `@ end()`.
    pub at: Option<At>,
}

/// The argument of `@`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// A time in milliseconds since the Unix epoch.
    Timestamp(i64),
    /// The start of the whole query.
    Start,
    /// The end of the whole query.
    End,
}

/// How a range treats its edges (an experimental feature of Prometheus 3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RangeExtension {
    /// `anchored`: the window's edges take the sample before them.
    Anchored,
    /// `smoothed`: the window's edges are interpolated.
    Smoothed,
}

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

/// `op expr`.
#[derive(Clone, Debug)]
pub struct UnaryExpr {
    /// The sign.
    pub op: UnaryOp,
    /// What it stands before.
    pub expr: Box<Expr>,
}

/// A sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
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

/// The binary operators.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `^`
    Pow,
    /// `atan2`
    Atan2,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `and`
    And,
    /// `or`
    Or,
    /// `unless`
    Unless,
    /// `</`: a native histogram without its observations above a value.
    TrimUpper,
    /// `>/`: a native histogram without its observations below a value.
    TrimLower,
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
#[derive(Clone, Debug)]
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

/// The aggregation operators.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AggregateOp {
    /// `sum`
    Sum,
    /// `avg`
    Avg,
    /// `min`
    Min,
    /// `max`
    Max,
    /// `count`
    Count,
    /// `count_values`
    CountValues,
    /// `group`
    Group,
    /// `topk`
    Topk,
    /// `bottomk`
    Bottomk,
    /// `quantile`
    Quantile,
    /// `stddev`
    Stddev,
    /// `stdvar`
    Stdvar,
    /// `limitk`
    Limitk,
    /// `limit_ratio`
    LimitRatio,
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

pub use super::functions::Function;
