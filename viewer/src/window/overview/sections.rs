//! In which sections cards stand, and in which order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use p95_core::overview::{BaseUnit, Card, Overview, Unit};
use p95_engine::CardRank;

use super::{OverviewState, Sort};
use crate::view::matches_filter;

/// Cards under a heading.
pub(super) struct Section<'a> {
    /// The heading.
    pub(super) title: String,
    /// The cards, in order.
    pub(super) cards: Vec<&'a Card>,
    /// Whether it starts folded away.
    pub(super) folded: bool,
}

/// The sections of the cards that match the filter. Folded groups stay groups, at the end, whatever the order.
pub(super) fn sections<'a>(overview: &'a Overview, state: &OverviewState) -> Vec<Section<'a>> {
    // What the top row shows is not shown twice.
    let is_on_top = |card: &Card| overview.top.iter().any(|top| top.id == card.id);
    let groups = overview.groups.iter().map(|group| Section {
        title: group.prefix.clone(),
        cards: group
            .cards
            .iter()
            .filter(|card| matches_filter(card, &state.filter) && !is_on_top(card))
            .collect(),
        folded: group.folded,
    });
    let groups = groups.filter(|section| !section.cards.is_empty());
    let (folded, open): (Vec<_>, Vec<_>) = groups.partition(|section| section.folded);
    let mut sections = match state.sort {
        Sort::Name => gathered(open),
        Sort::Changed => {
            let mut cards: Vec<&Card> = open.into_iter().flat_map(|section| section.cards).collect();
            cards.sort_by(|a, b| change(&state.ranking, b).total_cmp(&change(&state.ranking, a)));
            vec![Section { title: "most changed first".to_owned(), cards, folded: false }]
        }
        Sort::Highest => by_unit(open.into_iter().flat_map(|section| section.cards), &state.ranking),
    };
    sections.retain(|section| !section.cards.is_empty());
    sections.extend(folded);
    sections
}

/// Groups of one card each, where there are several, as one section: each would take a row of the grid for itself.
fn gathered(groups: Vec<Section<'_>>) -> Vec<Section<'_>> {
    let (mut single, mut sections): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|section| section.cards.len() == 1);
    if single.len() > 1 {
        let cards = single.into_iter().flat_map(|section| section.cards).collect();
        sections.push(Section { title: "others".to_owned(), cards, folded: false });
    } else {
        sections.append(&mut single);
        sections.sort_by(|a, b| a.title.cmp(&b.title));
    }
    sections
}

/// Numbers of different units are not compared.
fn by_unit<'a>(
    cards: impl Iterator<Item = &'a Card>,
    ranking: &BTreeMap<String, CardRank>,
) -> Vec<Section<'a>> {
    let mut units: BTreeMap<(usize, String), Vec<&Card>> = BTreeMap::new();
    for card in cards {
        units.entry(unit_name(&card.face.unit)).or_default().push(card);
    }
    let section = |((_, title), mut cards): ((usize, String), Vec<&'a Card>)| {
        cards.sort_by(|a, b| highest(ranking, b).total_cmp(&highest(ranking, a)));
        Section { title, cards, folded: false }
    };
    let mut sections: Vec<Section<'_>> = units.into_iter().map(section).collect();
    // What has no number at all comes last.
    sections.sort_by_key(|section| Reverse(section.cards.iter().any(|card| ranking.contains_key(&card.id))));
    sections
}

fn change(ranking: &BTreeMap<String, CardRank>, card: &Card) -> f64 {
    ranking.get(&card.id).map_or(-1.0, |rank| rank.change)
}

fn highest(ranking: &BTreeMap<String, CardRank>, card: &Card) -> f64 {
    ranking.get(&card.id).and_then(|rank| rank.highest).unwrap_or(f64::NEG_INFINITY)
}

/// What a unit is called, and where it stands: durations, what is ratio or percent, bytes, all others.
fn unit_name(unit: &Unit) -> (usize, String) {
    let (rank, name) = match &unit.base {
        BaseUnit::Seconds => (0, "seconds"),
        BaseUnit::Percent => (1, "percent"),
        BaseUnit::Ratio => (2, "ratios"),
        BaseUnit::Bytes => (3, "bytes"),
        BaseUnit::None => (4, "numbers"),
        BaseUnit::Celsius => (5, "degrees Celsius"),
        BaseUnit::Other(name) => (6, name.as_str()),
    };
    (rank, if unit.per_second { format!("{name} per second") } else { name.to_owned() })
}

#[cfg(test)]
mod tests {
    use p95_core::model::{Labels, Metadata, MetricType};
    use p95_core::overview::{Seen, Window, overview};

    use super::*;

    fn seen() -> Overview {
        let mut seen = Seen::default();
        for name in ["a_bytes", "b_bytes", "c_seconds", "d_jobs"] {
            seen.add_metadata(&Metadata {
                name: name.into(),
                metric_type: MetricType::Gauge,
                unit: "".into(),
                help: "".into(),
            });
            seen.add_series(&Labels::from_pairs([("__name__", name)]));
        }
        overview(&seen, Window { interval_ms: 1_000, scrapes: 2, step_ms: 0 })
    }

    #[test]
    fn orders() {
        #[track_caller]
        fn check(sort: Sort, filter: &str, expect: &[(&str, &[&str])]) {
            let rank =
                |name: &str, highest, change| (name.to_owned(), CardRank { highest: Some(highest), change });
            let ranking = [rank("a_bytes", 1.0, 0.5), rank("b_bytes", 9.0, 0.1), rank("c_seconds", 2.0, 0.9)];
            let state = OverviewState {
                filter: filter.to_owned(),
                sort,
                ranking: BTreeMap::from(ranking).into(),
                ..OverviewState::default()
            };
            let overview = seen();
            let sections = sections(&overview, &state);
            let found = Vec::from_iter(sections.iter().map(|section| {
                (section.title.as_str(), Vec::from_iter(section.cards.iter().map(|card| card.id.as_str())))
            }));
            let expect = Vec::from_iter(expect.iter().map(|(title, ids)| (*title, ids.to_vec())));
            assert_eq!(found, expect);
        }
        let by_name = ["a_bytes", "b_bytes", "c_seconds", "d_jobs"];
        check(Sort::Name, "", &[("others", &by_name)]);
        check(Sort::Name, "c", &[("c", &["c_seconds"])]);
        let all = ["c_seconds", "a_bytes", "b_bytes", "d_jobs"];
        check(Sort::Changed, "", &[("most changed first", &all)]);
        check(
            Sort::Highest,
            "",
            &[("seconds", &["c_seconds"]), ("bytes", &["b_bytes", "a_bytes"]), ("numbers", &["d_jobs"])],
        );
        check(Sort::Highest, "bytes", &[("bytes", &["b_bytes", "a_bytes"])]);
        check(Sort::Changed, "nothing", &[]);
    }
}
