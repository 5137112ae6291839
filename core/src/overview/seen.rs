//! What has been seen of the targets: metadata, and for each metric its labels and their values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, Metadata, MetricType};

/// How many values of a label are kept. A label with more is never broken down by, so the rest need no room.
const MAX_VALUES: usize = 32;

/// What has been seen of the targets, in a size that depends on the number of metrics, not of series.
///
/// Built from metadata and series as a scrape, or a server's HTTP API, tells them.
///
/// ```
/// use p95_core::model::{Labels, Metadata, MetricType};
/// use p95_core::overview::Seen;
///
/// let mut seen = Seen::default();
/// let hits = Metadata { name: "hits".into(), metric_type: MetricType::Counter, unit: "".into(), help: "".into() };
/// seen.add_metadata(&hits);
/// seen.add_other_type("hits".into(), MetricType::Gauge);
/// seen.add_series(&Labels::from_pairs([("__name__", "hits_total"), ("route", "/cart")]));
/// assert_eq!(Vec::from_iter(seen.metric_names()), ["hits_total"]);
/// assert_eq!(Vec::from_iter(seen.label_names()), ["route"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Seen {
    metadata: BTreeMap<Arc<str>, Metadata>,
    other_types: BTreeMap<Arc<str>, MetricType>,
    metrics: BTreeMap<String, SeenMetric>,
}

/// All series of one name.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenMetric {
    /// How many there are.
    pub(super) series: usize,
    /// Their labels, by name, the metric's name not among them.
    pub(super) labels: BTreeMap<String, SeenLabel>,
}

/// A label among the series of one name.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenLabel {
    /// How many series have it.
    pub(super) series: usize,
    /// Its values, [`MAX_VALUES`] at most.
    pub(super) values: BTreeSet<String>,
    /// Whether there are more values than these.
    pub(super) has_more: bool,
}

impl Seen {
    /// What a source told of its metadata and series.
    ///
    /// ```
    /// use p95_core::model::Labels;
    /// use p95_core::overview::Seen;
    ///
    /// let seen = Seen::new([], &[Labels::from_pairs([("__name__", "up")])]);
    /// assert_eq!(Vec::from_iter(seen.metric_names()), ["up"]);
    /// ```
    pub fn new<'a>(
        metadata: impl IntoIterator<Item = &'a Metadata>,
        series: impl IntoIterator<Item = &'a Labels>,
    ) -> Self {
        let mut seen = Self::default();
        metadata.into_iter().for_each(|metadata| seen.add_metadata(metadata));
        series.into_iter().for_each(|labels| seen.add_series(labels));
        seen
    }

    /// Adds what a target says of a family. Where targets disagree, the first one counts.
    pub fn add_metadata(&mut self, metadata: &Metadata) {
        self.metadata.entry(Arc::clone(&metadata.name)).or_insert_with(|| metadata.clone());
    }

    /// Adds that a family is declared as another type too: by another target, or before.
    pub fn add_other_type(&mut self, family: Arc<str>, metric_type: MetricType) {
        self.other_types.insert(family, metric_type);
    }

    /// Adds a series. Each is added once; one without a metric's name is passed over.
    pub fn add_series(&mut self, labels: &Labels) {
        let name = labels.metric_name();
        if name.is_empty() {
            return;
        }
        if !self.metrics.contains_key(name) {
            self.metrics.insert(name.to_owned(), SeenMetric::default());
        }
        let Some(metric) = self.metrics.get_mut(name) else { return };
        metric.series += 1;
        for (label, value) in labels.iter().filter(|(label, _)| *label != METRIC_NAME) {
            match metric.labels.get_mut(label) {
                Some(seen) => seen.add(value),
                None => metric.labels.entry(label.to_owned()).or_default().add(value),
            }
        }
    }

    /// Adds series of a metric whose labels nobody told.
    ///
    /// ```
    /// use p95_core::model::Labels;
    /// use p95_core::overview::{Seen, Window, overview};
    ///
    /// let mut seen = Seen::new([], &[Labels::from_pairs([("__name__", "up"), ("instance", "a")])]);
    /// seen.add_unlisted("up", 9_999);
    /// let overview = overview(&seen, Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
    /// assert_eq!(overview.top[0].series, 10_000);
    /// ```
    pub fn add_unlisted(&mut self, metric: &str, series: usize) {
        if let Some(seen) = self.metrics.get_mut(metric).filter(|_| series > 0) {
            seen.series += series;
            for label in seen.labels.values_mut() {
                label.series += series;
                label.has_more = true;
            }
        }
    }

    /// The names of all metrics, in order.
    pub fn metric_names(&self) -> impl Iterator<Item = &str> {
        self.metrics.keys().map(String::as_str)
    }

    /// The names of all labels, in order, the metric's name not among them.
    pub fn label_names(&self) -> BTreeSet<&str> {
        self.metrics.values().flat_map(|metric| metric.labels.keys()).map(String::as_str).collect()
    }

    /// The metadata of the family of this very name.
    pub(super) fn metadata(&self, name: &str) -> Option<&Metadata> {
        self.metadata.get(name)
    }

    /// The type that the family of this very name is declared as besides the one that holds.
    pub(super) fn other_type(&self, name: &str) -> Option<MetricType> {
        self.other_types.get(name).copied()
    }

    /// The series of this very name.
    pub(super) fn metric(&self, name: &str) -> Option<&SeenMetric> {
        self.metrics.get(name)
    }

    /// All metrics, by name.
    pub(super) fn metrics(&self) -> impl Iterator<Item = (&str, &SeenMetric)> {
        self.metrics.iter().map(|(name, metric)| (name.as_str(), metric))
    }
}

impl SeenLabel {
    fn add(&mut self, value: &str) {
        self.series += 1;
        if self.has_more || self.values.contains(value) {
            return;
        }
        if self.values.len() < MAX_VALUES {
            self.values.insert(value.to_owned());
        } else {
            self.has_more = true;
        }
    }
}
