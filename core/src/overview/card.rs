//! Cards: what is shown of a metric.

use super::Unit;
use crate::model::{Labels, MetricType};

/// All cards of what was seen.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Seen, Window, overview};
///
/// let series = ["up", "hits_total", "go_goroutines"].map(|name| Labels::from_pairs([("__name__", name)]));
/// let overview = overview(&Seen::new([], &series), Window { interval_ms: 1_000, scrapes: 2, step_ms: 0 });
/// let ids = overview.cards().map(|card| card.id.as_str());
/// assert_eq!(Vec::from_iter(ids), ["top/targets", "hits_total", "go_goroutines"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Overview {
    /// What to look at first: the targets' health, errors, the highest latencies. A card that has a place in a group
    /// stands there too, under the same id.
    pub top: Vec<Card>,
    /// All cards, grouped by the prefix of their names; folded groups last.
    pub groups: Vec<Group>,
}

impl Overview {
    /// Every card, those of the top row first; a card of the top row may come again in its group.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.top.iter().chain(self.groups.iter().flat_map(|group| &group.cards))
    }
}

/// Cards whose names begin alike.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Seen, Window, overview};
///
/// let series = ["hits_total", "go_goroutines"].map(|name| Labels::from_pairs([("__name__", name)]));
/// let overview = overview(&Seen::new([], &series), Window { interval_ms: 1_000, scrapes: 2, step_ms: 0 });
/// let groups = overview.groups.iter().map(|group| (group.prefix.as_str(), group.cards.len(), group.folded));
/// assert_eq!(Vec::from_iter(groups), [("hits", 1, false), ("go", 1, true)]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Group {
    /// The common prefix, without the separator after it: `node_cpu`.
    pub prefix: String,
    /// The cards, by name.
    pub cards: Vec<Card>,
    /// Whether the group starts folded away, as metrics of the language's runtime do.
    pub folded: bool,
}

/// What is shown of one family, or of a question that several families answer.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Seen, Window, overview};
///
/// let series = [Labels::from_pairs([("__name__", "hits_total")])];
/// let overview = overview(&Seen::new([], &series), Window { interval_ms: 1_000, scrapes: 1, step_ms: 0 });
/// let card = &overview.groups[0].cards[0];
/// assert_eq!((card.title.as_str(), card.metric_type.as_str()), ("hits_total", "counter"));
/// assert_eq!(card.note.as_deref(), Some("rate after the next scrape (1s)"));
/// assert_eq!(Vec::from_iter(card.panels().map(|panel| panel.title.as_str())), ["rate", "total"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Card {
    /// The same for the same card in every overview, and unique among cards that differ.
    pub id: String,
    /// A heading.
    pub title: String,
    /// The family's name as its metadata has it, or as its series' names suggest. Empty for a card about several.
    pub family: String,
    /// The family's type: the declared one, or what its series' names suggest.
    pub metric_type: MetricType,
    /// The family's help text, or empty.
    pub help: String,
    /// What the card shows.
    pub face: Panel,
    /// What it shows besides when it is opened.
    pub details: Vec<Panel>,
    /// What has to be said beside the numbers: "since start", "rate after the next scrape (1 s)".
    pub note: Option<String>,
    /// Whether it counts what should not happen.
    pub error_like: bool,
    /// The labels that its queries break down by.
    pub by: Vec<String>,
    /// The number of series behind it.
    pub series: usize,
}

impl Card {
    /// The face and the details.
    pub fn panels(&self) -> impl Iterator<Item = &Panel> {
        std::iter::once(&self.face).chain(&self.details)
    }
}

/// One chart.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Chart, Panel, Seen, Window, overview};
///
/// let series = [Labels::from_pairs([("__name__", "disk_used_ratio")])];
/// let overview = overview(&Seen::new([], &series), Window { interval_ms: 1_000, scrapes: 2, step_ms: 0 });
/// let panel = &overview.groups[0].cards[0].face;
/// assert_eq!((panel.title.as_str(), panel.chart, panel.axis), ("value", Chart::Lines, Some([0.0, 1.0])));
/// assert_eq!(panel.max_series, Panel::MAX_SERIES);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Panel {
    /// What the values are: `rate`, `p50, p95, p99`, `mean`.
    pub title: String,
    /// How they are drawn.
    pub chart: Chart,
    /// What they are measured in; for a heatmap, what was observed is measured in, and so its buckets' bounds, and whether its
    /// cells count observations or observations per second.
    pub unit: Unit,
    /// The fixed ends of the value axis, where the values have natural ones.
    pub axis: Option<[f64; 2]>,
    /// What it means that a value is NaN, where that is no fault: `no requests` of a share of all requests.
    pub nan: Option<String>,
    /// The most series that are drawn of each query's answer: those that are highest anywhere in the time shown.
    pub max_series: usize,
    /// The queries whose answers are drawn, all in one chart. Empty while the card's note says why.
    pub queries: Vec<CardQuery>,
}

impl Panel {
    /// More lines than these nobody can tell apart.
    pub const MAX_SERIES: usize = 20;

    /// A panel without fixed ends, whose values are numbers.
    pub(super) fn new(title: &str, chart: Chart, unit: Unit, queries: Vec<CardQuery>) -> Self {
        let (axis, nan, max_series) = (None, None, Self::MAX_SERIES);
        Self { title: title.to_owned(), chart, unit, axis, nan, max_series, queries }
    }
}

/// How a panel is drawn.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{Chart, Seen, Window, overview};
///
/// let chart = |name: &str| {
///     let series = [Labels::from_pairs([("__name__", name)])];
///     let window = Window { interval_ms: 1_000, scrapes: 2, step_ms: 0 };
///     overview(&Seen::new([], &series), window).groups[0].cards[0].face.chart
/// };
/// assert_eq!(chart("backup_last_seen_seconds"), Chart::Age);
/// assert_eq!(chart("probe_success"), Chart::Status);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Chart {
    /// A line for each series.
    Lines,
    /// Time by bucket. The answer has a cumulative series for each `le`, or one of native histograms.
    Heatmap,
    /// A strip for each series, which says over time whether it was 1 or 0.
    Status,
    /// How long ago something happened, in seconds, for each series.
    Age,
    /// A row of labels for each series; the values are 1.
    Table,
}

/// A query and how to name the series of its answer.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::CardQuery;
///
/// let query = CardQuery {
///     expr: "sum by (route) (rate(hits_total[4s]))".to_owned(),
///     legend: "hits".to_owned(),
///     legend_labels: vec!["route".to_owned()],
/// };
/// assert_eq!(query.series_name(&Labels::from_pairs([("route", "/cart")])), "hits /cart");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CardQuery {
    /// The PromQL.
    pub expr: String,
    /// What all series of the answer have in common: `p95`. May be empty.
    pub legend: String,
    /// The labels whose values tell the series of the answer apart.
    pub legend_labels: Vec<String>,
}

impl CardQuery {
    /// The name of a series of the answer: the legend, then the values of its labels, `p95 /cart GET`.
    pub fn series_name(&self, labels: &Labels) -> String {
        let legend = Some(self.legend.as_str()).filter(|legend| !legend.is_empty());
        let values = self.legend_labels.iter().filter_map(|name| labels.get(name));
        let name = legend.into_iter().chain(values).collect::<Vec<_>>().join(" ");
        if name.is_empty() { labels.to_string() } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_named_by_what_tells_them_apart() {
        #[track_caller]
        fn check(legend: &str, by: &[&str], labels: &[(&str, &str)], expect: &str) {
            let query = CardQuery {
                expr: String::new(),
                legend: legend.to_owned(),
                legend_labels: by.iter().map(|&name| name.to_owned()).collect(),
            };
            assert_eq!(query.series_name(&Labels::from_pairs(labels.iter().copied())), expect);
        }
        check("p95", &[], &[], "p95");
        check("p95", &["route", "method"], &[("method", "GET"), ("route", "/cart")], "p95 /cart GET");
        check("", &["route"], &[("route", "/cart"), ("job", "a")], "/cart");
        check("", &["route"], &[("job", "a")], r#"{job="a"}"#);
        check("", &[], &[], "{}");
    }
}
