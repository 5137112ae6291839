//! Why a rule cannot be used.

use super::Action;
use crate::model::matcher::RegexError;

/// Why a rule cannot be used: its number, and what to write instead.
///
/// ```
/// use p95_core::ingest::relabel::{RelabelConfig, RelabelRules};
///
/// let error = RelabelRules::new(&[RelabelConfig::default()]).unwrap_err();
/// assert_eq!(error.rule, 1);
/// assert_eq!(error.to_string(), "relabelling rule 1: replace needs a target_label");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("relabelling rule {rule}: {problem}")]
pub struct RelabelError {
    /// The rule's number, from 1.
    pub rule: usize,
    #[source]
    problem: Problem,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("{0} needs a target_label")]
    NoTarget(Action),
    #[error("{action} cannot write a label named {name:?}: a reference to a group is ${{1}} or ${{name}}")]
    Template { action: Action, name: String },
    #[error("{0} needs a modulus above 0")]
    NoModulus(Action),
    #[error("{action} does not look at {field}: leave it out")]
    IdleField { action: Action, field: &'static str },
    #[error(transparent)]
    Regex(#[from] RegexError),
}

impl RelabelError {
    /// The problem of the rule at an index.
    pub(super) fn at(index: usize, problem: Problem) -> Self {
        Self { rule: index + 1, problem }
    }
}
