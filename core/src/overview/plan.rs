//! From what was seen to the cards.

use super::card::{Card, Overview};
use super::counters::counter_card;
use super::distributions::{histogram_card, summary_card};
use super::errors::{outcome_card, pair_card};
use super::family::{Family, families};
use super::gauges::{gauge_card, info_card, stateset_card};
use super::groups::grouped;
use super::top::{is_about_scraping, top_row};
use super::{Seen, Window};
use crate::model::MetricType;

/// The cards of everything that was seen. A family of which no series was seen has none.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Seen, Window, overview};
///
/// let buckets = ["0.1", "+Inf"].map(|le| Labels::from_pairs([("__name__", "reply_seconds_bucket"), ("le", le)]));
/// let overview = overview(&Seen::new([], &buckets), Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
/// let p95 = &overview.groups[0].cards[0].face.queries[1];
/// assert_eq!(p95.legend, "p95");
/// assert_eq!(p95.expr, "histogram_quantile(0.95, sum by (le) (rate(reply_seconds_bucket[4s])))");
/// ```
pub fn overview(seen: &Seen, window: Window) -> Overview {
    let families = families(seen);
    let cards: Vec<Card> = families
        .values()
        .filter(|family| !is_about_scraping(family.name))
        .flat_map(|family| {
            let error_rate = outcome_card(family, window).or_else(|| pair_card(family, &families, window));
            let card =
                family_card(family, window).map(|card| with_other_type(card, seen.other_type(family.name)));
            card.into_iter().chain(error_rate)
        })
        .collect();
    Overview { top: top_row(&families, &cards, window), groups: grouped(cards) }
}

/// The card of one family, by its type.
fn family_card(family: &Family<'_>, window: Window) -> Option<Card> {
    match family.metric_type {
        MetricType::Counter => counter_card(family, window),
        MetricType::Histogram | MetricType::GaugeHistogram => histogram_card(family, window),
        MetricType::Summary => summary_card(family, window),
        MetricType::Info => info_card(family),
        MetricType::StateSet => stateset_card(family),
        MetricType::Gauge | MetricType::Unknown => gauge_card(family),
    }
}

/// Says on a card that its metric is declared as another type too: what is drawn follows the type declared last.
fn with_other_type(mut card: Card, other: Option<MetricType>) -> Card {
    let Some(other) = other else { return card };
    let remark = format!("also declared as {}", other.as_str());
    card.note = Some(card.note.map_or(remark.clone(), |note| format!("{note} · {remark}")));
    card
}
