//! How high each card's values are, and how much they changed: what an overview can be sorted by.

use std::collections::BTreeMap;

use p95_core::overview::{Chart, Overview};

use crate::source::QuerySource;
use crate::view::{KeptSteps, ViewTimes, evaluate};
use crate::{AnswerForm, PanelMode, PanelQuery};

/// Few points are enough to compare two halves, and cost little for a thousand cards.
const POINTS: usize = 12;
/// The most series of a card that are looked at.
const MAX_SERIES: usize = 50;

/// How a card's face stands among the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct CardRank {
    /// The highest of the newest values of its series; `None` where it has no finite one.
    pub highest: Option<f64>,
    /// The largest change of a series, upwards or downwards, as a number from 0, unchanged, to 1, from nothing or to many
    /// times as much: `change / (1 + change)` of [`Summary::change`](crate::SeriesStats::change) without its sign.
    pub change: f64,
}

/// The ranks of all cards that are drawn as lines, by their ids. They are the answers to the cards' own queries over the last
/// `span_ms`. Where the source has not that much to spare, the first cards have ranks, and the others none.
pub(crate) async fn ranking(
    overview: &Overview,
    source: &dyn QuerySource,
    times: ViewTimes,
    span_ms: i64,
) -> BTreeMap<String, CardRank> {
    let mut ranks = BTreeMap::new();
    let mut spare = source.spare_queries();
    for card in overview.cards().filter(|card| card.face.chart == Chart::Lines) {
        if ranks.contains_key(&card.id) {
            continue;
        }
        let Some(rest) = spare.checked_sub(card.face.queries.len()) else { break };
        spare = rest;
        let panel = PanelQuery {
            id: String::new(),
            exprs: card.face.queries.iter().map(|query| query.expr.clone()).collect(),
            mode: PanelMode::Range { range_ms: span_ms, max_points: POINTS },
            end_ms: None,
            max_series: MAX_SERIES,
            form: AnswerForm::Series,
        };
        // It is asked too seldom for anything to be kept.
        let result = evaluate(&panel, source, times, &KeptSteps::default()).await;
        let mut rank = CardRank::default();
        for series in result.answers.iter().flatten().flat_map(|answer| &answer.series) {
            let last = series.values.last().copied().filter(|last| last.is_finite());
            rank.highest = last.into_iter().chain(rank.highest).reduce(f64::max);
            let change = series.stats.and_then(|stats| stats.change);
            rank.change = rank.change.max(change.map_or(0.0, bounded));
        }
        ranks.insert(card.id.clone(), rank);
    }
    ranks
}

fn bounded(change: f64) -> f64 {
    let size = change.abs();
    if size.is_infinite() { 1.0 } else { size / (1.0 + size) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_bounded() {
        assert_eq!([0.0, -1.0, 3.0, f64::INFINITY].map(bounded), [0.0, 0.5, 0.75, 1.0]);
    }
}
