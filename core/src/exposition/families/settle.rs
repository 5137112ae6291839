//! Order among the parts of a value.

use super::Value;

/// Sorts buckets and quantiles, and drops those that repeat an earlier one. Returns how many did.
///
/// Once for a whole page: a page that repeats a bucket a million times costs no more than one that does not.
pub(in crate::exposition) fn settle(value: &mut Value) -> usize {
    match value {
        Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
            let before = histogram.buckets.len();
            histogram.buckets.sort_by(|a, b| a.upper_bound.total_cmp(&b.upper_bound));
            histogram.buckets.dedup_by(|later, first| later.upper_bound == first.upper_bound);
            before - histogram.buckets.len()
        }
        Value::Summary(summary) => {
            let before = summary.quantiles.len();
            summary.quantiles.sort_by(|a, b| a.quantile.total_cmp(&b.quantile));
            summary.quantiles.dedup_by(|later, first| later.quantile == first.quantile);
            before - summary.quantiles.len()
        }
        Value::StateSet(states) => {
            let before = states.len();
            let mut seen = hashbrown::HashSet::new();
            states.retain(|state| seen.insert(state.name.clone()));
            before - states.len()
        }
        Value::Unknown(_) | Value::Counter(_) | Value::Gauge(_) | Value::Info(_) => 0,
    }
}
