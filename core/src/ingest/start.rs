//! Start timestamps: what `_created` says of the series beside it.

use crate::model::Labels;
use crate::model::labels::{BUCKET, METRIC_NAME};
use crate::store::{SeriesId, Store};

/// The end of the name of a series whose value is the time since which others have counted.
pub(super) const CREATED_SUFFIX: &str = "_created";
/// The ends of the names of those others.
const COUNTING_SUFFIXES: [&str; 4] = ["_total", "_count", "_sum", "_bucket"];

/// The time that a `_created` sample states, in milliseconds since the Unix epoch. Its value is in seconds.
pub(super) fn start_ms(created_secs: f64) -> Option<i64> {
    let start_ms = (created_secs * 1000.0).round();
    // Times that a date can be made of: up to the year 9999.
    (1.0..253_402_300_800_000.0).contains(&start_ms).then_some(start_ms as i64)
}

/// Whether a series has counted since the time that a `_created` series states: the same metric, the same labels.
pub(super) fn is_counted_since(created: &Labels, other: &Labels) -> bool {
    let Some(metric) = created.metric_name().strip_suffix(CREATED_SUFFIX) else { return false };
    let suffix = other.metric_name().strip_prefix(metric);
    let is_other_label = |(name, _): &(&str, &str)| *name != METRIC_NAME && *name != BUCKET;
    suffix.is_some_and(|suffix| COUNTING_SUFFIXES.contains(&suffix))
        && created.iter().filter(is_other_label).eq(other.iter().filter(is_other_label))
}

/// Says of the series beside a `_created` series since when they have counted. `before` and `behind` are the series
/// around it in the page, the nearest first; a metric's series stand together.
pub(super) fn set_start(
    store: &mut Store,
    created: SeriesId,
    before: impl Iterator<Item = SeriesId>,
    behind: impl Iterator<Item = SeriesId>,
    from_ms: i64,
    start_ms: i64,
) {
    let Some(labels) = store.labels(created) else { return };
    let counts = |store: &Store, id: &SeriesId| {
        store.labels(*id).is_some_and(|other| is_counted_since(&labels, &other))
    };
    let mut ids = before.take_while(|id| counts(store, id)).collect::<Vec<_>>();
    ids.extend(behind.take_while(|id| counts(store, id)));
    for id in ids {
        store.set_start_timestamp(id, from_ms, start_ms);
    }
}
