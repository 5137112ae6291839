//! What a function takes and returns.

use std::fmt;

use super::super::ast::ValueType;

/// What a function takes and returns.
///
/// ```
/// use p95_core::promql::ast::ValueType;
/// use p95_core::promql::functions::Function;
///
/// let round = Function::Round.signature();
/// assert_eq!(round.to_string(), "(instant vector, scalar?) instant vector");
/// assert_eq!((round.arg_type(1), round.arg_type(2)), (Some(ValueType::Scalar), None));
/// assert_eq!((round.min_args, round.max_args, round.returns), (1, Some(2), ValueType::Vector));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signature {
    /// The types of the arguments, in order. Where more arguments are allowed than are listed, the last type repeats.
    pub args: &'static [ValueType],
    /// The fewest arguments of a call.
    pub min_args: usize,
    /// The most arguments of a call, or `None` where there is no limit.
    pub max_args: Option<usize>,
    /// The type of the result.
    pub returns: ValueType,
    /// Whether Prometheus has it only with `--enable-feature=promql-experimental-functions`.
    pub is_experimental: bool,
    /// One sentence for people, in Markdown.
    pub summary: &'static str,
}

impl Signature {
    /// The type of the argument at `position`, counted from 0, or `None` where so many are not allowed.
    pub fn arg_type(&self, position: usize) -> Option<ValueType> {
        if self.max_args.is_some_and(|max| position >= max) {
            return None;
        }
        self.args.get(position).or(self.args.last()).copied()
    }
}

/// As documentation writes it: `(instant vector, scalar?) instant vector`.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (position, arg) in self.args.iter().enumerate() {
            let comma = if position > 0 { ", " } else { "" };
            let optional = if position >= self.min_args { "?" } else { "" };
            write!(f, "{comma}{arg}{optional}")?;
        }
        if self.max_args.is_none_or(|max| max > self.args.len()) {
            f.write_str(", …")?;
        }
        write!(f, ") {}", self.returns)
    }
}
