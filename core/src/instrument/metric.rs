//! What all metrics have in common.

use super::Rejected;
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::MetricType;

/// A metric of one label set: a handle whose clones share the value.
///
/// ```
/// use p95_core::exposition::encode::{Format, LabelPairs, Visitor};
/// use p95_core::instrument::{Descriptor, Metric, Moment, Registry};
/// use p95_core::model::MetricType;
///
/// /// The time of the exposition, as a gauge.
/// #[derive(Clone)]
/// struct Now;
///
/// impl Metric for Now {
///     const TYPE: MetricType = MetricType::Gauge;
///
///     fn visit(&self, labels: LabelPairs<'_>, moment: Moment, visitor: &mut dyn Visitor) {
///         visitor.gauge(labels, moment.now_ms as f64 / 1000.0);
///     }
/// }
///
/// let mut registry = Registry::default();
/// registry.register(Descriptor::new("time_seconds", ""), Now)?;
/// assert_eq!(registry.encode(Format::Text, 1500), "# TYPE time_seconds gauge\ntime_seconds 1.5\n");
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
pub trait Metric: Clone + Send + Sync + 'static {
    /// The type of its family.
    const TYPE: MetricType;

    /// Shows the value under `labels`.
    fn visit(&self, labels: LabelPairs<'_>, moment: Moment, visitor: &mut dyn Visitor);

    /// The names of labels that it brings along itself. Registration refuses them as it does those of a family.
    fn label_names(&self) -> Vec<String> {
        Vec::new()
    }

    /// A number that changes when the metric is written to, by which a family sees which of its metrics are idle.
    fn activity(&self) -> u64 {
        0
    }

    /// The updates that it refused.
    fn rejected(&self) -> Rejected {
        Rejected::default()
    }
}

/// When a metric is shown, and since when it counts.
///
/// ```
/// use p95_core::exposition::encode::{Encoder, Format};
/// use p95_core::instrument::{Gauge, Metric, Moment};
///
/// let mut encoder = Encoder::new(Format::Text);
/// Gauge::default().visit(&[], Moment { now_ms: 1_700_000_000_000, created_ms: None }, &mut encoder);
/// assert_eq!(encoder.finish(), " 0.0\n");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Moment {
    /// The time of the exposition, in milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// When the metric was made, in milliseconds since the Unix epoch, where the registry has a clock.
    pub created_ms: Option<i64>,
}
