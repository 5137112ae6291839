//! The families in which a registry shows what was lost.

use super::source::Source;
use crate::exposition::encode::{CounterValue, FamilyHead, Visitor};
use crate::instrument::Descriptor;
use crate::model::MetricType;

const OVERFLOW: &str = "p95_overflow_updates";
const OVERFLOW_HELP: &str =
    "Look-ups for which a family had no series and no room for one more: they count in its overflow series.";
const REJECTED: &str = "p95_rejected_updates";
const REJECTED_HELP: &str = "Updates that a metric refused, by reason.";

/// The names that these families take.
pub(super) fn names() -> impl Iterator<Item = String> {
    [OVERFLOW, REJECTED]
        .into_iter()
        .flat_map(|name| Descriptor::new(name, "").names(MetricType::Counter).collect::<Vec<_>>())
}

/// Shows both families, where there is something to show.
pub(super) fn visit(sources: &[Box<dyn Source>], visitor: &mut dyn Visitor) {
    let overflowed = sources.iter().map(|source| (vec![("family", source.name())], source.overflowed()));
    show(OVERFLOW, OVERFLOW_HELP, overflowed, visitor);
    let rejected = sources.iter().flat_map(|source| {
        let reasons = source.rejected().reasons().into_iter().chain([("collector", source.left_out())]);
        reasons.map(|(reason, count)| (vec![("family", source.name()), ("reason", reason)], count))
    });
    show(REJECTED, REJECTED_HELP, rejected, visitor);
}

fn show<'a>(
    name: &str,
    help: &str,
    counts: impl Iterator<Item = (Vec<(&'a str, &'a str)>, u64)>,
    visitor: &mut dyn Visitor,
) {
    let mut has_begun = false;
    for (labels, count) in counts.filter(|(_, count)| *count > 0) {
        if !has_begun {
            visitor.family(&FamilyHead { name, metric_type: MetricType::Counter, unit: "", help });
            has_begun = true;
        }
        visitor.counter(&labels, &CounterValue { total: Some(count as f64), ..CounterValue::default() });
    }
}
