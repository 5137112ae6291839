//! What the program tells of itself.

use p95_clock::SystemClock;
use p95_core::instrument::{Collected, Collector, Descriptor, RegisterError, Registry};
use p95_core::model::MetricType;
use p95_core::rules::{AlertState, GroupStatus, RuleStatus};
use p95_process::ProcessCollector;
use p95_tower::{HttpMetricsLayer, MetricsService};

use crate::{EngineHandle, TargetState};

/// The program's own metrics: requests, the store, the targets, the process.
pub(super) struct OwnMetrics {
    /// Counts and times the requests that go through it.
    pub(super) layer: HttpMetricsLayer,
    /// The page.
    pub(super) page: MetricsService,
}

impl OwnMetrics {
    pub(super) fn new(engine: EngineHandle) -> Result<Self, RegisterError> {
        let mut registry = Registry::with_clock(SystemClock);
        let layer = HttpMetricsLayer::register(&mut registry.scope("p95"), SystemClock)?;
        registry.register_collector(EngineCollector(engine))?;
        if let Ok(process) = ProcessCollector::new() {
            registry.register_collector(process)?;
        }
        Ok(Self { layer, page: MetricsService::new(registry.into(), SystemClock) })
    }
}

/// Shows what the engine's last snapshot says.
struct EngineCollector(EngineHandle);

/// A family: name, unit, help and type.
type Shape = (&'static str, &'static str, &'static str, MetricType);

const TARGETS: Shape = ("p95_targets", "", "Targets, by whether they answer.", MetricType::Gauge);
const SCRAPES: Shape = ("p95_scrapes", "", "Scrapes that have ended, good or bad.", MetricType::Counter);
const SERIES: Shape = ("p95_store_series", "", "Series in the store.", MetricType::Gauge);
const SAMPLES: Shape = ("p95_store_samples", "", "Samples in the store.", MetricType::Gauge);
const BYTES: Shape =
    ("p95_store_size_bytes", "bytes", "Memory that series, samples and index take.", MetricType::Gauge);
const REFUSED: Shape =
    ("p95_store_refused_samples", "", "Samples that the store refused, by reason.", MetricType::Counter);
const REMOVED: Shape =
    ("p95_store_removed_samples", "", "Samples that the store let go, by reason.", MetricType::Counter);
const EXEMPLARS: Shape = ("p95_store_exemplars", "", "Exemplars in the store.", MetricType::Gauge);
const DROPPED_EXEMPLARS: Shape = (
    "p95_store_dropped_exemplars",
    "",
    "Exemplars that the store has not kept, by reason.",
    MetricType::Counter,
);
const EVALUATIONS: Shape =
    ("p95_rule_evaluations", "", "Evaluations of rules, good or bad.", MetricType::Counter);
const FAILURES: Shape =
    ("p95_rule_evaluation_failures", "", "Evaluations of rules that failed.", MetricType::Counter);
const MISSED: Shape = (
    "p95_rule_group_missed_evaluations",
    "",
    "Evaluations of groups that were left out because one before took too long.",
    MetricType::Counter,
);
const REFUSED_BY_RULES: Shape =
    ("p95_rule_refused_samples", "", "Samples of rules that the store refused.", MetricType::Counter);
const RULE_SECONDS: Shape = (
    "p95_rule_group_last_duration_seconds",
    "seconds",
    "How long the last evaluation of a group took.",
    MetricType::Gauge,
);
const ALERTS: Shape = ("p95_alerts", "", "Alerts, by how far they are.", MetricType::Gauge);

/// What each group of rules has a number of.
type OfGroup = fn(&GroupStatus) -> f64;
const OF_GROUPS: [(Shape, OfGroup); 5] = [
    (EVALUATIONS, |group| group.evaluations_total as f64),
    (FAILURES, |group| group.failures_total as f64),
    (MISSED, |group| group.missed_total as f64),
    (REFUSED_BY_RULES, |group| group.refused_samples_total as f64),
    (RULE_SECONDS, |group| group.evaluation_secs),
];

impl Collector for EngineCollector {
    fn describe(&self) -> Vec<(Descriptor, MetricType)> {
        [TARGETS, SCRAPES, SERIES, SAMPLES, BYTES, REFUSED, REMOVED, EXEMPLARS, DROPPED_EXEMPLARS, ALERTS]
            .into_iter()
            .chain(OF_GROUPS.map(|(shape, _)| shape))
            .map(|(name, unit, help, metric_type)| (Descriptor::new(name, help).with_unit(unit), metric_type))
            .collect()
    }

    fn collect(&self, _now_ms: i64, shown: &mut Collected<'_>) {
        let snapshot = self.0.snapshot();
        let store = &snapshot.store;
        shown.family(TARGETS.0);
        for (name, state) in
            [("pending", TargetState::Pending), ("up", TargetState::Up), ("down", TargetState::Down)]
        {
            let count = snapshot.targets.iter().filter(|target| target.state == state).count();
            shown.gauge(&[("state", name)], count as f64);
        }
        shown.family(SCRAPES.0);
        shown.counter(&[], snapshot.targets.iter().map(|target| target.scrapes_total as f64).sum());
        for (shape, value) in
            [(SERIES, store.series as f64), (SAMPLES, store.samples as f64), (BYTES, store.size_bytes as f64)]
        {
            shown.family(shape.0);
            shown.gauge(&[], value);
        }
        shown.family(REFUSED.0);
        shown.counter(&[("reason", "out_of_order")], store.out_of_order_total as f64);
        shown.counter(&[("reason", "conflicting")], store.conflicting_total as f64);
        shown.family(REMOVED.0);
        shown.counter(&[("reason", "retention")], store.expired_samples_total as f64);
        shown.counter(&[("reason", "memory")], store.evicted_samples_total as f64);
        shown.family(EXEMPLARS.0);
        shown.gauge(&[], store.exemplars as f64);
        shown.family(DROPPED_EXEMPLARS.0);
        shown.counter(&[("reason", "newer")], store.dropped_exemplars_total as f64);
        shown.counter(&[("reason", "refused")], store.refused_exemplars_total as f64);
        shown.family(ALERTS.0);
        for state in [AlertState::Pending, AlertState::Firing] {
            let alerts = snapshot.rules.iter().flat_map(|group| &group.rules).flat_map(RuleStatus::alerts);
            shown.gauge(
                &[("state", state.as_str())],
                alerts.filter(|alert| alert.state == state).count() as f64,
            );
        }
        for (shape, of_group) in OF_GROUPS {
            shown.family(shape.0);
            for group in &snapshot.rules {
                // As Prometheus names a group.
                let label = [("rule_group", format!("{};{}", group.file, group.name))];
                let label = label.each_ref().map(|(name, value)| (*name, value.as_str()));
                match shape.3 {
                    MetricType::Counter => shown.counter(&label, of_group(group)),
                    _ => shown.gauge(&label, of_group(group)),
                }
            }
        }
    }
}
