//! Everything that is known: totals, groups, and which frames were seen. It changes by [`Change`]s alone, so that a log of
//! them brings it back, and it has neither clock nor file.

mod change;
mod gauge;
mod group;
mod page;
mod plan;
mod schema;
mod series;
mod sessions;
#[cfg(test)]
mod tests;
mod totals;
mod values;

use std::collections::BTreeMap;

use p95_core::model::Labels;
use serde::{Deserialize, Serialize};

pub(crate) use change::{Change, Expire, PushChange};
use group::Group;
pub(crate) use page::PageRules;
use schema::Schema;
use sessions::Sessions;
use totals::Totals;

/// Everything that is known.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct State {
    /// Which frames were seen.
    pub(crate) sessions: Sessions,
    /// What frames add up to.
    totals: Totals,
    /// What was pushed by Pushgateway's protocol, by the labels of the group.
    groups: BTreeMap<Labels, Group>,
    /// What families are, whoever pushed them.
    #[serde(skip)]
    schema: Schema,
}

impl State {
    /// Brings back what is left out of a snapshot, because the rest implies it.
    pub(crate) fn restore(mut self) -> Self {
        self.totals.restore();
        for (name, family) in self.totals.families() {
            self.schema.hold(name, &family.head);
        }
        for (labels, group) in &self.groups {
            self.schema.hold_group(labels, group);
        }
        self
    }

    /// The series of all metrics and groups.
    pub(crate) fn series(&self) -> usize {
        self.totals.series() + self.schema.group_series() + 2 * self.groups.len()
    }

    /// The pages whose frames are remembered.
    pub(crate) fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// The families of frames and groups.
    pub(crate) fn families(&self) -> usize {
        self.schema.len()
    }

    /// Whether there is a group with these labels.
    pub(crate) fn has_group(&self, labels: &Labels) -> bool {
        self.groups.contains_key(labels)
    }

    /// How many groups of Pushgateway's protocol there are.
    pub(crate) fn groups(&self) -> usize {
        self.groups.len()
    }
}
