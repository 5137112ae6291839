//! Aggregations that choose among the series: `topk`, `bottomk`, `limitk`, `limit_ratio`, and `count_values`.

use std::cmp::Ordering;

use hashbrown::HashMap;
use twox_hash::XxHash64;

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::group::{Group, group_labels, groups};
use super::series::{GridSeries, is_absent};
use crate::model::{Labels, SampleValue};
use crate::promql::ast::{AggregateExpr, AggregateOp, Grouping, Span};
use crate::promql::functions::format_value;
use crate::promql::wording;

impl Evaluator<'_> {
    /// `topk` and `bottomk`: the series themselves, at the steps at which they are among the k; at a single step in
    /// their order. NaN comes last in both; histograms are left out.
    pub(super) fn top(
        &mut self,
        aggregate: &AggregateExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let limits = self.counts(aggregate)?;
        let series = self.eval_vector(&aggregate.expr)?;
        if series.iter().any(|one| !one.histograms.is_empty()) {
            self.annotations.info(span, wording::ignored_in_aggregation(aggregate.op.as_str()));
        }
        let is_top = aggregate.op == AggregateOp::Topk;
        let mut kept = Vec::new();
        for Group { members, .. } in groups(&series, aggregate.grouping.as_ref()) {
            let mut results: Vec<GridSeries> = members.iter().map(|member| member.emptied()).collect();
            let mut order: Vec<usize> = Vec::new();
            for (step, limit) in limits.iter().enumerate().filter(|(_, limit)| **limit > 0) {
                let value = |at: usize| members.get(at).and_then(|member| member.float(step));
                let mut ranked: Vec<(usize, f64)> =
                    (0..members.len()).filter_map(|at| Some((at, value(at)?))).collect();
                ranked.sort_by(|(_, a), (_, b)| {
                    let by_value = if is_top { b.partial_cmp(a) } else { a.partial_cmp(b) };
                    a.is_nan().cmp(&b.is_nan()).then(by_value.unwrap_or(Ordering::Equal))
                });
                ranked.truncate(*limit);
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

    /// `limitk` and `limit_ratio`: some of the series themselves. Which ones does not depend on their values.
    pub(super) fn limit(&mut self, aggregate: &AggregateExpr) -> Result<Vec<GridSeries>, EvalError> {
        let by_ratio = aggregate.op == AggregateOp::LimitRatio;
        let ratios = if by_ratio { self.ratios(aggregate)? } else { Vec::new() };
        let limits = if by_ratio { Vec::new() } else { self.counts(aggregate)? };
        let series = self.eval_vector(&aggregate.expr)?;
        let mut kept = Vec::new();
        for Group { members, .. } in groups(&series, aggregate.grouping.as_ref()) {
            let mut taken = vec![0_usize; self.grid.count];
            for member in members {
                let mut result = member.emptied();
                let offset = sampling_offset(&member.labels);
                for (step, taken) in taken.iter_mut().enumerate() {
                    let Some(value) = member.get(step) else { continue };
                    let is_kept = match ratios.get(step) {
                        Some(ratio) => is_sampled(*ratio, offset),
                        None => limits.get(step).is_some_and(|limit| *taken < *limit),
                    };
                    if is_kept {
                        *taken += 1;
                        result.set(step, value);
                    }
                }
                kept.extend(Some(result).filter(|result| !result.is_empty()));
            }
        }
        Ok(kept)
    }

    /// `count_values`: how often each value occurs, told apart by a label.
    pub(super) fn count_values(
        &mut self,
        aggregate: &AggregateExpr,
        span: Span,
    ) -> Result<Vec<GridSeries>, EvalError> {
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
        for member in &series {
            for step in 0..self.grid.count {
                let Some(value) = member.get(step) else { continue };
                let text = match value {
                    SampleValue::Float(value) => format_value(value),
                    SampleValue::Histogram(histogram) => histogram.to_string(),
                };
                let labels = labels_with_value(&member.labels, aggregate.grouping.as_ref(), &label, &text);
                let at = *index.entry(labels).or_insert_with_key(|labels| {
                    counted.push(GridSeries::absent(labels.clone(), self.grid.count));
                    counted.len() - 1
                });
                if let Some(slot) = counted.get_mut(at).and_then(|series| series.values.get_mut(step)) {
                    *slot = if is_absent(*slot) { 1.0 } else { *slot + 1.0 };
                }
            }
        }
        Ok(counted)
    }

    /// How many series to keep at each step.
    fn counts(&mut self, aggregate: &AggregateExpr) -> Result<Vec<usize>, EvalError> {
        let limits = self.eval_param(aggregate)?;
        let span = aggregate.param.as_ref().map_or(aggregate.expr.span, |param| param.span);
        let count = |limit: f64| {
            if limit.is_nan() {
                return Err(EvalError::execution(span, "Parameter value is NaN"));
            }
            let reason = if limit <= -9.223_372_036_854_776e18 {
                "underflows"
            } else if limit >= 9.223_372_036_854_776e18 {
                "overflows"
            } else {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "below 0 is none"
                )]
                return Ok(limit as usize);
            };
            let message = format!("Scalar value {} {reason} int64", format_value(limit));
            Err(EvalError::execution(span, message))
        };
        limits.into_iter().map(count).collect()
    }

    /// Which share of the series to keep at each step, from -1 to 1.
    fn ratios(&mut self, aggregate: &AggregateExpr) -> Result<Vec<f64>, EvalError> {
        let mut ratios = self.eval_param(aggregate)?;
        let span = aggregate.param.as_ref().map_or(aggregate.expr.span, |param| param.span);
        for ratio in &mut ratios {
            if ratio.is_nan() {
                return Err(EvalError::execution(span, "Ratio value is NaN"));
            }
            let capped = ratio.clamp(-1.0, 1.0);
            if (*ratio - capped).abs() > 0.0 {
                self.annotations.warn(span, wording::invalid_ratio(*ratio, capped));
            }
            *ratio = capped;
        }
        Ok(ratios)
    }
}

/// Whether a series at `offset` (0 to 1) belongs to the share `ratio`. The shares r and r - 1 complement each other.
fn is_sampled(ratio: f64, offset: f64) -> bool {
    if ratio >= 0.0 { offset < ratio } else { offset >= 1.0 + ratio }
}

/// A number from 0 to 1 that follows from the labels, the same as in Prometheus, so that the same series are chosen: the
/// hash of its packed form, in which each text stands behind its length.
#[expect(clippy::cast_precision_loss, reason = "53 bits of the hash will do")]
fn sampling_offset(labels: &Labels) -> f64 {
    let mut packed = Vec::with_capacity(labels.size_bytes());
    for text in labels.iter().flat_map(|(name, value)| [name, value]) {
        match u8::try_from(text.len()) {
            Ok(length) if length < u8::MAX => packed.push(length),
            _ => {
                packed.push(u8::MAX);
                packed.extend(text.len().to_le_bytes().iter().take(3));
            }
        }
        packed.extend_from_slice(text.as_bytes());
    }
    XxHash64::oneshot(0, &packed) as f64 / u64::MAX as f64
}

/// The labels of a group once the value is a label too.
fn labels_with_value(labels: &Labels, grouping: Option<&Grouping>, label: &str, value: &str) -> Labels {
    let with_value = labels.to_builder().set(label, value).build();
    let by = |names: &[String]| {
        let mut names = names.to_vec();
        names.push(label.to_owned());
        group_labels(&with_value, Some(&Grouping::By(names)))
    };
    match grouping {
        None => by(&[]),
        Some(Grouping::By(names)) => by(names),
        without => group_labels(&with_value, without),
    }
}
