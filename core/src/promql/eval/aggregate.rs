//! Aggregations: many series into one for each group.

use hashbrown::HashMap;

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::series::{ABSENT, GridSeries, is_absent};
use crate::model::Labels;
use crate::model::labels::METRIC_NAME;
use crate::promql::ast::{AggregateExpr, AggregateOp, Grouping, Span};
use crate::promql::functions::stats::Compensated;
use crate::promql::functions::{format_value, stats};

impl Evaluator<'_> {
    pub(super) fn eval_aggregate(
        &mut self,
        aggregate: &AggregateExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        match aggregate.op {
            AggregateOp::CountValues => self.count_values(aggregate, span),
            AggregateOp::Topk | AggregateOp::Bottomk => self.top(aggregate),
            AggregateOp::Limitk | AggregateOp::LimitRatio => {
                Err(EvalError::unsupported(span, aggregate.op.as_str()))
            }
            AggregateOp::Quantile => {
                let quantiles = self.eval_param(aggregate)?;
                for quantile in quantiles.iter().filter(|quantile| !(0.0..=1.0).contains(*quantile)) {
                    let at = aggregate.param.as_ref().map_or(span, |param| param.span);
                    self.annotations.warn(at, stats::invalid_quantile(*quantile));
                }
                let series = self.eval_vector(&aggregate.expr)?;
                Ok(self.reduce(&series, aggregate, |values, step| {
                    stats::quantile(quantiles.get(step).copied().unwrap_or(f64::NAN), values)
                }))
            }
            op => {
                let series = self.eval_vector(&aggregate.expr)?;
                Ok(match op {
                    AggregateOp::Sum => {
                        let add = |mut total: Compensated, value| {
                            total.add(value);
                            total
                        };
                        self.fold(&series, aggregate, Compensated::default(), add, Compensated::value)
                    }
                    AggregateOp::Min => self.fold(&series, aggregate, f64::NAN, f64::min, |least| least),
                    AggregateOp::Max => self.fold(&series, aggregate, f64::NAN, f64::max, |largest| largest),
                    AggregateOp::Count => {
                        self.fold(&series, aggregate, 0.0, |count, _| count + 1.0, |count| count)
                    }
                    AggregateOp::Avg => self.reduce(&series, aggregate, |values, _| stats::mean(values)),
                    AggregateOp::Stddev => {
                        self.reduce(&series, aggregate, |values, _| stats::variance(values).sqrt())
                    }
                    AggregateOp::Stdvar => {
                        self.reduce(&series, aggregate, |values, _| stats::variance(values))
                    }
                    _ => self.fold(&series, aggregate, 1.0, |one, _| one, |one| one),
                })
            }
        }
    }

    /// One value for each group and step that has any, from its values one after another: each series is read once,
    /// from end to end.
    fn fold<A: Copy>(
        &self,
        series: &[GridSeries],
        aggregate: &AggregateExpr,
        start: A,
        add: impl Fn(A, f64) -> A,
        finish: impl Fn(A) -> f64,
    ) -> Vec<GridSeries> {
        let mut totals = Vec::new();
        groups(series, aggregate.grouping.as_ref())
            .into_iter()
            .map(|(labels, members)| {
                totals.clear();
                totals.resize(self.grid.count, None);
                for member in members {
                    let present =
                        totals.iter_mut().zip(&member.values).filter(|(_, value)| !is_absent(**value));
                    present.for_each(|(total, value)| *total = Some(add(total.unwrap_or(start), *value)));
                }
                let values = totals.iter().map(|total| total.map_or(ABSENT, &finish)).collect();
                GridSeries { labels, values }
            })
            .filter(|result| !result.is_empty())
            .collect()
    }

    /// Like [`Evaluator::fold`], for what needs all values of a step at once.
    fn reduce(
        &self,
        series: &[GridSeries],
        aggregate: &AggregateExpr,
        f: impl Fn(&mut [f64], usize) -> f64,
    ) -> Vec<GridSeries> {
        let mut values = Vec::new();
        groups(series, aggregate.grouping.as_ref())
            .into_iter()
            .map(|(labels, members)| {
                let mut result = GridSeries::absent(labels, self.grid.count);
                for (step, slot) in result.values.iter_mut().enumerate() {
                    values.clear();
                    let present = members.iter().filter_map(|member| member.values.get(step));
                    values.extend(present.filter(|value| !is_absent(**value)));
                    if !values.is_empty() {
                        *slot = f(&mut values, step);
                    }
                }
                result
            })
            .filter(|result| !result.is_empty())
            .collect()
    }

    /// `topk` and `bottomk`: the series themselves, at the steps at which they are among the k; at a single step in
    /// their order. NaN comes last in both.
    fn top(&mut self, aggregate: &AggregateExpr) -> Result<Vec<GridSeries>, EvalError> {
        let limits = self.eval_param(aggregate)?;
        for limit in &limits {
            check_count(*limit, aggregate)?;
        }
        let series = self.eval_vector(&aggregate.expr)?;
        let is_top = aggregate.op == AggregateOp::Topk;
        let mut kept = Vec::new();
        for (_, members) in groups(&series, aggregate.grouping.as_ref()) {
            let mut results: Vec<GridSeries> = members
                .iter()
                .map(|member| GridSeries::absent(member.labels.clone(), self.grid.count))
                .collect();
            let mut order: Vec<usize> = Vec::new();
            for (step, limit) in limits.iter().enumerate().filter(|(_, limit)| **limit >= 1.0) {
                let value = |at: &usize| members.get(*at).and_then(|member| member.values.get(step)).copied();
                let mut ranked: Vec<(usize, f64)> = (0..members.len())
                    .filter_map(|at| Some((at, value(&at).filter(|value| !is_absent(*value))?)))
                    .collect();
                ranked.sort_by(|(_, a), (_, b)| {
                    let by_value = if is_top { b.partial_cmp(a) } else { a.partial_cmp(b) };
                    a.is_nan().cmp(&b.is_nan()).then(by_value.unwrap_or(std::cmp::Ordering::Equal))
                });
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "checked; saturates"
                )]
                ranked.truncate(*limit as usize);
                for (at, value) in &ranked {
                    if let Some(slot) = results.get_mut(*at).and_then(|result| result.values.get_mut(step)) {
                        *slot = *value;
                    }
                }
                order = ranked.into_iter().map(|(at, _)| at).collect();
            }
            if self.grid.count == 1 {
                kept.extend(order.into_iter().filter_map(|at| results.get(at).cloned()));
            } else {
                kept.extend(results.into_iter().filter(|result| !result.is_empty()));
            }
        }
        Ok(kept)
    }

    /// `count_values`: how often each value occurs, told apart by a label.
    fn count_values(&mut self, aggregate: &AggregateExpr, span: Span) -> Result<Vec<GridSeries>, EvalError> {
        let label = match &aggregate.param {
            Some(param) => self.eval_string(param)?,
            None => return Err(EvalError::execution(span, "count_values expects a label's name")),
        };
        if label.is_empty() {
            return Err(EvalError::execution(span, format!("invalid label name {label:?}")));
        }
        let series = self.eval_vector(&aggregate.expr)?;
        let mut index: HashMap<Labels, usize> = HashMap::new();
        let mut counted: Vec<GridSeries> = Vec::new();
        for (labels, members) in groups(&series, aggregate.grouping.as_ref()) {
            for member in members {
                for (step, value) in member.values.iter().enumerate().filter(|(_, value)| !is_absent(**value))
                {
                    let with_value = labels.to_builder().set(&label, &format_value(*value)).build();
                    let at = *index.entry(with_value).or_insert_with_key(|labels| {
                        counted.push(GridSeries::absent(labels.clone(), self.grid.count));
                        counted.len() - 1
                    });
                    if let Some(slot) = counted.get_mut(at).and_then(|series| series.values.get_mut(step)) {
                        *slot = if is_absent(*slot) { 1.0 } else { *slot + 1.0 };
                    }
                }
            }
        }
        Ok(counted)
    }

    fn eval_param(&mut self, aggregate: &AggregateExpr) -> Result<Vec<f64>, EvalError> {
        match &aggregate.param {
            Some(param) => self.eval_scalar(param),
            None => Err(EvalError::execution(aggregate.expr.span, "expected a parameter")),
        }
    }
}

/// Refuses a count that no integer can hold.
fn check_count(count: f64, aggregate: &AggregateExpr) -> Result<(), EvalError> {
    let span = aggregate.param.as_ref().map_or(aggregate.expr.span, |param| param.span);
    if count.is_nan() {
        return Err(EvalError::execution(span, "Parameter value is NaN"));
    }
    if count <= -9.223_372_036_854_776e18 {
        return Err(EvalError::execution(
            span,
            format!("Scalar value {} underflows int64", format_value(count)),
        ));
    }
    if count >= 9.223_372_036_854_776e18 {
        return Err(EvalError::execution(
            span,
            format!("Scalar value {} overflows int64", format_value(count)),
        ));
    }
    Ok(())
}

/// The members of each group, in the order in which the groups come up.
fn groups<'s>(series: &'s [GridSeries], grouping: Option<&Grouping>) -> Vec<(Labels, Vec<&'s GridSeries>)> {
    let mut index: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<(Labels, Vec<&GridSeries>)> = Vec::new();
    for one in series {
        let at = *index.entry(group_labels(&one.labels, grouping)).or_insert_with_key(|labels| {
            groups.push((labels.clone(), Vec::new()));
            groups.len() - 1
        });
        if let Some((_, members)) = groups.get_mut(at) {
            members.push(one);
        }
    }
    groups
}

fn group_labels(labels: &Labels, grouping: Option<&Grouping>) -> Labels {
    match grouping {
        None => Labels::empty(),
        Some(Grouping::By(names)) => labels.filter(|name| names.iter().any(|by| by == name)),
        Some(Grouping::Without(names)) => {
            labels.filter(|name| name != METRIC_NAME && !names.iter().any(|without| without == name))
        }
    }
}
