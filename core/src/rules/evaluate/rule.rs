//! One rule at work.

use std::collections::{BTreeMap, BTreeSet};

use super::alerting::Alerting;
use super::error::{Problem, RuleError, UnusableRule};
use super::group::Origin;
use super::recording;
use super::status::{RuleHealth, RuleStatus, RuleStatusKind};
use super::store::{RuleSample, RuleStore};
use crate::model::{Labels, STALE_NAN, SampleValue};
use crate::promql::ast::Expr;
use crate::promql::eval::{Evaluated, QueryValue};
use crate::promql::{ParseOptions, parse};
use crate::rules::file::{Rule, RuleKind};
use crate::rules::template::{QueryError, Template, TemplateSample};

/// A rule, what it is about to do, and what it did.
#[derive(Clone, Debug)]
pub(super) struct RuleEvaluator {
    rule: Rule,
    expr: Expr,
    /// `None` for a recording rule.
    alerting: Option<Alerting>,
    /// The series that it wrote last.
    written: BTreeSet<Labels>,
    pub(super) health: RuleHealth,
    pub(super) last_error: Option<String>,
    pub(super) last_evaluation_ms: Option<i64>,
    pub(super) evaluation_secs: f64,
}

/// When a rule is evaluated, and within which limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment<'a> {
    pub(super) at_ms: i64,
    pub(super) query_offset_ms: i64,
    pub(super) limit: usize,
    pub(super) origin: &'a Origin,
}

impl Moment<'_> {
    /// The time that the expression is evaluated at, and that samples carry.
    pub(super) fn sample_ms(&self) -> i64 {
        self.at_ms.saturating_sub(self.query_offset_ms)
    }
}

impl RuleEvaluator {
    pub(super) fn new(rule: Rule) -> Result<Self, UnusableRule> {
        let unusable = |problem| UnusableRule::new(&rule.name, problem);
        let expr = parse(&rule.expr, &ParseOptions::default()).map_err(|error| unusable(error.into()))?;
        let alerting = match &rule.kind {
            RuleKind::Recording => None,
            RuleKind::Alerting { for_ms, keep_firing_for_ms, annotations } => Some(Alerting {
                for_ms: *for_ms,
                keep_firing_for_ms: *keep_firing_for_ms,
                labels: templates(&rule.labels).map_err(unusable)?,
                annotations: templates(annotations).map_err(unusable)?,
                alerts: BTreeMap::new(),
            }),
        };
        Ok(Self {
            rule,
            expr,
            alerting,
            written: BTreeSet::new(),
            health: RuleHealth::Unknown,
            last_error: None,
            last_evaluation_ms: None,
            evaluation_secs: 0.0,
        })
    }

    /// Evaluates the rule and writes what it gives. Where it fails, what it wrote before stays as it is.
    pub(super) fn evaluate(
        &mut self,
        store: &mut dyn RuleStore,
        moment: Moment<'_>,
    ) -> Result<(), RuleError> {
        let found = elements(store.instant(&self.expr, moment.sample_ms())?).ok_or(RuleError::Type)?;
        let samples = match &mut self.alerting {
            None => recording::samples(&self.rule.name, &self.rule.labels, moment.limit, found)?,
            Some(alerting) => {
                let mut queries = |query: &str| template_query(store, query, moment.at_ms);
                alerting.take(
                    &self.rule.name,
                    moment.limit,
                    moment.origin,
                    &found,
                    moment.at_ms,
                    &mut queries,
                )?
            }
        };
        let refused = store.write(&samples, moment.sample_ms());
        let written = BTreeSet::from_iter(samples.into_iter().map(|sample| sample.labels));
        let gone = self.written.difference(&written).cloned();
        end(store, gone, moment.sample_ms());
        self.written = written;
        if refused > 0 { Err(RuleError::Refused(refused)) } else { Ok(()) }
    }

    /// Ends the series that it wrote.
    pub(super) fn stop(&mut self, store: &mut dyn RuleStore, at_ms: i64) {
        end(store, std::mem::take(&mut self.written), at_ms);
    }

    pub(super) fn status(&self) -> RuleStatus {
        let kind = match (&self.rule.kind, &self.alerting) {
            (RuleKind::Alerting { for_ms, keep_firing_for_ms, annotations }, Some(alerting)) => {
                RuleStatusKind::Alerting {
                    for_ms: *for_ms,
                    keep_firing_for_ms: *keep_firing_for_ms,
                    annotations: annotations.clone(),
                    alerts: alerting.alerts.values().cloned().collect(),
                }
            }
            _ => RuleStatusKind::Recording,
        };
        RuleStatus {
            name: self.rule.name.clone(),
            query: self.expr.to_string(),
            labels: self.rule.labels.clone(),
            health: self.health,
            last_error: self.last_error.clone(),
            last_evaluation_ms: self.last_evaluation_ms,
            evaluation_secs: self.evaluation_secs,
            kind,
        }
    }
}

fn templates(texts: &BTreeMap<String, String>) -> Result<Vec<(String, Template)>, Problem> {
    texts.iter().map(|(name, text)| Ok((name.clone(), Template::parse(text)?))).collect()
}

/// What an expression found: the elements of a vector, or a number without labels.
fn elements(evaluated: Evaluated) -> Option<Vec<RuleSample>> {
    match evaluated.value {
        QueryValue::Scalar(sample) => {
            Some(vec![RuleSample { labels: Labels::empty(), value: SampleValue::Float(sample.value) }])
        }
        QueryValue::Vector(samples) => {
            let samples = samples.into_iter().map(|element| RuleSample {
                labels: element.labels,
                value: element
                    .histogram
                    .map_or(SampleValue::Float(element.sample.value), SampleValue::Histogram),
            });
            Some(samples.collect())
        }
        QueryValue::String(_) | QueryValue::Matrix(_) => None,
    }
}

/// What the function `query` of templates answers.
fn template_query(
    store: &mut dyn RuleStore,
    query: &str,
    at_ms: i64,
) -> Result<Vec<TemplateSample>, QueryError> {
    let expr = parse(query, &ParseOptions::default())?;
    let found = elements(store.instant(&expr, at_ms)?).ok_or(QueryError::Type)?;
    let sample = |sample: RuleSample| TemplateSample {
        labels: sample.labels,
        value: match sample.value {
            SampleValue::Float(value) => value,
            SampleValue::Histogram(_) => 0.0,
        },
    };
    Ok(found.into_iter().map(sample).collect())
}

/// Marks series as ended.
fn end(store: &mut dyn RuleStore, series: impl IntoIterator<Item = Labels>, at_ms: i64) {
    let marker = |labels| RuleSample { labels, value: SampleValue::Float(STALE_NAN) };
    let markers = Vec::from_iter(series.into_iter().map(marker));
    // A series that has newer samples goes on.
    store.write(&markers, at_ms);
}
