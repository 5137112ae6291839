//! Grouping cards by the prefix of their names.

use std::collections::BTreeMap;

use super::card::{Card, Group};

/// A group of more cards than this is split by the next word of their names.
const MAX_CARDS: usize = 16;
/// Fewer cards than this stay with the shorter prefix.
const MIN_CARDS: usize = 3;

/// First words of metrics about the language's runtime and the exporter itself, which are rarely what one came for.
const FOLDED: [&str; 6] = ["go", "jvm", "nodejs", "process", "promhttp", "python"];

/// Whether a name belongs to a group that is folded away.
pub(super) fn is_folded(name: &str) -> bool {
    prefix_of(name, 1).is_some_and(|first| FOLDED.contains(&first))
}

/// Cards, which come by name, in groups by the first words of their names; folded groups last.
pub(super) fn grouped(cards: Vec<Card>) -> Vec<Group> {
    let mut groups = Vec::new();
    split(cards, "", 1, &mut groups);
    groups.sort_by(|a, b| (a.folded, &a.prefix).cmp(&(b.folded, &b.prefix)));
    groups
}

/// Groups cards that have `words - 1` words in common, `prefix`.
fn split(cards: Vec<Card>, prefix: &str, words: usize, groups: &mut Vec<Group>) {
    let mut by_prefix: BTreeMap<String, Vec<Card>> = BTreeMap::new();
    for card in cards {
        let longer = prefix_of(&card.family, words).unwrap_or(&card.family).to_owned();
        by_prefix.entry(longer).or_default().push(card);
    }
    let mut rest = Vec::new();
    for (longer, cards) in by_prefix {
        let splits = cards.iter().filter(|card| prefix_of(&card.family, words + 1).is_some()).count();
        if !prefix.is_empty() && cards.len() < MIN_CARDS {
            rest.extend(cards);
        } else if cards.len() > MAX_CARDS && splits > 0 && !is_folded(&longer) {
            split(cards, &longer, words + 1, groups);
        } else {
            groups.push(Group { folded: is_folded(&longer), prefix: longer, cards });
        }
    }
    if !rest.is_empty() {
        groups.push(Group { folded: is_folded(prefix), prefix: prefix.to_owned(), cards: rest });
    }
}

/// The first words of a name; the name itself where it has just as many, `None` where it has fewer.
fn prefix_of(name: &str, words: usize) -> Option<&str> {
    let mut ends = name.match_indices(['_', '.', ':', '/', '-']).map(|(at, _)| at).filter(|&at| at > 0);
    match ends.nth(words - 1) {
        Some(end) => name.get(..end),
        None => (name.split(['_', '.', ':', '/', '-']).filter(|word| !word.is_empty()).count() == words)
            .then_some(name),
    }
}
