//! Aggregations: many series into one for each group.

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::group::{Group, groups};
use super::series::{ABSENT, GridSeries, is_absent};
use crate::model::{NativeHistogram, SampleValue};
use crate::promql::ast::{AggregateExpr, AggregateOp, Span};
use crate::promql::functions::histogram_sums::{self, Incompatible, Totalled};
use crate::promql::functions::stats::{self, Compensated};
use crate::promql::wording::{self, HistogramOperation};

impl Evaluator<'_> {
    pub(super) fn eval_aggregate(
        &mut self,
        aggregate: &AggregateExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        match aggregate.op {
            AggregateOp::CountValues => return self.count_values(aggregate, span),
            AggregateOp::Topk | AggregateOp::Bottomk => return self.top(aggregate, span),
            AggregateOp::Limitk | AggregateOp::LimitRatio => return self.limit(aggregate),
            _ => {}
        }
        let quantiles = if aggregate.op == AggregateOp::Quantile {
            let quantiles = self.eval_param(aggregate)?;
            for quantile in quantiles.iter().filter(|quantile| !(0.0..=1.0).contains(*quantile)) {
                let at = aggregate.param.as_ref().map_or(span, |param| param.span);
                self.annotations.warn(at, wording::invalid_quantile(*quantile));
            }
            quantiles
        } else {
            Vec::new()
        };
        let series = self.eval_vector(&aggregate.expr)?;
        let mut results = Vec::new();
        for group in groups(&series, aggregate.grouping.as_ref()) {
            let mut result = self.of_group(&group, aggregate, &quantiles);
            result.drops_name = group.members.iter().any(|member| member.drops_name);
            if !result.is_empty() {
                results.push(result);
            }
        }
        Ok(results)
    }

    fn of_group(&mut self, group: &Group<'_>, aggregate: &AggregateExpr, quantiles: &[f64]) -> GridSeries {
        let op = aggregate.op;
        let has_histograms = group.members.iter().any(|member| !member.histograms.is_empty());
        if has_histograms {
            match op {
                AggregateOp::Sum | AggregateOp::Avg => return self.total_of_any(group, aggregate),
                AggregateOp::Count | AggregateOp::Group => return self.count_of_any(group, op),
                _ => {
                    self.annotations.info(aggregate.expr.span, wording::ignored_in_aggregation(op.as_str()));
                }
            }
        }
        match op {
            AggregateOp::Sum => {
                let add = |mut total: Compensated, value| {
                    total.add(value);
                    total
                };
                self.fold(group, Compensated::default(), add, Compensated::value)
            }
            AggregateOp::Min => self.fold(group, f64::NAN, f64::min, |least| least),
            AggregateOp::Max => self.fold(group, f64::NAN, f64::max, |largest| largest),
            AggregateOp::Count => self.fold(group, 0.0, |count, _| count + 1.0, |count| count),
            AggregateOp::Avg => self.reduce(group, |values, _| stats::mean(values)),
            AggregateOp::Stddev => self.reduce(group, |values, _| stats::variance(values).sqrt()),
            AggregateOp::Stdvar => self.reduce(group, |values, _| stats::variance(values)),
            AggregateOp::Quantile => self.reduce(group, |values, step| {
                stats::quantile(quantiles.get(step).copied().unwrap_or(f64::NAN), values)
            }),
            _ => self.fold(group, 1.0, |one, _| one, |one| one),
        }
    }

    /// One number for each step that has any, from its numbers one after another: each series is read once, from end to
    /// end.
    fn fold<A: Copy>(
        &self,
        group: &Group<'_>,
        start: A,
        add: impl Fn(A, f64) -> A,
        finish: impl Fn(A) -> f64,
    ) -> GridSeries {
        let mut totals = vec![None; self.grid.count];
        for member in &group.members {
            let present = totals.iter_mut().zip(&member.values).filter(|(_, value)| !is_absent(**value));
            present.for_each(|(total, value)| *total = Some(add(total.unwrap_or(start), *value)));
        }
        let values = totals.iter().map(|total| total.map_or(ABSENT, &finish)).collect();
        GridSeries::new(group.labels.clone(), values)
    }

    /// Like [`Evaluator::fold`], for what needs all numbers of a step at once.
    fn reduce(&self, group: &Group<'_>, f: impl Fn(&mut [f64], usize) -> f64) -> GridSeries {
        let mut values = Vec::new();
        let mut result = GridSeries::absent(group.labels.clone(), self.grid.count);
        for (step, slot) in result.values.iter_mut().enumerate() {
            values.clear();
            values.extend(group.members.iter().filter_map(|member| member.float(step)));
            if !values.is_empty() {
                *slot = f(&mut values, step);
            }
        }
        result
    }

    /// `count` and `group`, which do not look at the values.
    fn count_of_any(&self, group: &Group<'_>, op: AggregateOp) -> GridSeries {
        let mut result = GridSeries::absent(group.labels.clone(), self.grid.count);
        for (step, slot) in result.values.iter_mut().enumerate() {
            let values = vec![1.0; group.members.iter().filter(|member| member.has(step)).count()];
            if !values.is_empty() {
                *slot = if op == AggregateOp::Count { stats::count(&values) } else { 1.0 };
            }
        }
        result
    }

    /// `sum` and `avg` where some values are histograms. Numbers and histograms cannot be added up.
    fn total_of_any(&mut self, group: &Group<'_>, aggregate: &AggregateExpr) -> GridSeries {
        let mut result = GridSeries::absent(group.labels.clone(), self.grid.count);
        for step in 0..self.grid.count {
            let floats: Vec<f64> = group.members.iter().filter_map(|member| member.float(step)).collect();
            let with_histogram: Vec<(&GridSeries, &NativeHistogram)> = group
                .members
                .iter()
                .filter_map(|member| Some((*member, &**member.histogram(step)?)))
                .collect();
            let is_sum = aggregate.op == AggregateOp::Sum;
            let value = match (floats.is_empty(), with_histogram.is_empty()) {
                (true, true) => continue,
                (false, true) => {
                    SampleValue::Float(if is_sum { stats::sum(&floats) } else { stats::mean(&floats) })
                }
                (false, false) => {
                    let message = wording::mixed_floats_and_histograms_in_aggregation();
                    self.annotations.warn(aggregate.expr.span, message);
                    continue;
                }
                (true, false) => {
                    let histograms: Vec<&NativeHistogram> =
                        with_histogram.iter().map(|(_, histogram)| *histogram).collect();
                    let total = if is_sum {
                        histogram_sums::sum(&histograms)
                    } else {
                        histogram_sums::mean(&histograms)
                    };
                    match self.told(total, &with_histogram, aggregate.expr.span) {
                        Some(histogram) => histogram.into(),
                        None => continue,
                    }
                }
            };
            result.set(step, value);
        }
        result
    }

    /// The total, and what there is to be said of it.
    fn told(
        &mut self,
        total: Result<Totalled, Incompatible>,
        members: &[(&GridSeries, &NativeHistogram)],
        span: Span,
    ) -> Option<NativeHistogram> {
        match total {
            Ok(total) => {
                if total.hints_collide {
                    self.annotations.warn(span, wording::conflicting_resets(HistogramOperation::Aggregation));
                }
                if total.bounds_reconciled {
                    self.annotations.info(span, wording::reconciled_bounds(HistogramOperation::Aggregation));
                }
                Some(total.histogram)
            }
            Err(Incompatible { position }) => {
                let name = members.get(position).map_or("", |(series, _)| series.labels.metric_name());
                self.annotations.warn(span, wording::mixed_exponential_and_custom(name));
                None
            }
        }
    }

    pub(super) fn eval_param(&mut self, aggregate: &AggregateExpr) -> Result<Vec<f64>, EvalError> {
        match &aggregate.param {
            Some(param) => self.eval_scalar(param),
            None => Err(EvalError::execution(aggregate.expr.span, "expected a parameter")),
        }
    }
}
