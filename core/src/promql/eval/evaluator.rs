//! The walk over the tree.

use std::sync::Arc;

use super::error::EvalError;
use super::grid::Grid;
use super::options::EngineOptions;
use super::series::{GridSeries, GridValue, is_absent};
use crate::model::NativeHistogram;
use crate::promql::annotations::Annotations;
use crate::promql::ast::{
    At, BinaryOp, DurationExpr, DurationKind, Expr, ExprKind, Span, TimeModifiers, UnaryOp,
};
use crate::promql::functions;
use crate::promql::select::Select;

/// Evaluates expressions over one grid.
pub(crate) struct Evaluator<'a> {
    pub(crate) source: &'a dyn Select,
    pub(crate) options: &'a EngineOptions,
    /// The times of this (sub)query.
    pub(crate) grid: Grid,
    /// The times of the whole query, which `start()` and `step()` speak of.
    pub(crate) outer: Grid,
    /// The end of the whole query, which `end()` speaks of: the last step may lie before it.
    pub(crate) outer_end_ms: i64,
    /// How many samples may still be read.
    pub(crate) samples_left: usize,
    /// How many samples windows may still look at.
    pub(crate) window_samples_left: usize,
    pub(crate) annotations: Annotations,
    /// Whether only counts and sums of histograms are looked at.
    wants_statistics: bool,
    /// Whether something looks at the buckets of histograms all the same.
    needs_buckets: bool,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(source: &'a dyn Select, options: &'a EngineOptions, grid: Grid, end_ms: i64) -> Self {
        let annotations = Annotations::default();
        Self {
            source,
            options,
            grid,
            outer: grid,
            outer_end_ms: end_ms,
            samples_left: options.max_samples,
            window_samples_left: options.max_window_samples,
            annotations,
            wants_statistics: false,
            needs_buckets: false,
        }
    }

    /// Evaluates `expr` at other times, as a subquery does, on the same account.
    pub(crate) fn eval_at(&mut self, grid: Grid, expr: &Expr) -> Result<GridValue, EvalError> {
        let before = std::mem::replace(&mut self.grid, grid);
        let value = self.for_buckets(|evaluator| evaluator.eval(expr));
        self.grid = before;
        value
    }

    /// Whether selectors may leave the buckets of histograms out.
    pub(crate) fn reads_statistics_only(&self) -> bool {
        self.wants_statistics && !self.needs_buckets
    }

    pub(crate) fn into_annotations(self) -> Annotations {
        self.annotations
    }

    /// What `expr` is worth at each time of the grid.
    pub(crate) fn eval(&mut self, expr: &Expr) -> Result<GridValue, EvalError> {
        self.check_wanted(expr.span)?;
        match &expr.kind {
            ExprKind::Number(number) => Ok(GridValue::Scalar(vec![*number; self.grid.count])),
            ExprKind::String(text) => Ok(GridValue::String(text.clone())),
            ExprKind::Selector(selector) => self.select_vector(selector, expr.span).map(GridValue::Vector),
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => {
                Err(EvalError::execution(expr.span, "a range vector is of use only to a function"))
            }
            ExprKind::Unary(unary) => match (unary.op, self.eval(&unary.expr)?) {
                (UnaryOp::Plus, value) => Ok(value),
                (UnaryOp::Minus, GridValue::Scalar(values)) => {
                    Ok(GridValue::Scalar(values.into_iter().map(|value| -value).collect()))
                }
                (UnaryOp::Minus, GridValue::Vector(series)) => {
                    self.negated(series, expr.span).map(GridValue::Vector)
                }
                (UnaryOp::Minus, text) => Ok(text),
            },
            ExprKind::Binary(binary) => self.eval_binary(binary, expr.span),
            ExprKind::Aggregate(aggregate) => {
                self.eval_aggregate(aggregate, expr.span).map(GridValue::Vector)
            }
            ExprKind::Call(call) => functions::call(self, call, expr.span),
            ExprKind::Paren(inner) => self.eval(inner),
        }
    }

    /// The series of an instant vector; a number is no vector.
    pub(crate) fn eval_vector(&mut self, expr: &Expr) -> Result<Vec<GridSeries>, EvalError> {
        match self.eval(expr)? {
            GridValue::Vector(series) => Ok(series),
            _ => Err(EvalError::execution(expr.span, "expected an instant vector")),
        }
    }

    /// The numbers of a scalar, one a step.
    pub(crate) fn eval_scalar(&mut self, expr: &Expr) -> Result<Vec<f64>, EvalError> {
        match self.eval(expr)? {
            GridValue::Scalar(values) => Ok(values),
            _ => Err(EvalError::execution(expr.span, "expected a scalar")),
        }
    }

    /// The text of a string.
    pub(crate) fn eval_string(&mut self, expr: &Expr) -> Result<String, EvalError> {
        match self.eval(expr)? {
            GridValue::String(text) => Ok(text),
            _ => Err(EvalError::execution(expr.span, "expected a string")),
        }
    }

    /// Applies `f` to each number, drops the metric's name, and leaves histograms out.
    pub(crate) fn map_values(
        &mut self,
        mut series: Vec<GridSeries>,
        span: Span,
        mut f: impl FnMut(f64, usize) -> f64,
    ) -> Result<Vec<GridSeries>, EvalError> {
        for one in &mut series {
            one.histograms = Vec::new();
            let present = one.values.iter_mut().enumerate().filter(|(_, value)| !is_absent(**value));
            present.for_each(|(step, value)| *value = f(*value, step));
        }
        series.retain(|one| !one.is_empty());
        self.without_names(series, span)
    }

    /// The series with the opposite sign, histograms too.
    fn negated(&mut self, mut series: Vec<GridSeries>, span: Span) -> Result<Vec<GridSeries>, EvalError> {
        for one in &mut series {
            one.values.iter_mut().filter(|value| !is_absent(**value)).for_each(|value| *value = -*value);
            for histogram in one.histograms.iter_mut().flatten() {
                *histogram = Arc::new(NativeHistogram::clone(histogram).multiplied_by(-1.0));
            }
        }
        self.without_names(series, span)
    }

    /// Evaluates with `f`, below which selectors need nothing but counts and sums of histograms, unless something between
    /// needs their buckets.
    pub(crate) fn for_statistics<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.wants_statistics, true);
        let result = f(self);
        self.wants_statistics = before;
        result
    }

    /// Evaluates with `f`, below which histograms need their buckets, whatever stands above.
    pub(crate) fn for_buckets<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.needs_buckets, true);
        let result = f(self);
        self.needs_buckets = before;
        result
    }

    /// Checks that a result of so many series is not too large.
    pub(crate) fn check_size(&self, series: usize, span: Span) -> Result<(), EvalError> {
        let limit = self.options.max_samples;
        if series.saturating_mul(self.grid.count) <= limit {
            return Ok(());
        }
        let steps = self.grid.count;
        let message = format!("{series} series at {steps} steps are more than max_samples={limit} allows");
        Err(EvalError::limit(span, message))
    }

    /// The time that a selector or subquery looks at, for each step.
    pub(crate) fn looked_at(&self, modifiers: &TimeModifiers) -> Result<Grid, EvalError> {
        self.looked_at_from(self.grid, modifiers)
    }

    /// The same for the steps of another grid.
    pub(crate) fn looked_at_from(&self, steps: Grid, modifiers: &TimeModifiers) -> Result<Grid, EvalError> {
        let offset_ms = modifiers.offset.as_ref().map_or(Ok(0), |offset| self.duration_ms(offset))?;
        let fixed = match modifiers.at {
            None => None,
            Some(At::Timestamp(at_ms)) => Some(at_ms),
            Some(At::Start) => Some(self.outer.start_ms),
            Some(At::End) => Some(self.outer_end_ms),
        };
        let (start_ms, step_ms) = fixed.map_or((steps.start_ms, steps.step_ms), |at_ms| (at_ms, 0));
        Ok(Grid { start_ms: start_ms.saturating_sub(offset_ms), step_ms, count: steps.count })
    }

    /// The length of a duration, in milliseconds.
    pub(crate) fn duration_ms(&self, duration: &DurationExpr) -> Result<i64, EvalError> {
        if let DurationKind::Literal(duration_ms) = duration.kind {
            return Ok(duration_ms);
        }
        let seconds = self.duration_secs(duration)?;
        #[expect(clippy::cast_possible_truncation, reason = "checked against the bounds of i64")]
        let millis = (seconds * 1000.0).round() as i64;
        if seconds.abs() < 9.2e15 {
            Ok(millis)
        } else {
            Err(EvalError::execution(duration.span, "duration out of range"))
        }
    }

    fn duration_secs(&self, duration: &DurationExpr) -> Result<f64, EvalError> {
        #[expect(clippy::cast_precision_loss, reason = "durations are far below 2^53 milliseconds")]
        let secs = |duration_ms: i64| duration_ms as f64 / 1000.0;
        let is_instant = self.outer.count == 1;
        Ok(match &duration.kind {
            DurationKind::Literal(duration_ms) => secs(*duration_ms),
            DurationKind::Number(number) => *number,
            DurationKind::Step => {
                if is_instant {
                    0.0
                } else {
                    secs(self.outer.step_ms)
                }
            }
            DurationKind::Range => secs(self.outer_end_ms - self.outer.start_ms),
            DurationKind::Unary(op, inner) => op.apply(self.duration_secs(inner)?),
            DurationKind::Min(a, b) => self.duration_secs(a)?.min(self.duration_secs(b)?),
            DurationKind::Max(a, b) => self.duration_secs(a)?.max(self.duration_secs(b)?),
            DurationKind::Paren(inner) => self.duration_secs(inner)?,
            DurationKind::Binary(op, a, b) => {
                let (a, b) = (self.duration_secs(a)?, self.duration_secs(b)?);
                if matches!(op, BinaryOp::Div | BinaryOp::Mod) && b == 0.0 {
                    return Err(EvalError::execution(duration.span, "division by zero in a duration"));
                }
                super::binary::arithmetic(*op, a, b)
            }
        })
    }
}
