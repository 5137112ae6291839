//! Queries that are given up half-way.

use super::error::EvalError;
use super::evaluator::Evaluator;
use crate::promql::ast::Span;

impl Evaluator<'_> {
    /// Asks the source whether to go on. To be called wherever what follows may take long.
    pub(crate) fn check_wanted(&self, span: Span) -> Result<(), EvalError> {
        self.source
            .interruption()
            .map_or(Ok(()), |interruption| Err(EvalError::interrupted(span, interruption)))
    }
}
