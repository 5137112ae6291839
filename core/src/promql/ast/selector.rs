//! What reads data: selectors, their ranges, subqueries, and where in time they look.

use super::{DurationExpr, Expr};
use crate::model::Matcher;

/// `name{matchers}` with its modifiers.
///
/// ```
/// use p95_core::promql::ast::ExprKind;
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse(r#"up{job=~"shop|till"}"#, &ParseOptions::default())?;
/// let ExprKind::Selector(selector) = expr.kind else { unreachable!() };
/// assert_eq!(selector.name.as_deref(), Some("up"));
/// let names = selector.matchers.iter().map(|matcher| matcher.name());
/// assert_eq!(Vec::from_iter(names), ["__name__", "job"]);
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
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
///
/// [`DurationExpr`] has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixSelector {
    /// The series.
    pub selector: VectorSelector,
    /// The length of the window.
    pub range: DurationExpr,
}

/// `expr[range:step]`.
///
/// ```
/// use p95_core::promql::ast::{DurationKind, ExprKind};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse("rate(hits_total[1m])[30m:15s]", &ParseOptions::default())?;
/// let ExprKind::Subquery(subquery) = expr.kind else { unreachable!() };
/// assert_eq!(subquery.expr.to_string(), "rate(hits_total[1m])");
/// assert_eq!(subquery.range.kind, DurationKind::Literal(1_800_000));
/// assert_eq!(subquery.step.map(|step| step.kind), Some(DurationKind::Literal(15_000)));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
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
///
/// ```
/// use p95_core::promql::ast::{At, DurationKind, ExprKind};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse("up offset 5m @ 10.5", &ParseOptions::default())?;
/// let ExprKind::Selector(selector) = expr.kind else { unreachable!() };
/// assert_eq!(selector.modifiers.offset.map(|offset| offset.kind), Some(DurationKind::Literal(300_000)));
/// assert_eq!(selector.modifiers.at, Some(At::Timestamp(10_500)));
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeModifiers {
    /// `offset 5m`: that much earlier; negative means later.
    pub offset: Option<DurationExpr>,
    /// `@ 10`, `@ start()`, `@ end()`.
    pub at: Option<At>,
}

/// The argument of `@`.
///
/// [`TimeModifiers`] has an example.
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
///
/// ```
/// use p95_core::promql::ast::{ExprKind, RangeExtension};
/// use p95_core::promql::{ParseOptions, parse};
///
/// let expr = parse("hits_total[5m] anchored", &ParseOptions::experimental())?;
/// let ExprKind::Matrix(matrix) = expr.kind else { unreachable!() };
/// assert_eq!(matrix.selector.extension, Some(RangeExtension::Anchored));
/// assert_eq!(RangeExtension::Smoothed.as_str(), "smoothed");
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RangeExtension {
    /// `anchored`: the window's edges take the sample before them.
    Anchored,
    /// `smoothed`: the window's edges are interpolated.
    Smoothed,
}

impl RangeExtension {
    /// The word, as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anchored => "anchored",
            Self::Smoothed => "smoothed",
        }
    }
}
