//! The one door through which a query reaches data.

use crate::model::{Labels, Matcher, Samples};

/// A closed range of time: both ends belong to it.
///
/// ```
/// use p95_core::model::select::TimeRange;
/// let last_minute = TimeRange { start_ms: 1_700_000_000_000 - 60_000, end_ms: 1_700_000_000_000 };
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TimeRange {
    /// The first millisecond, since the Unix epoch.
    pub start_ms: i64,
    /// The last millisecond, since the Unix epoch.
    pub end_ms: i64,
}

/// A series that was selected, with its samples in the range asked for, stale markers among them.
///
/// ```
/// use p95_core::model::select::SelectedSeries;
/// use p95_core::model::{FloatSample, Labels, Samples};
///
/// let floats = vec![FloatSample { timestamp_ms: 0, value: 1.0 }];
/// let series = SelectedSeries {
///     labels: Labels::from_pairs([("__name__", "up")]),
///     samples: Samples { floats, ..Samples::default() },
///     ..SelectedSeries::default()
/// };
/// ```
#[derive(Clone, Debug, Default)]
pub struct SelectedSeries {
    /// The whole label set, the metric's name among it.
    pub labels: Labels,
    /// The samples, in order of time.
    pub samples: Samples,
    /// For each float sample the time since which its counter has counted, in milliseconds since the Unix epoch, or 0
    /// where it is not known. Empty where it is known of no sample.
    pub start_timestamps_ms: Vec<i64>,
    /// The same for each histogram sample.
    pub histogram_start_timestamps_ms: Vec<i64>,
}

/// Why a selection failed.
///
/// ```
/// use p95_core::model::select::SelectError;
/// let error = SelectError::TooManySamples { limit: 50_000_000 };
/// assert!(error.to_string().starts_with("the query would read more than 50000000 samples"));
/// ```
#[derive(Clone, Debug, thiserror::Error)]
pub enum SelectError {
    /// The selection would read more samples than the caller allows.
    #[error(
        "the query would read more than {limit} samples: narrow the selector or the range, or raise the limit"
    )]
    TooManySamples {
        /// The most samples that may be read.
        limit: usize,
    },
}

/// Why a query is not to be answered any more.
///
/// ```
/// use p95_core::model::select::Interruption;
/// assert_ne!(Interruption::Cancelled, Interruption::TimedOut);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Interruption {
    /// Nobody waits for the answer.
    Cancelled,
    /// The query has taken as long as it may.
    TimedOut,
}

/// Where a query's series come from: the embedded store, a recording, a test.
///
/// ```
/// use p95_core::model::select::{Select, SelectError, SelectedSeries, TimeRange};
/// use p95_core::model::{FloatSample, Labels, Matcher, Samples};
/// use p95_core::promql::eval::{EngineOptions, QueryValue, instant};
/// use p95_core::promql::{ParseOptions, parse};
///
/// /// Everything is always up.
/// struct Up;
///
/// impl Select for Up {
///     fn select(
///         &self,
///         matchers: &[Matcher],
///         range: TimeRange,
///         _max_samples: usize,
///     ) -> Result<Vec<SelectedSeries>, SelectError> {
///         let labels = Labels::from_pairs([("__name__", "up")]);
///         if !matchers.iter().all(|matcher| matcher.matches(&labels)) {
///             return Ok(Vec::new());
///         }
///         let floats = vec![FloatSample { timestamp_ms: range.end_ms, value: 1.0 }];
///         let samples = Samples { floats, ..Samples::default() };
///         Ok(vec![SelectedSeries { labels, samples, ..SelectedSeries::default() }])
///     }
/// }
///
/// let query = parse("up + 1", &ParseOptions::default())?;
/// let answer = instant(&Up, &query, 0, &EngineOptions::default())?;
/// let QueryValue::Vector(series) = answer.value else { unreachable!() };
/// assert_eq!(series[0].sample.value, 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Select {
    /// All series that satisfy every matcher and have a sample in `range`, in any order, no label set twice.
    ///
    /// # Errors
    /// Where more than `max_samples` would be read.
    fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
        max_samples: usize,
    ) -> Result<Vec<SelectedSeries>, SelectError>;

    /// Whether the query is to be given up. The evaluator asks at each node of the query and for each series of a range
    /// vector, so this has to be quick.
    fn interruption(&self) -> Option<Interruption> {
        None
    }
}
