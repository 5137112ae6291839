//! The syntax tree. Every node knows its place in the text.

mod duration;
mod equality;
mod expr;
mod operator;
mod parts;
mod selector;
mod span;

pub use super::functions::Function;
pub use duration::{DurationExpr, DurationKind};
pub use expr::{
    AggregateExpr, BinaryExpr, Call, Expr, ExprKind, GroupModifier, Grouping, MatchLabels, Matching, Side,
    UnaryExpr, ValueType,
};
pub use operator::{AggregateOp, BinaryOp, UnaryOp};
pub use selector::{At, MatrixSelector, RangeExtension, Subquery, TimeModifiers, VectorSelector};
pub use span::Span;
