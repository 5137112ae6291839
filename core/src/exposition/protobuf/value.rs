//! Numbers and types as protobuf has them.

use super::message::Timestamp;
use crate::model::MetricType;

/// A count that fits the fields for whole ones, which is exact as a float with all its neighbours.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in this range the cast is exact"
)]
pub(super) fn whole(count: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = (0.0..EXACT).contains(&count) && count.fract() == 0.0 && !count.is_sign_negative();
    is_whole.then_some(count as u64)
}

/// The count that two fields hold: the float where there is one above zero, or no other.
pub(super) fn count(whole: Option<u64>, float: Option<f64>) -> Option<f64> {
    let whole = whole.map(|whole| whole as f64);
    float.filter(|float| *float > 0.0 || whole.is_none()).or(whole)
}

/// A time in milliseconds, or the nearest there is.
pub(super) fn millis(time: &Timestamp) -> i64 {
    // The seconds alone may be out of range where the time is not: the earliest one is written with nanos.
    let millis = i128::from(time.seconds) * 1000 + i128::from(time.nanos) / 1_000_000;
    i64::try_from(millis).unwrap_or(if millis < 0 { i64::MIN } else { i64::MAX })
}

/// The number of a type, which knows neither infos nor state sets.
pub(super) fn type_number(metric_type: MetricType) -> u64 {
    match metric_type {
        MetricType::Counter => 0,
        MetricType::Gauge | MetricType::Info | MetricType::StateSet => 1,
        MetricType::Summary => 2,
        MetricType::Unknown => 3,
        MetricType::Histogram => 4,
        MetricType::GaugeHistogram => 5,
    }
}

/// The type of a number.
pub(super) fn type_of(number: u64) -> Option<MetricType> {
    Some(match number {
        0 => MetricType::Counter,
        1 => MetricType::Gauge,
        2 => MetricType::Summary,
        3 => MetricType::Unknown,
        4 => MetricType::Histogram,
        5 => MetricType::GaugeHistogram,
        _ => return None,
    })
}
