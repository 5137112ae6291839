//! The registry: all families of a program.

mod collector;
mod own;
mod page;
mod scope;
mod source;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

pub use self::collector::{Collected, Collector};
pub use self::page::Page;
pub use self::scope::Scope;
use self::source::Source;
use super::{Clock, Descriptor, Family, LabelSet, Metric, RegisterError, TypedFamily};
use crate::exposition::encode::{Encoder, Format, Visitor};

/// All families of a program, in the order in which they were registered.
///
/// Two families more show what was lost, once something was: `p95_overflow_updates_total` counts, by `family`, the look-ups
/// beyond a family's limit of series; `p95_rejected_updates_total` counts, by `family` and `reason`, the updates that a
/// metric refused (see [`Rejected`](super::Rejected)) and what a collector showed that would have broken the exposition.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Counter, Descriptor, Registry};
///
/// let mut registry = Registry::default();
/// let jobs = registry.register(Descriptor::new("jobs", "Jobs done."), Counter::default())?;
/// jobs.inc_by(2);
/// jobs.add(-1.0);
/// let page = registry.encode(Format::Text, 0);
/// assert!(page.contains("jobs_total 2.0\n"));
/// assert!(page.contains("p95_rejected_updates_total{family=\"jobs\",reason=\"negative\"} 1.0\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Default)]
pub struct Registry {
    sources: Vec<Box<dyn Source>>,
    names: HashSet<String>,
    clock: Option<Arc<dyn Clock>>,
}

impl Registry {
    /// A registry that knows the time, and so when each metric was made: formats that can say so show it.
    ///
    /// ```
    /// use p95_core::instrument::{ManualClock, Registry};
    /// let registry = Registry::with_clock(ManualClock::new(1_700_000_000_000));
    /// ```
    pub fn with_clock(clock: impl Clock + 'static) -> Self {
        Self { clock: Some(Arc::new(clock)), ..Self::default() }
    }

    /// A part of the registry whose names begin with `prefix_`; an empty prefix adds nothing.
    pub fn scope(&mut self, prefix: &str) -> Scope<'_> {
        Scope::new(self, prefix)
    }

    /// Registers a metric without labels, and returns it.
    ///
    /// # Errors
    /// Where the name is invalid or taken, or does not end with its unit.
    pub fn register<M: Metric>(&mut self, descriptor: Descriptor, metric: M) -> Result<M, RegisterError> {
        self.scope("").register(descriptor, metric)
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
        self.scope("").register_family(descriptor, labels, new)
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
        self.scope("").register_typed(descriptor, new)
    }

    /// Registers a collector with all its families.
    ///
    /// # Errors
    /// Where a name is invalid or taken, or does not end with its unit. Then none of the families is registered.
    pub fn register_collector(&mut self, collector: impl Collector) -> Result<(), RegisterError> {
        self.scope("").register_collector(collector)
    }

    /// Shows every family and its metrics at `now_ms`, milliseconds since the Unix epoch.
    pub fn visit(&self, now_ms: i64, visitor: &mut dyn Visitor) {
        self.sources.iter().for_each(|source| source.visit(now_ms, visitor));
        own::visit(&self.sources, visitor);
    }

    /// The exposition at `now_ms`, milliseconds since the Unix epoch.
    pub fn encode(&self, format: Format, now_ms: i64) -> String {
        let mut encoder = Encoder::new(format);
        self.visit(now_ms, &mut encoder);
        encoder.finish()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("names", &self.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
