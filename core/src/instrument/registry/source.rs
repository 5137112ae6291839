//! What a registry shows: a metric, a family or a collector.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::collector::{Collected, Collector, Declared};
use crate::exposition::encode::Visitor;
use crate::instrument::family::Series;
use crate::instrument::{Descriptor, Metric, Moment, Rejected};

/// Something registered.
pub(super) trait Source: Send + Sync {
    /// Shows its families.
    fn visit(&self, now_ms: i64, visitor: &mut dyn Visitor);

    /// The name by which its losses are shown.
    fn name(&self) -> &str;

    /// How often a metric was asked for beyond the limit of series.
    fn overflowed(&self) -> u64 {
        0
    }

    /// The updates that were refused.
    fn rejected(&self) -> Rejected;

    /// How much of what it showed was left out.
    fn left_out(&self) -> u64 {
        0
    }
}

/// Labels that all series of a scope have.
pub(super) type ScopeLabels = Arc<[(String, String)]>;

fn pairs(labels: &ScopeLabels) -> Vec<(&str, &str)> {
    labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A metric without labels of its own.
pub(super) struct Single<M> {
    pub(super) descriptor: Descriptor,
    pub(super) labels: ScopeLabels,
    pub(super) metric: M,
    pub(super) created_ms: Option<i64>,
}

impl<M: Metric> Source for Single<M> {
    fn visit(&self, now_ms: i64, visitor: &mut dyn Visitor) {
        visitor.family(&self.descriptor.head(M::TYPE));
        self.metric.visit(&pairs(&self.labels), Moment { now_ms, created_ms: self.created_ms }, visitor);
    }

    fn name(&self) -> &str {
        &self.descriptor.name
    }

    fn rejected(&self) -> Rejected {
        self.metric.rejected()
    }
}

/// A family with labels.
pub(super) struct Labelled<M> {
    pub(super) descriptor: Descriptor,
    pub(super) labels: ScopeLabels,
    pub(super) series: Arc<Series<M>>,
}

impl<M: Metric> Source for Labelled<M> {
    fn visit(&self, now_ms: i64, visitor: &mut dyn Visitor) {
        visitor.family(&self.descriptor.head(M::TYPE));
        self.series.visit(now_ms, &pairs(&self.labels), visitor);
    }

    fn name(&self) -> &str {
        &self.descriptor.name
    }

    fn overflowed(&self) -> u64 {
        self.series.overflowed()
    }

    fn rejected(&self) -> Rejected {
        self.series.rejected()
    }
}

/// A collector with its families.
pub(super) struct Collecting<C> {
    pub(super) families: Vec<Declared>,
    pub(super) labels: ScopeLabels,
    pub(super) collector: C,
    pub(super) left_out: AtomicU64,
}

impl<C: Collector> Source for Collecting<C> {
    fn visit(&self, now_ms: i64, visitor: &mut dyn Visitor) {
        let mut shown = Collected {
            families: &self.families,
            now_ms,
            labels: &pairs(&self.labels),
            visitor,
            refused: &self.left_out,
            current: None,
            begun: HashSet::new(),
            seen: HashSet::new(),
        };
        self.collector.collect(now_ms, &mut shown);
    }

    fn name(&self) -> &str {
        self.families.first().map_or("", |family| &family.descriptor.name)
    }

    fn rejected(&self) -> Rejected {
        Rejected::default()
    }

    fn left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }
}
