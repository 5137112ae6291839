//! What stands below each other: headings, cards, gaps.

use p95_core::overview::{Card, Group, Overview};

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

/// The cards that belong to the filter, group by group. A card of the top row does not come again in its group.
pub(super) fn rows<'a>(overview: &'a Overview, filter: &str) -> Vec<Row<'a>> {
    let is_filtered = !filter.trim().is_empty();
    let groups =
        overview.groups.iter().map(|group| (group.prefix.as_str(), rest(overview, group), group.folded));
    let top = ("Overview", Vec::from_iter(&overview.top), false);
    let mut rows = Vec::new();
    for (title, cards, folded) in std::iter::once(top).chain(groups) {
        let found: Vec<&Card> = cards.into_iter().filter(|card| matches_filter(card, filter)).collect();
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

/// The cards of a group that are not in the top row.
pub(super) fn rest<'a>(overview: &'a Overview, group: &'a Group) -> Vec<&'a Card> {
    let is_above = |card: &&Card| overview.top.iter().any(|above| above.id == card.id);
    group.cards.iter().filter(|card| !is_above(card)).collect()
}
