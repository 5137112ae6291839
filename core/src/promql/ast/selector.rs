//! What reads data: selectors, their ranges, subqueries, and where in time they look.

use super::{DurationExpr, Expr};
use crate::model::Matcher;

/// `name{matchers}` with its modifiers.
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
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixSelector {
    /// The series.
    pub selector: VectorSelector,
    /// The length of the window.
    pub range: DurationExpr,
}

/// `expr[range:step]`.
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
#[derive(Clone, Debug, Default, PartialEq)]
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

impl RangeExtension {
    /// The word, as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anchored => "anchored",
            Self::Smoothed => "smoothed",
        }
    }
}
