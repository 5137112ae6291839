//! Range vectors: for each step a window of samples.

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::grid::Grid;
use super::series::{ABSENT, GridSeries, GridValue, is_absent};
use super::value::MatrixSeries;
use crate::model::{FloatSample, Labels, Samples, is_stale};
use crate::promql::ast::{Expr, ExprKind, MatrixSelector, Span, Subquery};

/// The samples of one series in the window of one step; the window is open on the left: `(start_ms, end_ms]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    /// The samples, in order of time; at least one.
    pub(crate) samples: &'a [FloatSample],
    /// The window's left edge, which does not belong to it, in milliseconds since the Unix epoch.
    pub(crate) start_ms: i64,
    /// The window's right edge, which belongs to it, in milliseconds since the Unix epoch.
    pub(crate) end_ms: i64,
    /// The step that asks, in milliseconds since the Unix epoch; differs from `end_ms` by offsets.
    pub(crate) at_ms: i64,
}

/// The series of a range vector, with all samples that some window needs.
#[derive(Debug)]
pub(crate) struct RangeVector {
    pub(crate) series: Vec<RangeSeries>,
    /// The right edges of the windows.
    pub(crate) ends: Grid,
    /// The length of the windows, in milliseconds.
    pub(crate) range_ms: i64,
}

/// A series of a [`RangeVector`], without stale markers.
#[derive(Debug)]
pub(crate) struct RangeSeries {
    pub(crate) labels: Labels,
    pub(crate) samples: Vec<FloatSample>,
}

impl Evaluator<'_> {
    /// The samples of a range vector.
    pub(crate) fn eval_range(&mut self, expr: &Expr) -> Result<RangeVector, EvalError> {
        match &expr.kind {
            ExprKind::Matrix(matrix) => self.select_range(matrix, expr.span),
            ExprKind::Subquery(subquery) => self.eval_subquery(subquery, expr.span),
            ExprKind::Paren(inner) => self.eval_range(inner),
            _ => Err(EvalError::execution(expr.span, "expected a range vector")),
        }
    }

    /// Applies `f` to each window that has samples. It returns `None` where the window has no result.
    ///
    /// # Errors
    /// Where the windows look at more samples than the query may.
    pub(crate) fn over_windows(
        &mut self,
        range: &RangeVector,
        span: Span,
        f: impl Fn(Window<'_>, usize) -> Option<f64>,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let grid = self.grid;
        let mut results = Vec::with_capacity(range.series.len());
        for series in &range.series {
            let mut values = vec![ABSENT; grid.count];
            let samples = series.samples.as_slice();
            let (mut first, mut behind) = (0, 0);
            for (step, value) in values.iter_mut().enumerate() {
                let end_ms = range.ends.at(step);
                let start_ms = end_ms.saturating_sub(range.range_ms);
                behind += count_while(samples, behind, |sample| sample.timestamp_ms <= end_ms);
                first += count_while(samples, first, |sample| sample.timestamp_ms <= start_ms);
                let inside = samples.get(first..behind).unwrap_or_default();
                if !inside.is_empty() {
                    self.charge_window(inside.len(), span)?;
                    let window = Window { samples: inside, start_ms, end_ms, at_ms: grid.at(step) };
                    *value = f(window, step).unwrap_or(ABSENT);
                }
            }
            let series = GridSeries { labels: series.labels.clone(), values };
            if !series.is_empty() {
                results.push(series);
            }
        }
        Ok(results)
    }

    /// Counts the samples that a window looks at.
    fn charge_window(&mut self, samples: usize, span: Span) -> Result<(), EvalError> {
        let Some(left) = self.window_samples_left.checked_sub(samples) else {
            let limit = self.options.max_window_samples;
            let message = format!(
                "the windows overlap so much that more than max_window_samples={limit} are looked at: take a shorter \
                 range or a longer step"
            );
            return Err(EvalError::limit(span, message));
        };
        self.window_samples_left = left;
        Ok(())
    }

    /// The range vector at the only step of an instant query, as an answer.
    pub(crate) fn matrix(&mut self, expr: &Expr) -> Result<Vec<MatrixSeries>, EvalError> {
        let range = self.eval_range(expr)?;
        let start_ms = range.ends.start_ms.saturating_sub(range.range_ms);
        let inside = |sample: &FloatSample| {
            sample.timestamp_ms > start_ms && sample.timestamp_ms <= range.ends.start_ms
        };
        let mut matrix: Vec<MatrixSeries> = range
            .series
            .into_iter()
            .map(|series| {
                let floats: Vec<_> = series.samples.into_iter().filter(inside).collect();
                MatrixSeries { labels: series.labels, samples: Samples { floats, histograms: Vec::new() } }
            })
            .filter(|series| !series.samples.is_empty())
            .collect();
        matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(matrix)
    }

    fn select_range(&mut self, matrix: &MatrixSelector, span: Span) -> Result<RangeVector, EvalError> {
        if matrix.selector.extension.is_some() {
            return Err(EvalError::unsupported(span, "an extended range"));
        }
        let range_ms = self.duration_ms(&matrix.range)?;
        if range_ms <= 0 {
            return Err(EvalError::execution(matrix.range.span, "duration must be greater than 0"));
        }
        let ends = self.looked_at(&matrix.selector.modifiers)?;
        let selected = self.select(&matrix.selector.matchers, ends, range_ms, span)?;
        self.check_size(selected.len(), span)?;
        let mut series: Vec<RangeSeries> = selected
            .into_iter()
            .map(|one| {
                let mut samples = one.samples.floats;
                samples.retain(|sample| !is_stale(sample.value));
                RangeSeries { labels: one.labels, samples }
            })
            .collect();
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(RangeVector { series, ends, range_ms })
    }

    /// Evaluates the inner expression at absolute multiples of the subquery's step, strictly after the left edge of the
    /// first window.
    fn eval_subquery(&mut self, subquery: &Subquery, span: Span) -> Result<RangeVector, EvalError> {
        let range_ms = self.duration_ms(&subquery.range)?;
        let step_ms = match &subquery.step {
            Some(step) => self.duration_ms(step)?,
            None => self.options.subquery_step_ms,
        };
        if range_ms <= 0 || step_ms <= 0 {
            return Err(EvalError::execution(subquery.range.span, "duration must be greater than 0"));
        }
        let ends = self.looked_at(&subquery.modifiers)?;
        let left_ms = ends.start_ms.saturating_sub(range_ms);
        let start_ms = left_ms.div_euclid(step_ms).saturating_add(1).saturating_mul(step_ms);
        let Some(grid) = Grid::range(start_ms, ends.end_ms(), step_ms) else {
            return Ok(RangeVector { series: Vec::new(), ends, range_ms });
        };
        if grid.count > self.options.max_samples {
            let (count, limit) = (grid.count, self.options.max_samples);
            let message = format!("a subquery of {count} steps is more than max_samples={limit} allows");
            return Err(EvalError::limit(span, message));
        }
        let mut inner = Evaluator {
            source: self.source,
            options: self.options,
            grid,
            outer: self.outer,
            samples_left: self.samples_left,
            window_samples_left: self.window_samples_left,
            annotations: std::mem::take(&mut self.annotations),
        };
        let value = inner.eval(&subquery.expr);
        self.annotations = inner.annotations;
        self.samples_left = inner.samples_left;
        self.window_samples_left = inner.window_samples_left;
        let vector = match value? {
            GridValue::Vector(series) => series,
            GridValue::Scalar(values) => vec![GridSeries { labels: Labels::empty(), values }],
            GridValue::String(_) => Vec::new(),
        };
        let mut series: Vec<RangeSeries> = self
            .merge_same_labels(vector, span)?
            .into_iter()
            .map(|one| {
                let present = grid.times().zip(one.values).filter(|(_, value)| !is_absent(*value));
                let samples =
                    present.map(|(timestamp_ms, value)| FloatSample { timestamp_ms, value }).collect();
                RangeSeries { labels: one.labels, samples }
            })
            .collect();
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(RangeVector { series, ends, range_ms })
    }
}

/// How many samples from `from` on satisfy `condition` before the first that does not.
#[inline]
fn count_while(samples: &[FloatSample], from: usize, condition: impl Fn(&FloatSample) -> bool) -> usize {
    samples.iter().skip(from).take_while(|sample| condition(sample)).count()
}
