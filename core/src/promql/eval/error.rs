//! Why a query has no answer.

use crate::model::select::Interruption;
use crate::promql::ast::Span;

/// Why a query has no answer, and which part of it is to blame.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct EvalError {
    /// The kind.
    pub kind: EvalErrorKind,
    /// The part of the query that is to blame.
    pub span: Span,
    /// What went wrong, and what to do.
    pub message: String,
}

/// The kinds of [`EvalError`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum EvalErrorKind {
    /// The data do not fit the query, as with many-to-many matching.
    Execution,
    /// The query costs more than the options allow.
    Limit,
    /// The source of the series gave the query up.
    Interrupted(Interruption),
}

impl EvalError {
    pub(crate) fn execution(span: Span, message: impl Into<String>) -> Self {
        Self { kind: EvalErrorKind::Execution, span, message: message.into() }
    }

    pub(crate) fn interrupted(span: Span, interruption: Interruption) -> Self {
        let message = match interruption {
            Interruption::Cancelled => "the query was cancelled",
            Interruption::TimedOut => {
                "the query was given up because it took too long: select fewer series, a shorter range or a longer step"
            }
        };
        Self { kind: EvalErrorKind::Interrupted(interruption), span, message: message.to_owned() }
    }

    pub(crate) fn limit(span: Span, message: impl Into<String>) -> Self {
        Self { kind: EvalErrorKind::Limit, span, message: message.into() }
    }
}
