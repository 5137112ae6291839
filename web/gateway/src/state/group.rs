//! A group of Pushgateway's protocol.

use std::collections::BTreeMap;

use p95_core::exposition::encode::Format;
use p95_core::exposition::families::{Families, Family};
use p95_core::model::{Labels, Metadata};
use serde::{Deserialize, Serialize};

use super::PushChange;
use crate::push::{GroupFamily, families_of};

/// What was pushed to one group, and when.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(from = "Kept", into = "Kept")]
pub(crate) struct Group {
    families: BTreeMap<String, GroupFamily>,
    /// When a push last succeeded, in milliseconds since the Unix epoch.
    pub(crate) pushed_ms: i64,
    /// When one was last refused; 0 for never.
    pub(crate) failed_ms: i64,
}

/// A group as a snapshot has it: the metrics as text.
#[derive(Deserialize, Serialize)]
struct Kept {
    text: String,
    pushed_ms: i64,
    failed_ms: i64,
}

impl Group {
    pub(super) fn families(&self) -> impl Iterator<Item = (&String, &GroupFamily)> {
        self.families.iter()
    }

    /// Whether it has a family of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.families.contains_key(name)
    }

    /// Whether it has a series with these labels, the group's not among them.
    pub(super) fn has_series(&self, name: &str, labels: &Labels) -> bool {
        let family = self.families.get(name);
        family.is_some_and(|family| family.metrics.iter().any(|metric| metric.labels == *labels))
    }

    /// The series of families that `choose` chooses.
    pub(super) fn series_where(&self, choose: impl Fn(&str) -> bool) -> usize {
        let chosen = self.families.iter().filter(|(name, _)| choose(name));
        chosen.map(|(_, family)| family.metrics.len()).sum()
    }

    /// Takes what was pushed.
    pub(super) fn push(&mut self, push: &PushChange) {
        if push.replaces_all {
            self.families.clear();
        }
        self.families.extend(families_of(&push.text));
        self.pushed_ms = push.at_ms;
    }
}

impl From<Kept> for Group {
    fn from(Kept { text, pushed_ms, failed_ms }: Kept) -> Self {
        Self { families: families_of(&text), pushed_ms, failed_ms }
    }
}

impl From<Group> for Kept {
    fn from(Group { families, pushed_ms, failed_ms }: Group) -> Self {
        let families = families.into_iter().map(|(name, family)| {
            let GroupFamily { head, metrics } = family;
            let metadata = Metadata {
                name: name.into(),
                metric_type: head.metric_type,
                unit: head.unit.into(),
                help: head.help.into(),
            };
            Family { metadata, metrics }
        });
        let families = Families { families: families.collect(), duplicates: 0 };
        Self { text: families.encode(Format::Text), pushed_ms, failed_ms }
    }
}
