//! Where rules read and write.

use crate::model::{Labels, SampleValue};
use crate::promql::ast::Expr;
use crate::promql::eval::{EvalError, Evaluated};
#[cfg(feature = "store")]
use crate::{
    promql::eval::{EngineOptions, instant},
    store::{Appended, Store},
};

/// What a rule writes: a series with its value, or a stale marker where the series ends.
///
/// ```
/// use p95_core::model::{Labels, SampleValue};
/// use p95_core::rules::RuleSample;
/// let sample = RuleSample { labels: Labels::from_pairs([("__name__", "ALERTS")]), value: SampleValue::Float(1.0) };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSample {
    /// The series, with its name.
    pub labels: Labels,
    /// The value.
    pub value: SampleValue,
}

/// Where rules read and write. What one rule writes, those behind it in its group can read.
///
/// `StoreRules` (feature `store`) is one over the embedded store.
pub trait RuleStore {
    /// The answer at a time, in milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// Where the data do not fit the expression, or it costs too much.
    fn instant(&mut self, expr: &Expr, at_ms: i64) -> Result<Evaluated, EvalError>;

    /// Writes a sample of each series, all at a time in milliseconds since the Unix epoch. Returns how many were refused
    /// because they do not follow those that their series have.
    fn write(&mut self, samples: &[RuleSample], at_ms: i64) -> u64;
}

/// The embedded store as a place for rules.
///
/// [`GroupEvaluator`](super::GroupEvaluator) has an example.
#[cfg(feature = "store")]
#[derive(Debug)]
pub struct StoreRules<'a> {
    /// The store.
    pub store: &'a mut Store,
    /// How expressions are evaluated.
    pub options: &'a EngineOptions,
}

#[cfg(feature = "store")]
impl RuleStore for StoreRules<'_> {
    fn instant(&mut self, expr: &Expr, at_ms: i64) -> Result<Evaluated, EvalError> {
        instant(&*self.store, expr, at_ms, self.options)
    }

    fn write(&mut self, samples: &[RuleSample], at_ms: i64) -> u64 {
        write_samples(self.store, samples, at_ms)
    }
}

/// Writes a sample of each series, all at a time in milliseconds since the Unix epoch; returns how many were refused.
///
/// ```
/// use p95_core::model::{Labels, SampleValue};
/// use p95_core::rules::{RuleSample, write_samples};
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let sample = RuleSample { labels: Labels::from_pairs([("__name__", "a")]), value: SampleValue::Float(1.0) };
/// assert_eq!(write_samples(&mut store, &[sample.clone()], 1_000), 0);
/// assert_eq!(write_samples(&mut store, &[sample], 0), 1);
/// ```
#[cfg(feature = "store")]
pub fn write_samples(store: &mut Store, samples: &[RuleSample], at_ms: i64) -> u64 {
    let mut refused = 0;
    for sample in samples {
        let id = store.series_for(&sample.labels);
        let appended = match &sample.value {
            SampleValue::Float(value) => store.append(id, at_ms, *value),
            SampleValue::Histogram(histogram) => store.append_histogram(id, at_ms, histogram),
        };
        refused += u64::from(!matches!(appended, Appended::Stored | Appended::AlreadyThere));
    }
    refused
}
