//! A card under conditions and in other groups.

use std::fmt;

use super::card::{Card, CardQuery, Chart, Panel};
use crate::model::labels::{QUANTILE, write_label_name, write_quoted};
use crate::model::{MatchOp, Matcher};
use crate::promql::ast::{AggregateOp, Expr};
use crate::promql::{ParseOptions, parse};

/// What a card is looked at through: conditions on labels, and the labels that tell its lines apart.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::overview::{LabelFilter, Lens, Seen, Window, overview};
///
/// let series = ["/cart", "/pay"].map(|route| Labels::from_pairs([("__name__", "hits_total"), ("route", route)]));
/// let overview = overview(&Seen::new([], &series), Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
/// let cart = LabelFilter { name: "route".to_owned(), value: "/cart".to_owned(), is_not: false };
/// let card = overview.groups[0].cards[0].through(&Lens { filters: vec![cart], group_by: Some(Vec::new()) });
/// assert_eq!(card.face.queries[0].expr, r#"sum(rate(hits_total{route="/cart"}[4s]))"#);
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Lens {
    /// Conditions that every series has to meet.
    pub filters: Vec<LabelFilter>,
    /// The labels to group by; none of them for one line of everything. `None` leaves it to the card.
    pub group_by: Option<Vec<String>>,
}

/// A condition on a label. A series without the label has the value `""`.
///
/// ```
/// use p95_core::overview::LabelFilter;
///
/// let filter = LabelFilter { name: "route".to_owned(), value: "/cart".to_owned(), is_not: true };
/// assert_eq!(filter.to_string(), r#"route!="/cart""#);
/// assert!(filter.matcher().matches_value("/pay"));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LabelFilter {
    /// The label.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether the label must have another value than this one.
    pub is_not: bool,
}

impl LabelFilter {
    /// The condition as PromQL has it.
    pub fn matcher(&self) -> Matcher {
        let is = Matcher::equal(&self.name, &self.value);
        // Only regular expressions can fail.
        if self.is_not { Matcher::new(&self.name, MatchOp::NotEqual, &self.value).unwrap_or(is) } else { is }
    }
}

/// As PromQL writes it: `route!="/cart"`.
impl fmt::Display for LabelFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_label_name(f, &self.name)?;
        f.write_str(if self.is_not { "!=" } else { "=" })?;
        write_quoted(f, &self.value)
    }
}

impl Card {
    /// The card through a lens. Its id stays; heatmaps are filtered and never regrouped.
    pub fn through(&self, lens: &Lens) -> Self {
        let matchers: Vec<Matcher> = lens.filters.iter().map(LabelFilter::matcher).collect();
        let through = |panel: &Panel| {
            let filtered = panel.filtered(&matchers);
            lens.group_by.as_ref().map_or(filtered.clone(), |labels| filtered.grouped_by(labels))
        };
        Self {
            face: through(&self.face),
            details: self.details.iter().map(through).collect(),
            by: lens.group_by.clone().unwrap_or_else(|| self.by.clone()),
            ..self.clone()
        }
    }
}

impl Panel {
    /// The same, of the series that meet the conditions.
    fn filtered(&self, matchers: &[Matcher]) -> Self {
        let queries = self.queries.iter().map(|query| CardQuery {
            expr: rewritten(&query.expr, |expr| expr.filtered(matchers)),
            ..query.clone()
        });
        Self { queries: queries.collect(), ..self.clone() }
    }

    /// The same with a line for each combination of the labels. Of several quantiles p95 stays: three for each would be too
    /// many lines.
    pub(super) fn grouped_by(&self, labels: &[String]) -> Self {
        let op = match self.chart {
            Chart::Heatmap => return self.clone(),
            Chart::Lines => AggregateOp::Avg,
            // All is well where the worst one is.
            Chart::Status => AggregateOp::Min,
            Chart::Age => AggregateOp::Max,
            Chart::Table => AggregateOp::Count,
        };
        let is_p95 = |query: &&CardQuery| query.legend == "p95";
        let only_p95 = (!labels.is_empty()).then(|| self.queries.iter().find(is_p95)).flatten();
        let grouped = |query: &CardQuery| {
            let has_quantiles = query.legend_labels.iter().any(|label| label == QUANTILE);
            let quantile = has_quantiles.then(|| QUANTILE.to_owned());
            let labels: Vec<String> = quantile.into_iter().chain(labels.iter().cloned()).collect();
            let legend = if labels.is_empty() && query.legend.is_empty() { "all" } else { &query.legend };
            CardQuery {
                expr: rewritten(&query.expr, |expr| expr.grouped_by(&labels, op)),
                legend: legend.to_owned(),
                legend_labels: labels,
            }
        };
        match only_p95 {
            Some(p95) => Self { title: "p95".to_owned(), queries: vec![grouped(p95)], ..self.clone() },
            None => Self { queries: self.queries.iter().map(grouped).collect(), ..self.clone() },
        }
    }
}

/// The query after a change to its tree; as it is where it cannot be read.
pub(super) fn rewritten(query: &str, change: impl FnOnce(Expr) -> Expr) -> String {
    parse(query, &ParseOptions::default()).map_or_else(|_| query.to_owned(), |expr| change(expr).to_string())
}
