//! What the user chose of the cards.

use std::collections::HashMap;

/// What the user chose of the cards.
#[derive(Debug, Default)]
pub(crate) struct OverviewState {
    /// What is typed into the filter.
    pub(crate) filter: String,
    /// Groups that were folded or unfolded by hand, by prefix.
    unfolded: HashMap<String, bool>,
}

/// A change of that.
#[derive(Clone, Debug)]
pub(crate) enum OverviewAction {
    /// Shows the cards that match.
    SetFilter(String),
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
    pub(crate) fn is_open(&self, prefix: &str, folded_at_first: bool) -> bool {
        self.unfolded.get(prefix).copied().unwrap_or(!folded_at_first)
    }

    /// Changes what was chosen.
    pub(crate) fn apply(&mut self, action: OverviewAction) {
        match action {
            OverviewAction::SetFilter(filter) => self.filter = filter,
            OverviewAction::Fold { prefix, is_open } => {
                self.unfolded.insert(prefix, is_open);
            }
        }
    }
}
