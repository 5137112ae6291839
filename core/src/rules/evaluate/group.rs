//! A group of rules at work.

use std::time::Duration;

use super::RuleError;
use super::error::UnusableRule;
use super::rule::{Moment, RuleEvaluator};
use super::slots::Slots;
use super::status::{GroupStatus, RuleHealth};
use super::store::RuleStore;
use crate::model::Labels;
use crate::rules::file::RuleGroup;

/// Where rules come from, and whose they are.
///
/// [`GroupEvaluator`] has an example.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Origin {
    /// The file that the group stands in.
    pub file: String,
    /// What distinguishes this server from others: `$externalLabels` of templates.
    pub external_labels: Labels,
    /// Where this server can be reached: `$externalURL` of templates.
    pub external_url: String,
}

/// A group of rules at work. It has no clock: it is told when to evaluate.
///
/// ```
/// use std::time::Duration;
///
/// use p95_core::model::Labels;
/// use p95_core::promql::ParseOptions;
/// use p95_core::promql::eval::EngineOptions;
/// use p95_core::rules::{AlertState, GroupEvaluator, Origin, StoreRules, read_rules};
/// use p95_core::store::{Store, StoreOptions};
///
/// let file = "
/// groups:
/// - name: shop
///   rules:
///   - alert: Down
///     expr: up == 0
///     for: 1m
///     annotations: {summary: '{{ $labels.job }} is down'}
/// ";
/// let group = read_rules(file, &ParseOptions::default()).groups.remove(0);
/// let mut group = GroupEvaluator::new(group, &Origin::default(), 60_000)?;
///
/// let mut store = Store::new(StoreOptions::default());
/// let up = store.series_for(&Labels::from_pairs([("__name__", "up"), ("job", "shop")]));
/// let options = EngineOptions::default();
/// for (at_ms, expect) in [(0, AlertState::Pending), (60_000, AlertState::Firing)] {
///     store.append(up, at_ms, 0.0);
///     group.evaluate(&mut StoreRules { store: &mut store, options: &options }, at_ms, || Duration::ZERO);
///     assert_eq!(group.status().rules[0].state(), Some(expect));
/// }
/// assert_eq!(group.status().rules[0].alerts()[0].annotations["summary"], "shop is down");
/// # Ok::<(), p95_core::rules::UnusableRule>(())
/// ```
#[derive(Clone, Debug)]
pub struct GroupEvaluator {
    name: String,
    limit: usize,
    query_offset_ms: i64,
    interval_ms: i64,
    origin: Origin,
    rules: Vec<RuleEvaluator>,
    last_evaluation_ms: Option<i64>,
    evaluation_secs: f64,
    evaluations_total: u64,
    failures_total: u64,
    refused_samples_total: u64,
    missed_total: u64,
}

impl GroupEvaluator {
    /// A group that was never evaluated. `interval_ms` holds where the group has none of its own.
    ///
    /// # Errors
    /// Where one of its expressions or templates is none.
    pub fn new(group: RuleGroup, origin: &Origin, interval_ms: i64) -> Result<Self, UnusableRule> {
        Ok(Self {
            name: group.name,
            limit: group.limit,
            query_offset_ms: group.query_offset_ms,
            interval_ms: group.interval_ms.unwrap_or(interval_ms).max(1),
            origin: origin.clone(),
            rules: group.rules.into_iter().map(RuleEvaluator::new).collect::<Result<_, _>>()?,
            last_evaluation_ms: None,
            evaluation_secs: 0.0,
            evaluations_total: 0,
            failures_total: 0,
            refused_samples_total: 0,
            missed_total: 0,
        })
    }

    /// When it is to be evaluated.
    pub fn slots(&self) -> Slots {
        Slots::new(&self.origin.file, &self.name, self.interval_ms)
    }

    /// Evaluates the rules, one after the other, for a time in milliseconds since the Unix epoch. `elapsed` is the time since
    /// the evaluation began.
    pub fn evaluate(&mut self, store: &mut dyn RuleStore, at_ms: i64, elapsed: impl Fn() -> Duration) {
        if let Some(last_ms) = self.last_evaluation_ms {
            self.missed_total += self.slots().missed(last_ms, at_ms);
        }
        let moment =
            Moment { at_ms, query_offset_ms: self.query_offset_ms, limit: self.limit, origin: &self.origin };
        let mut begun = elapsed();
        for rule in &mut self.rules {
            let outcome = rule.evaluate(store, moment);
            let ended = elapsed();
            rule.evaluation_secs = ended.saturating_sub(begun).as_secs_f64();
            rule.last_evaluation_ms = Some(at_ms);
            begun = ended;
            self.evaluations_total += 1;
            rule.health = if outcome.is_ok() { RuleHealth::Good } else { RuleHealth::Bad };
            rule.last_error = outcome.as_ref().err().map(ToString::to_string);
            match outcome {
                Ok(()) => {}
                Err(RuleError::Refused(count)) => self.refused_samples_total += count,
                Err(_) => self.failures_total += 1,
            }
        }
        self.last_evaluation_ms = Some(at_ms);
        self.evaluation_secs = elapsed().as_secs_f64();
    }

    /// Ends the series of a group that is evaluated no more.
    pub fn stop(&mut self, store: &mut dyn RuleStore, at_ms: i64) {
        let sample_ms = at_ms.saturating_sub(self.query_offset_ms);
        for rule in &mut self.rules {
            rule.stop(store, sample_ms);
        }
    }

    /// How it is doing.
    pub fn status(&self) -> GroupStatus {
        GroupStatus {
            file: self.origin.file.clone(),
            name: self.name.clone(),
            interval_ms: self.interval_ms,
            limit: self.limit,
            rules: self.rules.iter().map(RuleEvaluator::status).collect(),
            last_evaluation_ms: self.last_evaluation_ms,
            evaluation_secs: self.evaluation_secs,
            evaluations_total: self.evaluations_total,
            failures_total: self.failures_total,
            refused_samples_total: self.refused_samples_total,
            missed_total: self.missed_total,
        }
    }
}
