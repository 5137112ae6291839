//! Expressions.

use std::fmt;

use super::super::functions::Function;
use super::{AggregateOp, BinaryOp, MatrixSelector, Span, Subquery, UnaryOp, VectorSelector};

/// An expression with its place.
///
/// ```
/// use p95_core::promql::{ParseOptions, parse};
///
/// let query = "sum( rate(hits_total[5m]) )";
/// let expr = parse(query, &ParseOptions::default())?;
/// assert_eq!(&query[expr.span.range()], query);
/// assert_eq!(expr.to_string(), "sum(rate(hits_total[5m]))");
/// // Places do not count.
/// assert_eq!(parse(&expr.to_string(), &ParseOptions::default())?, expr);
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
///
/// ```
/// use p95_core::promql::ast::ExprKind;
/// use p95_core::promql::{ParseOptions, parse};
///
/// let kind = |query| parse(query, &ParseOptions::default()).map(|expr| expr.kind);
/// assert_eq!(kind("0x1F")?, ExprKind::Number(31.0));
/// assert_eq!(kind("'a\\tb'")?, ExprKind::String("a\tb".to_owned()));
/// assert!(matches!(kind("(up)")?, ExprKind::Paren(inner) if matches!(inner.kind, ExprKind::Selector(_))));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
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
///
/// ```
/// use p95_core::promql::ast::ValueType;
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse("up[5m]", &ParseOptions::default())?;
/// assert_eq!(expr.value_type(), ValueType::Matrix);
/// assert_eq!(expr.value_type().as_str(), "range vector");
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
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
///
/// ```
/// use p95_core::promql::ast::{ExprKind, UnaryOp};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let ExprKind::Unary(unary) = parse("-up", &ParseOptions::default())?.kind else { unreachable!() };
/// assert_eq!((unary.op, unary.expr.to_string()), (UnaryOp::Minus, "up".to_owned()));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct UnaryExpr {
    /// The sign.
    pub op: UnaryOp,
    /// What it stands before.
    pub expr: Box<Expr>,
}

/// `lhs op rhs` with its modifiers.
///
/// ```
/// use p95_core::promql::ast::{BinaryOp, ExprKind};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let ExprKind::Binary(binary) = parse("up > bool 0", &ParseOptions::default())?.kind else { unreachable!() };
/// assert_eq!((binary.op, binary.returns_bool), (BinaryOp::Greater, true));
/// assert_eq!((binary.lhs.to_string(), binary.rhs.to_string()), ("up".to_owned(), "0".to_owned()));
/// assert_eq!(binary.op_span.range(), 3..4);
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
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
///
/// ```
/// use p95_core::promql::ast::{ExprKind, MatchLabels, Side};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let query = "hits_total / on (job) group_left (version) build_info";
/// let ExprKind::Binary(binary) = parse(query, &ParseOptions::default())?.kind else { unreachable!() };
/// assert_eq!(binary.matching.labels, Some(MatchLabels::On(vec!["job".to_owned()])));
/// let group = binary.matching.group.unwrap();
/// assert_eq!((group.many_side, group.include), (Side::Left, vec!["version".to_owned()]));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
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
///
/// [`Matching`] has an example.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MatchLabels {
    /// Only these labels count.
    On(Vec<String>),
    /// All labels but these count.
    Ignoring(Vec<String>),
}

/// `group_left (…)` or `group_right (…)`.
///
/// [`Matching`] has an example.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupModifier {
    /// The side of which many series may share a partner.
    pub many_side: Side,
    /// Labels taken over from the other side.
    pub include: Vec<String>,
}

/// A side of a binary operator.
///
/// [`Matching`] has an example.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// The left side.
    Left,
    /// The right side.
    Right,
}

/// `op by (…) (param, expr)`.
///
/// ```
/// use p95_core::promql::ast::{AggregateOp, ExprKind, Grouping};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse("topk by (job) (3, up)", &ParseOptions::default())?;
/// let ExprKind::Aggregate(aggregate) = expr.kind else { unreachable!() };
/// assert_eq!((aggregate.op, aggregate.expr.to_string()), (AggregateOp::Topk, "up".to_owned()));
/// assert_eq!(aggregate.param.map(|param| param.kind), Some(ExprKind::Number(3.0)));
/// assert_eq!(aggregate.grouping, Some(Grouping::By(vec!["job".to_owned()])));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
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
///
/// [`AggregateExpr`] has an example.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Grouping {
    /// One group for each combination of these labels.
    By(Vec<String>),
    /// One group for each combination of all labels but these.
    Without(Vec<String>),
}

/// `function(args)`.
///
/// ```
/// use p95_core::promql::ast::{ExprKind, Function};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let ExprKind::Call(call) = parse("round(up, 0.5)", &ParseOptions::default())?.kind else { unreachable!() };
/// assert_eq!((call.function, call.args.len()), (Function::Round, 2));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Call {
    /// The function; its signature is in its table entry.
    pub function: Function,
    /// Where its name stands.
    pub name_span: Span,
    /// The arguments, already checked against the signature.
    pub args: Vec<Expr>,
}
