//! What the user chose of the cards.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use p95_engine::CardRank;

/// What the user chose of the cards.
#[derive(Debug, Default)]
pub(crate) struct OverviewState {
    /// What is typed into the filter.
    pub(crate) filter: String,
    /// In which order cards stand.
    pub(crate) sort: Sort,
    /// How much room a card takes.
    pub(crate) density: Density,
    /// The order that is shown: it waits while the pointer is on a chart.
    pub(super) ranking: Arc<BTreeMap<String, CardRank>>,
    /// Groups that were folded or unfolded by hand, by prefix.
    pub(crate) unfolded: HashMap<String, bool>,
}

/// In which order cards stand.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// Group by group, by name.
    #[default]
    Name,
    /// Those that changed most first.
    Changed,
    /// The highest values first, unit by unit.
    Highest,
}

/// How much room a card takes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Density {
    /// A chart with axes and a legend.
    #[default]
    Comfortable,
    /// A value and a small chart.
    Compact,
    /// One line.
    Rows,
}

/// A change of that.
#[derive(Clone, Debug)]
pub(crate) enum OverviewAction {
    /// Shows the cards that match.
    SetFilter(String),
    /// Shows them in this order.
    SetSort(Sort),
    /// Gives them so much room.
    SetDensity(Density),
    /// Folds a group away, or unfolds it.
    Fold {
        /// The group's prefix.
        prefix: String,
        /// Whether its cards are shown.
        is_open: bool,
    },
}

impl OverviewState {
    /// Whether the cards of a group are shown.
    pub(super) fn is_open(&self, prefix: &str, folded_at_first: bool) -> bool {
        self.unfolded.get(prefix).copied().unwrap_or(!folded_at_first)
    }

    /// Changes what was chosen.
    pub(crate) fn apply(&mut self, action: OverviewAction) {
        match action {
            OverviewAction::SetFilter(filter) => self.filter = filter,
            OverviewAction::SetSort(sort) => self.sort = sort,
            OverviewAction::SetDensity(density) => self.density = density,
            OverviewAction::Fold { prefix, is_open } => {
                self.unfolded.insert(prefix, is_open);
            }
        }
    }
}
