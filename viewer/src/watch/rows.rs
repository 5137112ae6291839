//! What stands below each other: headings, cards, gaps.

use p95_core::overview::{Card, Overview};

use crate::view::matches_filter;

/// A line of the overview.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Row<'a> {
    /// The beginning of a group.
    Heading {
        /// What its cards' names begin with.
        title: &'a str,
        /// How many cards it has.
        cards: usize,
        /// Whether they are left out, as those of a language's runtime are until the filter finds them.
        folded: bool,
    },
    /// A card.
    Card(&'a Card),
    /// An empty line.
    Gap,
}

/// The cards that belong to the filter, group by group.
pub(super) fn rows<'a>(overview: &'a Overview, filter: &str) -> Vec<Row<'a>> {
    let is_filtered = !filter.trim().is_empty();
    let groups = overview.groups.iter().map(|group| (group.prefix.as_str(), &group.cards, group.folded));
    let mut rows = Vec::new();
    for (title, cards, folded) in std::iter::once(("Overview", &overview.top, false)).chain(groups) {
        let found: Vec<&Card> = cards.iter().filter(|card| matches_filter(card, filter)).collect();
        if found.is_empty() {
            continue;
        }
        if !rows.is_empty() {
            rows.push(Row::Gap);
        }
        let folded = folded && !is_filtered;
        rows.push(Row::Heading { title, cards: found.len(), folded });
        if !folded {
            rows.extend(found.into_iter().map(Row::Card));
        }
    }
    rows
}
