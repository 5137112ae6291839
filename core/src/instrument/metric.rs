//! What all metrics have in common.

use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::MetricType;

/// A metric of one label set: a handle whose clones share the value.
pub trait Metric: Clone + Send + Sync + 'static {
    /// The type of its family.
    const TYPE: MetricType;

    /// Shows the value at `now_ms`, milliseconds since the Unix epoch, under `labels`.
    fn visit(&self, labels: LabelPairs<'_>, now_ms: i64, visitor: &mut dyn Visitor);
}
