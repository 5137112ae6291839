//! What a frame says of one family and of one series.

use p95_core::model::{Labels, MetricType};
use serde::{Deserialize, Serialize};

/// What a family is: all pages have to agree on it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Head {
    pub(crate) metric_type: MetricType,
    pub(crate) unit: String,
    pub(crate) help: String,
}

/// A family of a frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FamilyDelta {
    /// The name without the suffix that its type asks for.
    pub(crate) name: String,
    pub(crate) head: Head,
    /// The upper bounds of a histogram's buckets, the last of them infinite; empty for other types.
    pub(crate) bounds: Vec<f64>,
    pub(crate) points: Vec<(Labels, Delta)>,
}

/// By how much a series grows, or what it is now.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Delta {
    /// A counter grows.
    Counter(f64),
    /// A histogram grows: cumulative counts for each bound, and the sum.
    Histogram { cumulative: Vec<f64>, sum: f64 },
    /// A summary's count and sum grow.
    Summary { count: f64, sum: f64 },
    /// A gauge is so now; a state of a state set is 1 or 0.
    Gauge(f64),
    /// An info is so now: the label sets that it has in this page.
    Info(Vec<Labels>),
}

impl Delta {
    /// Takes in another one of the same series: what grows adds up, what is now so comes last.
    pub(crate) fn absorb(&mut self, other: Self) {
        match (self, other) {
            (Self::Counter(total), Self::Counter(delta)) => *total += delta,
            (Self::Histogram { cumulative, sum }, Self::Histogram { cumulative: more, sum: more_sum }) => {
                cumulative.iter_mut().zip(more).for_each(|(count, more)| *count += more);
                *sum += more_sum;
            }
            (Self::Summary { count, sum }, Self::Summary { count: more, sum: more_sum }) => {
                *count += more;
                *sum += more_sum;
            }
            (this, other) => *this = other,
        }
    }
}
