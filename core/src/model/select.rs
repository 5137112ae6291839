//! The one door through which a query reaches data.

use crate::model::{Labels, Matcher, Samples};

/// A closed range of time: both ends belong to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TimeRange {
    /// The first millisecond, since the Unix epoch.
    pub start_ms: i64,
    /// The last millisecond, since the Unix epoch.
    pub end_ms: i64,
}

/// A series that was selected, with its samples in the range asked for, stale markers among them.
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
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Interruption {
    /// Nobody waits for the answer.
    Cancelled,
    /// The query has taken as long as it may.
    TimedOut,
}

/// Where a query's series come from: the embedded store, a recording, a test.
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
