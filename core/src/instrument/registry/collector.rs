//! Collectors: metrics that somebody else keeps, shown as they are at the time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::descriptor::is_label_name;
use super::super::{Descriptor, Metric, Moment};
use crate::exposition::encode::{CounterValue, FamilyHead, LabelPairs, Visitor};
use crate::model::MetricType;

/// Shows families whose values it fetches when it is asked.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Collected, Collector, Descriptor, Registry};
/// use p95_core::model::MetricType;
///
/// struct Disks;
///
/// impl Collector for Disks {
///     fn describe(&self) -> Vec<(Descriptor, MetricType)> {
///         vec![(Descriptor::new("disk_free_bytes", "Free space.").with_unit("bytes"), MetricType::Gauge)]
///     }
///
///     fn collect(&self, _now_ms: i64, shown: &mut Collected<'_>) {
///         shown.family("disk_free_bytes");
///         shown.gauge(&[("disk", "sda")], 7e9);
///     }
/// }
///
/// let mut registry = Registry::default();
/// registry.register_collector(Disks)?;
/// assert!(registry.encode(Format::Text, 0).ends_with("disk_free_bytes{disk=\"sda\"} 7000000000.0\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
pub trait Collector: Send + Sync + 'static {
    /// All families that it may show, so that registration can see whether their names are valid and free.
    fn describe(&self) -> Vec<(Descriptor, MetricType)>;

    /// Shows the families at `now_ms`, milliseconds since the Unix epoch: each at most once, each label set once.
    fn collect(&self, now_ms: i64, shown: &mut Collected<'_>);
}

/// What takes in what a [`Collector`] shows. What would break the exposition is left out, and counted as refused.
///
/// ```
/// use p95_core::instrument::{Collected, Collector, Descriptor, Registry};
/// use p95_core::model::MetricType;
///
/// struct Pool;
///
/// impl Collector for Pool {
///     fn describe(&self) -> Vec<(Descriptor, MetricType)> {
///         vec![
///             (Descriptor::new("pool_size", ""), MetricType::Gauge),
///             (Descriptor::new("pool_waits", ""), MetricType::Counter),
///         ]
///     }
///
///     fn collect(&self, _now_ms: i64, shown: &mut Collected<'_>) {
///         shown.family("pool_size");
///         shown.gauge(&[("state", "idle")], 3.0);
///         shown.family("pool_waits");
///         shown.counter(&[], 12.0);
///     }
/// }
///
/// Registry::default().register_collector(Pool)?;
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
pub struct Collected<'a> {
    pub(super) families: &'a [Declared],
    pub(super) now_ms: i64,
    /// Labels that every series has.
    pub(super) labels: LabelPairs<'a>,
    pub(super) visitor: &'a mut dyn Visitor,
    pub(super) refused: &'a AtomicU64,
    pub(super) current: Option<&'a Declared>,
    /// Families that were shown.
    pub(super) begun: HashSet<&'a str>,
    /// Label sets of the current family, sorted.
    pub(super) seen: HashSet<Vec<(String, String)>>,
}

/// A family of a collector.
#[derive(Debug)]
pub(super) struct Declared {
    /// The name as the collector has it.
    pub(super) name: String,
    /// With the scope's prefix.
    pub(super) descriptor: Descriptor,
    pub(super) metric_type: MetricType,
}

impl Collected<'_> {
    /// Begins a family, by the name with which it was described.
    pub fn family(&mut self, name: &str) {
        self.seen.clear();
        self.current = self.families.iter().find(|family| family.name == name);
        match self.current {
            Some(family) if self.begun.insert(&family.name) => {
                self.visitor.family(&family.descriptor.head(family.metric_type));
            }
            _ => {
                self.current = None;
                self.refuse();
            }
        }
    }

    /// Shows the total of a counter, which has to be finite and not negative.
    pub fn counter(&mut self, labels: LabelPairs<'_>, total: f64) {
        if total >= 0.0 && total.is_finite() {
            let value = CounterValue { total: Some(total), ..CounterValue::default() };
            self.show(MetricType::Counter, labels, |labels, visitor| visitor.counter(labels, &value));
        } else {
            self.refuse();
        }
    }

    /// Shows the value of a gauge.
    pub fn gauge(&mut self, labels: LabelPairs<'_>, value: f64) {
        self.show(MetricType::Gauge, labels, |labels, visitor| visitor.gauge(labels, value));
    }

    /// Shows a metric of any type.
    pub fn metric<M: Metric>(&mut self, labels: LabelPairs<'_>, metric: &M) {
        let moment = Moment { now_ms: self.now_ms, created_ms: None };
        self.show(M::TYPE, labels, |labels, visitor| metric.visit(labels, moment, visitor));
    }

    fn show(
        &mut self,
        metric_type: MetricType,
        labels: LabelPairs<'_>,
        act: impl FnOnce(LabelPairs<'_>, &mut dyn Visitor),
    ) {
        let all = [self.labels, labels].concat();
        let mut sorted: Vec<(String, String)> =
            all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        sorted.sort_unstable();
        let is_distinct = sorted.is_sorted_by(|(a, _), (b, _)| a < b);
        let is_valid = self.current.is_some_and(|family| {
            family.metric_type == metric_type
                && all
                    .iter()
                    .all(|(name, _)| is_label_name(name) && !family.descriptor.reserves(metric_type, name))
        });
        if is_valid && is_distinct && self.seen.insert(sorted) {
            act(&all, self.visitor);
        } else {
            self.refuse();
        }
    }

    fn refuse(&mut self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for Collected<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collected").field("current", &self.current).finish_non_exhaustive()
    }
}

impl Descriptor {
    pub(super) fn head(&self, metric_type: MetricType) -> FamilyHead<'_> {
        FamilyHead { name: &self.name, metric_type, unit: &self.unit, help: &self.help }
    }
}
