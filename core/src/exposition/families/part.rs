//! Which part of a metric a sample is: a bucket, the sum, the creation time.

use super::{Bucket, Counter, Exemplar, Histogram, Quantile, State, Summary, Value};
use crate::model::MetricType;
use crate::model::labels::{BUCKET, QUANTILE};

/// The endings that a sample's name adds to its family's; none comes first.
pub(super) const SUFFIXES: [&str; 9] =
    ["", "_total", "_created", "_bucket", "_sum", "_count", "_gsum", "_gcount", "_info"];

/// A part of a metric.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// The number itself.
    Number,
    /// The count up to a bound, which the label `le` holds.
    Bucket,
    /// A quantile, which the label `quantile` names.
    Quantile,
    /// A state, which the label with the family's name holds.
    State,
    Sum,
    Count,
    Created,
}

impl Part {
    /// The part that a sample with this ending has in a family of this type, if any.
    pub(super) fn of(metric_type: MetricType, suffix: &str) -> Option<Self> {
        use MetricType as T;
        Some(match (metric_type, suffix) {
            // Text format 0.0.4 gives the family the name with `_total`.
            (T::Counter, "_total" | "") | (T::Gauge | T::Unknown, "") | (T::Info, "_info" | "") => {
                Self::Number
            }
            (T::Histogram | T::GaugeHistogram, "_bucket") => Self::Bucket,
            (T::Summary, "") => Self::Quantile,
            (T::StateSet, "") => Self::State,
            (T::Histogram | T::Summary, "_sum") | (T::GaugeHistogram, "_gsum") => Self::Sum,
            (T::Histogram | T::Summary, "_count") | (T::GaugeHistogram, "_gcount") => Self::Count,
            (T::Counter | T::Histogram | T::Summary, "_created") => Self::Created,
            _ => return None,
        })
    }

    /// The label that tells this part from others of its kind, in a family of this name.
    pub(super) fn own_label(self, family_name: &str) -> Option<&str> {
        match self {
            Self::Bucket => Some(BUCKET),
            Self::Quantile => Some(QUANTILE),
            Self::State => Some(family_name),
            Self::Number | Self::Sum | Self::Count | Self::Created => None,
        }
    }
}

/// A value of this type without any part yet.
pub(super) fn empty_value(metric_type: MetricType) -> Value {
    match metric_type {
        // The sample that makes the metric replaces the number.
        MetricType::Unknown => Value::Unknown(f64::NAN),
        MetricType::Gauge => Value::Gauge(f64::NAN),
        MetricType::Info => Value::Info(f64::NAN),
        MetricType::Counter => Value::Counter(Counter::default()),
        MetricType::Histogram => Value::Histogram(Histogram::default()),
        MetricType::GaugeHistogram => Value::GaugeHistogram(Histogram::default()),
        MetricType::Summary => Value::Summary(Summary::default()),
        MetricType::StateSet => Value::StateSet(Vec::new()),
    }
}

/// A sample on its way into a metric.
pub(super) struct Piece {
    pub(super) part: Part,
    /// The value of the part's own label: a bound, a quantile or a state.
    pub(super) own: String,
    pub(super) number: f64,
    pub(super) exemplar: Option<Exemplar>,
}

/// Puts a piece into its metric. Returns `false` where the metric has that part already and keeps it.
///
/// Buckets, quantiles and states are compared by [`settle`](super::settle), at the end.
pub(super) fn add(value: &mut Value, is_new: bool, piece: Piece) -> bool {
    let Piece { part, own, number, exemplar } = piece;
    match value {
        Value::Unknown(held) | Value::Gauge(held) | Value::Info(held) => {
            if is_new {
                *held = number;
            }
            is_new
        }
        Value::Counter(counter) if part == Part::Created => fill(&mut counter.created_ms, millis(number)),
        Value::Counter(counter) => {
            let is_first = fill(&mut counter.total, number);
            if is_first {
                counter.exemplar = exemplar;
            }
            is_first
        }
        Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => match part {
            Part::Sum => fill(&mut histogram.sum, number),
            Part::Count => fill(&mut histogram.count, number),
            Part::Created => fill(&mut histogram.created_ms, millis(number)),
            Part::Number | Part::Bucket | Part::Quantile | Part::State => {
                let upper_bound = bound(&own).unwrap_or(f64::NAN);
                histogram.buckets.push(Bucket { upper_bound, cumulative_count: number, exemplar });
                true
            }
        },
        Value::Summary(summary) => match part {
            Part::Sum => fill(&mut summary.sum, number),
            Part::Count => fill(&mut summary.count, number),
            Part::Created => fill(&mut summary.created_ms, millis(number)),
            Part::Number | Part::Bucket | Part::Quantile | Part::State => {
                let quantile = bound(&own).unwrap_or(f64::NAN);
                summary.quantiles.push(Quantile { quantile, value: number });
                true
            }
        },
        Value::StateSet(states) => {
            states.push(State { name: own, enabled: number != 0.0 });
            true
        }
    }
}

/// The number that a label `le` or `quantile` holds.
pub(super) fn bound(text: &str) -> Option<f64> {
    fast_float2::parse::<f64, _>(text).ok().filter(|bound| !bound.is_nan())
}

fn fill<T>(place: &mut Option<T>, value: T) -> bool {
    let is_first = place.is_none();
    if is_first {
        *place = Some(value);
    }
    is_first
}

/// Seconds, which `_created` holds, in milliseconds; out of range, the nearest that fits.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}
