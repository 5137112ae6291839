//! What a family is called, and how many series it keeps.

use super::RegisterError;
use crate::model::MetricType;
use crate::model::labels::{BUCKET, QUANTILE, is_legacy_label_name, is_legacy_metric_name};

/// How many series a family has at most, unless its descriptor says otherwise.
///
/// ```
/// use p95_core::instrument::{DEFAULT_SERIES_LIMIT, Descriptor};
/// let twice_as_many = Descriptor::new("requests", "").with_series_limit(2 * DEFAULT_SERIES_LIMIT);
/// ```
pub const DEFAULT_SERIES_LIMIT: usize = 10_000;

/// The label of the series that counts what a family has no series for. OpenTelemetry's clients name it so.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Counter, Descriptor, OVERFLOW_LABEL, Registry};
///
/// let mut registry = Registry::default();
/// let descriptor = Descriptor::new("hits", "").with_series_limit(1);
/// let hits = registry.register_family(descriptor, ["user"], Counter::default)?;
/// ["ann", "bob", "eve"].iter().for_each(|user| hits.inc([*user]));
/// let overflow = format!("hits_total{{{OVERFLOW_LABEL}=\"true\"}} 2.0\n");
/// assert!(registry.encode(Format::Text, 0).contains(&overflow));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
pub const OVERFLOW_LABEL: &str = "otel_metric_overflow";

/// The name, help text and unit of a family, and how many series it keeps for how long.
///
/// ```
/// use p95_core::instrument::{Counter, Descriptor, Registry};
///
/// let mut registry = Registry::default();
/// let received = Descriptor::new("received_bytes", "Bytes received, by peer.")
///     .with_unit("bytes")
///     .with_series_limit(500)
///     .with_idle_expiry_ms(3_600_000);
/// let received = registry.register_family(received, ["peer"], Counter::default)?;
/// received.with(["10.0.0.7"]).inc_by(512);
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Descriptor {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) unit: String,
    pub(super) series_limit: usize,
    pub(super) idle_expiry_ms: Option<i64>,
}

impl Descriptor {
    /// A family's name and help text. The suffix that the type asks for, `_total` or `_info`, may be there or not.
    pub fn new(name: &str, help: &str) -> Self {
        Self {
            name: name.to_owned(),
            help: help.to_owned(),
            unit: String::new(),
            series_limit: DEFAULT_SERIES_LIMIT,
            idle_expiry_ms: None,
        }
    }

    /// The same with a unit, with which the name has to end.
    #[must_use]
    pub fn with_unit(mut self, unit: &str) -> Self {
        unit.clone_into(&mut self.unit);
        self
    }

    /// The same with another limit than [`DEFAULT_SERIES_LIMIT`]. What would need one more series counts in the one that
    /// has the label [`OVERFLOW_LABEL`] alone; how often that was is shown as `p95_overflow_updates_total`.
    #[must_use]
    pub fn with_series_limit(mut self, series_limit: usize) -> Self {
        self.series_limit = series_limit;
        self
    }

    /// The same, and series that were not used for so many milliseconds go when the registry is next shown.
    #[must_use]
    pub fn with_idle_expiry_ms(mut self, idle_expiry_ms: i64) -> Self {
        self.idle_expiry_ms = Some(idle_expiry_ms);
        self
    }

    /// The same under `prefix_`.
    pub(super) fn prefixed(mut self, prefix: &str) -> Self {
        if !prefix.is_empty() {
            self.name = format!("{prefix}_{}", self.name);
        }
        self
    }

    /// The same with the name as a family has it: without the suffix that the type asks for.
    pub(super) fn normalized(mut self, metric_type: MetricType) -> Self {
        let suffix = match metric_type {
            MetricType::Counter => "_total",
            MetricType::Info => "_info",
            _ => return self,
        };
        if let Some(base) = self.name.strip_suffix(suffix) {
            self.name = base.to_owned();
        }
        self
    }

    /// Checks the names by themselves.
    pub(super) fn check<S: AsRef<str>>(
        &self,
        metric_type: MetricType,
        labels: &[S],
    ) -> Result<(), RegisterError> {
        if !is_legacy_metric_name(&self.name) {
            return Err(RegisterError::InvalidName(self.name.clone()));
        }
        let ends_with_unit =
            self.name.strip_suffix(self.unit.as_str()).is_some_and(|rest| rest.ends_with('_'));
        if !self.unit.is_empty() && !ends_with_unit {
            return Err(RegisterError::UnitNotInName { name: self.name.clone(), unit: self.unit.clone() });
        }
        let labels: Vec<&str> = labels.iter().map(AsRef::as_ref).collect();
        for (at, label) in labels.iter().enumerate() {
            if !is_label_name(label) {
                return Err(RegisterError::InvalidLabel((*label).to_owned()));
            }
            if self.reserves(metric_type, label) || labels.iter().take(at).any(|before| before == label) {
                return Err(RegisterError::TakenLabel((*label).to_owned()));
            }
        }
        Ok(())
    }

    /// Whether a label of this name has a meaning of its own in such a family.
    pub(super) fn reserves(&self, metric_type: MetricType, label: &str) -> bool {
        let reserved = match metric_type {
            MetricType::Histogram | MetricType::GaugeHistogram => BUCKET,
            MetricType::Summary => QUANTILE,
            MetricType::StateSet => self.name.as_str(),
            _ => OVERFLOW_LABEL,
        };
        label == reserved || label == OVERFLOW_LABEL
    }

    /// All names that the family takes for itself: its own and those of its series.
    pub(super) fn names(&self, metric_type: MetricType) -> impl Iterator<Item = String> {
        let suffixes: &[&str] = match metric_type {
            MetricType::Counter => &["", "_total", "_created"],
            MetricType::Histogram => &["", "_bucket", "_count", "_sum", "_created"],
            MetricType::GaugeHistogram => &["", "_bucket", "_gcount", "_gsum"],
            MetricType::Summary => &["", "_count", "_sum", "_created"],
            MetricType::Info => &["", "_info"],
            MetricType::Unknown | MetricType::Gauge | MetricType::StateSet => &[""],
        };
        suffixes.iter().map(|suffix| format!("{}{suffix}", self.name))
    }
}

/// Whether a label may have this name without quotes; those that begin with `__` are Prometheus' own.
pub(super) fn is_label_name(name: &str) -> bool {
    is_legacy_label_name(name) && !name.starts_with("__")
}
