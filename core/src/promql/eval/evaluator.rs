//! The walk over the tree.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::error::EvalError;
use super::grid::Grid;
use super::options::EngineOptions;
use super::series::{GridSeries, GridValue, is_absent};
use crate::model::Labels;
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
    /// The times of the whole query, which `start()`, `end()` and `step()` speak of.
    pub(crate) outer: Grid,
    /// How many samples may still be read.
    pub(crate) samples_left: usize,
    /// How many samples windows may still look at.
    pub(crate) window_samples_left: usize,
    pub(crate) annotations: Annotations,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(source: &'a dyn Select, options: &'a EngineOptions, grid: Grid) -> Self {
        let annotations = Annotations::default();
        Self {
            source,
            options,
            grid,
            outer: grid,
            samples_left: options.max_samples,
            window_samples_left: options.max_window_samples,
            annotations,
        }
    }

    pub(crate) fn into_annotations(self) -> Annotations {
        self.annotations
    }

    /// What `expr` is worth at each time of the grid.
    pub(crate) fn eval(&mut self, expr: &Expr) -> Result<GridValue, EvalError> {
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
                    self.map_values(series, expr.span, |value| -value).map(GridValue::Vector)
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

    /// Applies `f` to each value and drops the metric's name.
    pub(crate) fn map_values(
        &mut self,
        mut series: Vec<GridSeries>,
        span: Span,
        mut f: impl FnMut(f64) -> f64,
    ) -> Result<Vec<GridSeries>, EvalError> {
        for one in &mut series {
            one.labels = one.labels.without_metric_name();
            one.values.iter_mut().filter(|value| !is_absent(**value)).for_each(|value| *value = f(*value));
        }
        self.merge_same_labels(series, span)
    }

    /// Unites series that have become the same, as by losing their names, where they never have a value at once.
    pub(crate) fn merge_same_labels(
        &self,
        series: Vec<GridSeries>,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let mut index: HashMap<Labels, usize> = HashMap::with_capacity(series.len());
        let mut merged: Vec<GridSeries> = Vec::with_capacity(series.len());
        for one in series {
            match index.entry(one.labels.clone()) {
                Entry::Vacant(free) => {
                    free.insert(merged.len());
                    merged.push(one);
                }
                Entry::Occupied(taken) => {
                    let Some(earlier) = merged.get_mut(*taken.get()) else { continue };
                    for (into, value) in earlier.values.iter_mut().zip(one.values) {
                        match (is_absent(*into), is_absent(value)) {
                            (_, true) => {}
                            (true, false) => *into = value,
                            (false, false) => return Err(same_labels(span)),
                        }
                    }
                }
            }
        }
        Ok(merged)
    }

    /// Checks that no two series are the same.
    pub(crate) fn check_unique(&self, series: &[GridSeries], span: Span) -> Result<(), EvalError> {
        let mut seen = hashbrown::HashSet::with_capacity(series.len());
        let present = series.iter().filter(|one| !one.is_empty());
        if present.map(|one| &one.labels).all(|labels| seen.insert(labels)) {
            Ok(())
        } else {
            Err(same_labels(span))
        }
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
        let offset_ms = modifiers.offset.as_ref().map_or(Ok(0), |offset| self.duration_ms(offset))?;
        let fixed = match modifiers.at {
            None => None,
            Some(At::Timestamp(at_ms)) => Some(at_ms),
            Some(At::Start) => Some(self.outer.start_ms),
            Some(At::End) => Some(self.outer.end_ms()),
        };
        let (start_ms, step_ms) = fixed.map_or((self.grid.start_ms, self.grid.step_ms), |at_ms| (at_ms, 0));
        Ok(Grid { start_ms: start_ms.saturating_sub(offset_ms), step_ms, count: self.grid.count })
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
            DurationKind::Range => secs(self.outer.end_ms() - self.outer.start_ms),
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

fn same_labels(span: Span) -> EvalError {
    EvalError::execution(span, "vector cannot contain metrics with the same labelset")
}
