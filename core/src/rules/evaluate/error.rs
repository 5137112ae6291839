//! Why rules do not work.

use crate::model::Labels;
use crate::promql::ParseError;
use crate::promql::eval::EvalError;
use crate::rules::TemplateError;

/// Why a rule found nothing that could be written.
///
/// ```
/// use p95_core::rules::RuleError;
/// let error = RuleError::Limit { limit: 1, count: 2, what: "series" };
/// assert_eq!(error.to_string(), "exceeded limit of 1 with 2 series");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
pub enum RuleError {
    /// The expression has no answer.
    #[error(transparent)]
    Query(#[from] EvalError),
    /// The answer is a range vector or a text.
    #[error("rule result is not a vector or scalar")]
    Type,
    /// Two elements become one series or one alert.
    #[error("vector contains metrics with the same labelset after applying {what} labels: {labels}")]
    SameLabels {
        /// Whose labels made them so: a rule's or an alert's.
        what: &'static str,
        /// The labels of both.
        labels: Labels,
    },
    /// There are more than the group allows.
    #[error("exceeded limit of {limit} with {count} {what}")]
    Limit {
        /// The most that are allowed.
        limit: usize,
        /// How many there are.
        count: usize,
        /// What they are.
        what: &'static str,
    },
    /// The samples do not follow those that their series have.
    #[error("{0} samples were refused: their series have newer ones, or others at the same time")]
    Refused(u64),
}

/// A rule that cannot be evaluated: its expression or one of its templates is none. Those that
/// [`read_rules`](crate::rules::read_rules) finds no error in can be.
///
/// ```
/// use p95_core::rules::{GroupEvaluator, Origin, Rule, RuleGroup, RuleKind};
///
/// let rule = Rule { name: "a".to_owned(), expr: "sum(".to_owned(), labels: Default::default(), kind: RuleKind::Recording };
/// let group = RuleGroup { name: "g".to_owned(), interval_ms: None, query_offset_ms: 0, limit: 0, rules: vec![rule] };
/// let error = GroupEvaluator::new(group, &Origin::default(), 60_000).unwrap_err();
/// assert!(error.to_string().starts_with("rule \"a\": position 1:5: "));
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("rule {rule:?}: {problem}")]
pub struct UnusableRule {
    rule: String,
    problem: Problem,
}

/// What cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error(transparent)]
    Expression(#[from] ParseError),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl UnusableRule {
    pub(super) fn new(rule: &str, problem: Problem) -> Self {
        Self { rule: rule.to_owned(), problem }
    }
}
