//! Scopes: parts of a registry whose families have a prefix and labels in common.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::collector::{Collector, Declared};
use super::source::{Collecting, Labelled, ScopeLabels, Single};
use super::{Registry, own};
use crate::instrument::family::{Series, SeriesOptions};
use crate::instrument::{Descriptor, Family, LabelSet, Metric, RegisterError, TypedFamily};
use crate::model::MetricType;

/// A part of a registry whose names begin alike and whose series have labels in common.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Counter, Descriptor, Registry};
///
/// let mut registry = Registry::default();
/// let mut shop = registry.scope("shop").with_label("zone", "eu");
/// let orders = shop.scope("db").register(Descriptor::new("orders", ""), Counter::default())?;
/// orders.inc();
/// assert!(registry.encode(Format::Text, 0).ends_with("shop_db_orders_total{zone=\"eu\"} 1.0\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Debug)]
pub struct Scope<'a> {
    registry: &'a mut Registry,
    prefix: String,
    labels: Vec<(String, String)>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(registry: &'a mut Registry, prefix: &str) -> Self {
        Self { registry, prefix: prefix.to_owned(), labels: Vec::new() }
    }

    /// A scope within this one, with its labels and a longer prefix.
    pub fn scope(&mut self, prefix: &str) -> Scope<'_> {
        let separator = if self.prefix.is_empty() || prefix.is_empty() { "" } else { "_" };
        let prefix = format!("{}{separator}{prefix}", self.prefix);
        Scope { registry: self.registry, prefix, labels: self.labels.clone() }
    }

    /// The same, and every series has this label. Whether its name is valid and free is seen when a family is registered.
    #[must_use]
    pub fn with_label(mut self, name: &str, value: &str) -> Self {
        self.labels.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Registers a metric without labels of its own, and returns it.
    ///
    /// # Errors
    /// Where the name is invalid or taken, or does not end with its unit.
    pub fn register<M: Metric>(&mut self, descriptor: Descriptor, metric: M) -> Result<M, RegisterError> {
        let descriptor = self.admit(descriptor, M::TYPE, &metric.label_names())?;
        let created_ms = self.registry.clock.as_ref().map(|clock| clock.unix_ms());
        let shown = metric.clone();
        let single = Single { descriptor, labels: self.shared_labels(), metric: shown, created_ms };
        self.registry.sources.push(Box::new(single));
        Ok(metric)
    }

    /// Registers a family with these labels, whose metrics are made by `new` as they are asked for.
    ///
    /// # Errors
    /// Where the name or a label is invalid or taken, or the name does not end with its unit.
    pub fn register_family<M: Metric, const N: usize>(
        &mut self,
        descriptor: Descriptor,
        labels: [&str; N],
        new: impl Fn() -> M + Send + Sync + 'static,
    ) -> Result<Family<M, N>, RegisterError> {
        let names = labels.map(str::to_owned).into();
        self.register_series(descriptor, names, new).map(Family::new)
    }

    /// Registers a family with the labels of `L`, whose metrics are made by `new` as they are asked for.
    ///
    /// # Errors
    /// Where the name or a label is invalid or taken, or the name does not end with its unit.
    pub fn register_typed<L: LabelSet, M: Metric>(
        &mut self,
        descriptor: Descriptor,
        new: impl Fn() -> M + Send + Sync + 'static,
    ) -> Result<TypedFamily<M, L>, RegisterError> {
        let mut names = Vec::new();
        L::each_name(&mut |name| names.push(name.to_owned()));
        self.register_series(descriptor, names, new).map(TypedFamily::new)
    }

    /// Registers a collector with all its families.
    ///
    /// # Errors
    /// Where a name is invalid or taken, or does not end with its unit. Then none of the families is registered.
    pub fn register_collector(&mut self, collector: impl Collector) -> Result<(), RegisterError> {
        let taken_before = self.registry.names.clone();
        let admitted = collector.describe().into_iter().map(|(descriptor, metric_type)| {
            let name = descriptor.name.clone();
            self.admit(descriptor, metric_type, &[]).map(|descriptor| Declared {
                name,
                descriptor,
                metric_type,
            })
        });
        match admitted.collect() {
            Ok(families) => {
                let labels = self.shared_labels();
                let left_out = AtomicU64::new(0);
                self.registry.sources.push(Box::new(Collecting { families, labels, collector, left_out }));
                Ok(())
            }
            Err(error) => {
                self.registry.names = taken_before;
                Err(error)
            }
        }
    }

    fn register_series<M: Metric>(
        &mut self,
        descriptor: Descriptor,
        names: Vec<String>,
        new: impl Fn() -> M + Send + Sync + 'static,
    ) -> Result<Arc<Series<M>>, RegisterError> {
        let descriptor = self.admit(descriptor, M::TYPE, &names)?;
        let clock = self.registry.clock.clone();
        let series = Arc::new(Series::new(SeriesOptions {
            names,
            limit: descriptor.series_limit,
            idle_expiry_ms: descriptor.idle_expiry_ms,
            new: Box::new(new),
            now_ms: Box::new(move || clock.as_ref().map(|clock| clock.unix_ms())),
        }));
        let labelled = Labelled { descriptor, labels: self.shared_labels(), series: Arc::clone(&series) };
        self.registry.sources.push(Box::new(labelled));
        Ok(series)
    }

    /// The descriptor with all that the scope adds, if its names are valid and free; they are taken from then on.
    fn admit(
        &mut self,
        descriptor: Descriptor,
        metric_type: MetricType,
        labels: &[String],
    ) -> Result<Descriptor, RegisterError> {
        let descriptor = descriptor.prefixed(&self.prefix).normalized(metric_type);
        let all: Vec<&str> =
            self.labels.iter().map(|(name, _)| name).chain(labels).map(String::as_str).collect();
        descriptor.check(metric_type, &all)?;
        let own: HashSet<String> = own::names().collect();
        let is_taken = |name: &String| self.registry.names.contains(name) || own.contains(name);
        if let Some(taken) = descriptor.names(metric_type).find(is_taken) {
            return Err(RegisterError::Duplicate(taken));
        }
        self.registry.names.extend(descriptor.names(metric_type));
        Ok(descriptor)
    }

    fn shared_labels(&self) -> ScopeLabels {
        self.labels.iter().filter(|(_, value)| !value.is_empty()).cloned().collect()
    }
}
