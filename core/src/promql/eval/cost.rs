//! What a query costs at least, estimated before it runs.

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::grid::Grid;
use crate::promql::ast::{Expr, ExprKind, Span, Subquery};

impl Evaluator<'_> {
    /// Checks that the subqueries of `expr`, evaluated over `grid`, do not cost more than allowed even if they run over one
    /// series alone: in steps, and in values that overlapping windows look at.
    ///
    /// # Errors
    /// At the first subquery that costs more, outer ones first.
    pub(super) fn check_cost(&self, expr: &Expr, grid: Grid) -> Result<(), EvalError> {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Selector(_) | ExprKind::Matrix(_) => Ok(()),
            ExprKind::Subquery(subquery) => {
                let inner = self.affordable_grid(subquery, grid, expr.span)?;
                inner.map_or(Ok(()), |inner| self.check_cost(&subquery.expr, inner))
            }
            ExprKind::Unary(unary) => self.check_cost(&unary.expr, grid),
            ExprKind::Binary(binary) => {
                self.check_cost(&binary.lhs, grid)?;
                self.check_cost(&binary.rhs, grid)
            }
            ExprKind::Aggregate(aggregate) => {
                aggregate.param.as_ref().map_or(Ok(()), |param| self.check_cost(param, grid))?;
                self.check_cost(&aggregate.expr, grid)
            }
            ExprKind::Call(call) => call.args.iter().try_for_each(|arg| self.check_cost(arg, grid)),
            ExprKind::Paren(inner) => self.check_cost(inner, grid),
        }
    }

    /// The times at which a subquery evaluates its expression for the steps of `grid`; `None` where there are none.
    fn affordable_grid(
        &self,
        subquery: &Subquery,
        grid: Grid,
        span: Span,
    ) -> Result<Option<Grid>, EvalError> {
        let (range_ms, step_ms) = self.subquery_times_ms(subquery)?;
        let ends = self.looked_at_from(grid, &subquery.modifiers)?;
        let Some(inner) = inner_grid(ends, range_ms, step_ms) else { return Ok(None) };
        if inner.count > self.options.max_samples {
            let (count, limit) = (inner.count, self.options.max_samples);
            let message = format!("a subquery of {count} steps is more than max_samples={limit} allows");
            return Err(EvalError::limit(span, message));
        }
        let in_window = usize::try_from(range_ms.checked_div(step_ms).unwrap_or(0)).unwrap_or(usize::MAX);
        let looked_at = grid.count.saturating_mul(in_window);
        if looked_at > self.options.max_window_samples {
            let limit = self.options.max_window_samples;
            let message = format!(
                "the windows of this subquery look at {looked_at} values a series, more than max_window_samples={limit} \
                 allows: take a shorter range or a longer step"
            );
            return Err(EvalError::limit(span, message));
        }
        Ok(Some(inner))
    }

    /// Range and step of a subquery, in milliseconds, both positive.
    pub(super) fn subquery_times_ms(&self, subquery: &Subquery) -> Result<(i64, i64), EvalError> {
        let range_ms = self.duration_ms(&subquery.range)?;
        let step_ms = match &subquery.step {
            Some(step) => self.duration_ms(step)?,
            None => self.options.subquery_step_ms,
        };
        if range_ms <= 0 || step_ms <= 0 {
            return Err(EvalError::execution(subquery.range.span, "duration must be greater than 0"));
        }
        Ok((range_ms, step_ms))
    }
}

/// The times at which a subquery evaluates its expression for windows that end at `ends`: absolute multiples of its step,
/// strictly after the left edge of the first window.
pub(super) fn inner_grid(ends: Grid, range_ms: i64, step_ms: i64) -> Option<Grid> {
    let left_ms = ends.start_ms.saturating_sub(range_ms);
    let start_ms = left_ms.div_euclid(step_ms).saturating_add(1).saturating_mul(step_ms);
    Grid::range(start_ms, ends.end_ms(), step_ms)
}
