//! Examples of what was counted or observed.

use crate::exposition::encode::{ExemplarValue, LabelPairs};
use crate::model::Labels;
use crate::model::labels::is_legacy_label_name;

/// How many characters names and values of an exemplar's labels may have together. Source: OpenMetrics 1.0.
const MAX_LABEL_CHARS: usize = 128;

/// One example, with labels that every format can carry.
#[derive(Clone, Debug)]
pub(super) struct Exemplar {
    labels: Labels,
    pub(super) value: f64,
    timestamp_ms: Option<i64>,
}

impl Exemplar {
    /// `None` where the labels are too long, or one has no valid name or the name of another.
    pub(super) fn new(value: f64, labels: LabelPairs<'_>, timestamp_ms: Option<i64>) -> Option<Self> {
        let chars: usize =
            labels.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
        let valid = labels.iter().all(|(name, _)| is_legacy_label_name(name));
        let distinct = labels
            .iter()
            .enumerate()
            .all(|(at, (name, _))| labels.iter().take(at).all(|(other, _)| other != name));
        (chars <= MAX_LABEL_CHARS && valid && distinct).then(|| Self {
            labels: Labels::from_pairs(labels.iter().copied()),
            value,
            timestamp_ms,
        })
    }

    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.labels.iter().collect()
    }

    /// As a visitor is shown it; `labels` are [`Exemplar::pairs`].
    pub(super) fn value<'a>(&self, labels: LabelPairs<'a>) -> ExemplarValue<'a> {
        ExemplarValue { labels, value: self.value, timestamp_ms: self.timestamp_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_a_reader_would_refuse_are_refused() {
        #[track_caller]
        fn check(labels: LabelPairs<'_>, expect: bool) {
            assert_eq!(Exemplar::new(1.0, labels, None).is_some(), expect, "{labels:?}");
        }
        check(&[], true);
        check(&[("trace_id", "8f2e"), ("span_id", "1")], true);
        check(&[("trace id", "8f2e")], false);
        check(&[("a", "1"), ("a", "2")], false);
        check(&[("a", &"é".repeat(127))], true);
        check(&[("a", &"é".repeat(128))], false);
    }
}
