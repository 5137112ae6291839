//! How a query is evaluated, and what it may cost.

/// How a query is evaluated, and what it may cost. The defaults are those of Prometheus where it has the option.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::promql::eval::{EngineOptions, instant};
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let up = store.series_for(&Labels::from_pairs([("__name__", "up")]));
/// store.append(up, 0, 1.0);
/// let query = parse("up", &ParseOptions::default())?;
/// let found = |lookback_ms| {
///     let options = EngineOptions { lookback_ms, ..EngineOptions::default() };
///     instant(&store, &query, 90_000, &options).map(|answer| answer.value.series_count())
/// };
/// assert_eq!((found(60_000)?, found(120_000)?), (0, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EngineOptions {
    /// How old a sample may be to still be a series' present value, in milliseconds.
    pub lookback_ms: i64,
    /// The step of a subquery that names none, in milliseconds.
    pub subquery_step_ms: i64,
    /// Whether the names of metrics go at the end of the evaluation, not as soon as a function changes what the values mean:
    /// then `label_replace` can still use them. Prometheus: `promql-delayed-name-removal`.
    pub delayed_name_removal: bool,
    /// Whether start timestamps tell resets and the beginnings of counters. Prometheus: `promql-use-start-timestamps`.
    pub use_start_timestamps: bool,
    /// Whether the label `__type__`, not the metric's name, tells what a counter is. Prometheus: `type-and-unit-labels`.
    pub type_and_unit_labels: bool,
    /// The most steps of a range query. A subquery's steps are held to `max_samples`.
    pub max_steps: usize,
    /// The most samples that a query may hold at once. A histogram counts as many as it takes memory.
    pub max_samples: usize,
    /// The most samples that the windows of a query may look at, each counted as often as it is looked at. It stands for
    /// a time-out where there is no clock: the default takes some ten seconds.
    pub max_window_samples: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            lookback_ms: 300_000,
            subquery_step_ms: 60_000,
            delayed_name_removal: false,
            use_start_timestamps: false,
            type_and_unit_labels: false,
            max_steps: 11_000,
            max_samples: 50_000_000,
            max_window_samples: 4_000_000_000,
        }
    }
}
