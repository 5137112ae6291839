//! Metrics whose value is asked for when they are shown.

use std::fmt;
use std::sync::Arc;

use super::rejected::Rejections;
use super::{Metric, Moment, Rejected};
use crate::exposition::encode::{CounterValue, LabelPairs, Visitor};
use crate::model::MetricType;

/// A gauge that calls a function for its value.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Descriptor, GaugeFn, Registry};
///
/// let queue = Arc::new(Mutex::new(vec!["a", "b"]));
/// let length = { let queue = queue.clone(); move || queue.lock().unwrap().len() as f64 };
/// let mut registry = Registry::default();
/// registry.register(Descriptor::new("queue_length", ""), GaugeFn::new(length))?;
/// assert!(registry.encode(Format::Text, 0).ends_with("queue_length 2.0\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone)]
pub struct GaugeFn(Arc<dyn Fn() -> f64 + Send + Sync>);

impl GaugeFn {
    /// A gauge with the value that `value` returns. It is called in the middle of an exposition, so it should be quick.
    pub fn new(value: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(value))
    }
}

impl Metric for GaugeFn {
    const TYPE: MetricType = MetricType::Gauge;

    fn visit(&self, labels: LabelPairs<'_>, _moment: Moment, visitor: &mut dyn Visitor) {
        visitor.gauge(labels, (self.0)());
    }
}

/// A counter that calls a function for its total. A total that is negative or not finite is not shown, and counted.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{CounterFn, Descriptor, Registry};
///
/// let mut registry = Registry::default();
/// registry.register(Descriptor::new("pages_read", ""), CounterFn::new(|| 17.0))?;
/// assert!(registry.encode(Format::Text, 0).ends_with("pages_read_total 17.0\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone)]
pub struct CounterFn(Arc<(Box<dyn Fn() -> f64 + Send + Sync>, Rejections)>);

impl CounterFn {
    /// A counter with the total that `total` returns. It is called in the middle of an exposition, so it should be quick.
    pub fn new(total: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new((Box::new(total), Rejections::default())))
    }
}

impl Metric for CounterFn {
    const TYPE: MetricType = MetricType::Counter;

    fn visit(&self, labels: LabelPairs<'_>, moment: Moment, visitor: &mut dyn Visitor) {
        let (total, rejections) = &*self.0;
        let total = total();
        if total >= 0.0 && total.is_finite() {
            let value = CounterValue { total: Some(total), created_ms: moment.created_ms, exemplar: None };
            visitor.counter(labels, &value);
        } else {
            rejections.amount(total);
        }
    }

    fn rejected(&self) -> Rejected {
        self.0.1.get()
    }
}

impl fmt::Debug for GaugeFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GaugeFn").finish_non_exhaustive()
    }
}

impl fmt::Debug for CounterFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CounterFn").finish_non_exhaustive()
    }
}
