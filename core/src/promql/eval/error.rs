//! Why a query has no answer.

use crate::model::select::Interruption;
use crate::promql::ast::Span;

/// Why a query has no answer, and which part of it is to blame.
///
/// ```
/// use p95_core::promql::eval::{EngineOptions, EvalErrorKind, range};
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::store::Store;
///
/// let query = parse("up", &ParseOptions::default())?;
/// let options = EngineOptions { max_steps: 10, ..EngineOptions::default() };
/// let error = range(&Store::default(), &query, 0, 60_000, 1_000, &options).unwrap_err();
/// assert_eq!((error.kind, error.span), (EvalErrorKind::Limit, query.span));
/// assert_eq!(error.to_string(), "61 steps are more than max_steps=10 allows: take a longer step");
/// # Ok::<(), p95_core::promql::ParseError>(())
/// ```
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
///
/// [`EvalError`] has an example.
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
