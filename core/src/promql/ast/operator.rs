//! Operators: signs, between two expressions, over a vector.

use std::fmt;

use super::ValueType;

/// A sign.
///
/// ```
/// use p95_core::promql::ast::UnaryOp;
/// assert_eq!((UnaryOp::Minus.as_str(), UnaryOp::Minus.apply(2.0)), ("-", -2.0));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// The binary operators.
///
/// ```
/// use p95_core::promql::ast::BinaryOp;
///
/// assert_eq!(BinaryOp::Atan2.as_str(), "atan2");
/// assert!(BinaryOp::Mul.precedence() > BinaryOp::Add.precedence());
/// assert!(BinaryOp::Pow.is_right_associative());
/// assert!(BinaryOp::Less.is_comparison() && BinaryOp::Unless.is_set_operator());
/// assert!(BinaryOp::Mod.is_duration_arithmetic() && !BinaryOp::And.is_duration_arithmetic());
/// ```
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

/// The aggregation operators.
///
/// ```
/// use p95_core::promql::ast::{AggregateOp, ValueType};
///
/// assert_eq!(AggregateOp::by_name("TopK"), Some(AggregateOp::Topk));
/// assert_eq!(AggregateOp::Topk.param_type(), Some(ValueType::Scalar));
/// let experimental = AggregateOp::ALL.into_iter().filter(|op| op.is_experimental()).map(AggregateOp::as_str);
/// assert_eq!(Vec::from_iter(experimental), ["limitk", "limit_ratio"]);
/// ```
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

impl UnaryOp {
    /// The sign as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
        }
    }

    /// The number with the sign applied.
    pub fn apply(self, number: f64) -> f64 {
        match self {
            Self::Plus => number,
            Self::Minus => -number,
        }
    }
}

impl BinaryOp {
    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Pow => "^",
            Self::Atan2 => "atan2",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::And => "and",
            Self::Or => "or",
            Self::Unless => "unless",
            Self::TrimUpper => "</",
            Self::TrimLower => ">/",
        }
    }

    /// How tightly the operator binds, from 1 (`or`) to 6 (`^`).
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And | Self::Unless => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::TrimUpper
            | Self::TrimLower => 3,
            Self::Add | Self::Sub => 4,
            Self::Mul | Self::Div | Self::Mod | Self::Atan2 => 5,
            Self::Pow => 6,
        }
    }

    /// Whether `a op b op c` is `a op (b op c)`.
    pub fn is_right_associative(self) -> bool {
        self == Self::Pow
    }

    /// Whether the operator compares: `== != < <= > >=`.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal | Self::NotEqual | Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual
        )
    }

    /// Whether the operator joins sets: `and or unless`.
    pub fn is_set_operator(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Unless)
    }

    /// Whether durations can be joined by the operator: `+ - * / % ^`.
    pub fn is_duration_arithmetic(self) -> bool {
        matches!(self, Self::Add | Self::Sub | Self::Mul | Self::Div | Self::Mod | Self::Pow)
    }
}

impl fmt::Display for BinaryOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AggregateOp {
    /// All operators.
    pub const ALL: [Self; 14] = [
        Self::Sum,
        Self::Avg,
        Self::Min,
        Self::Max,
        Self::Count,
        Self::CountValues,
        Self::Group,
        Self::Topk,
        Self::Bottomk,
        Self::Quantile,
        Self::Stddev,
        Self::Stdvar,
        Self::Limitk,
        Self::LimitRatio,
    ];

    /// The name, as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
            Self::CountValues => "count_values",
            Self::Group => "group",
            Self::Topk => "topk",
            Self::Bottomk => "bottomk",
            Self::Quantile => "quantile",
            Self::Stddev => "stddev",
            Self::Stdvar => "stdvar",
            Self::Limitk => "limitk",
            Self::LimitRatio => "limit_ratio",
        }
    }

    /// The operator called `name`, in upper or lower case.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str().eq_ignore_ascii_case(name))
    }

    /// The type of the parameter before the vector, where the operator takes one.
    pub fn param_type(self) -> Option<ValueType> {
        match self {
            Self::Topk | Self::Bottomk | Self::Quantile | Self::Limitk | Self::LimitRatio => {
                Some(ValueType::Scalar)
            }
            Self::CountValues => Some(ValueType::String),
            _ => None,
        }
    }

    /// Whether Prometheus has the operator only with `--enable-feature=promql-experimental-functions`.
    pub fn is_experimental(self) -> bool {
        matches!(self, Self::Limitk | Self::LimitRatio)
    }
}

impl fmt::Display for AggregateOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
