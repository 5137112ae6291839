//! What the page of a metric keeps between two frames.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use p95_core::overview::{Card, CardQuery, Chart, LabelFilter, Lens, Panel};
use p95_core::promql::ast::Expr;
use p95_core::promql::{ParseOptions, parse};
use p95_engine::{Command, MetricView, PanelResult};

use super::table::Rows;
use crate::window::view::View;

/// What the page of a metric keeps between two frames.
#[derive(Debug, Default)]
pub(crate) struct MetricState {
    /// The metric that all of it is about.
    name: String,
    /// The number of the panel that is shown at full size: 0 is the card's face.
    panel: usize,
    /// Filters and groups.
    pub(super) lens: Lens,
    /// The label whose values stand side by side.
    pub(super) split: Option<String>,
    /// The queries that were edited, by their number in the panel.
    pub(super) edits: BTreeMap<usize, Edit>,
    /// The lines that are hidden, by name.
    pub(super) hidden: BTreeSet<String>,
    /// What the table is sorted by; at first by its first column of figures, the highest first.
    pub(super) sort: Option<Sort>,
    /// The rows of the table, and the answer that they were made from.
    pub(super) rows: Option<(Arc<PanelResult>, Rows)>,
    /// The last chart: it stays on screen until there is a newer answer.
    pub(super) drawn: Option<(Panel, Arc<PanelResult>)>,
    /// What the engine was last told to open.
    asked: Option<MetricView>,
}

/// A query that was edited.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    /// What stands in the field.
    pub(super) text: String,
    /// The last text that was a query.
    pub(super) valid: String,
}

/// What a table is sorted by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Sort {
    /// The number of the column; the labels come first.
    pub(super) column: usize,
    /// Whether the largest comes first.
    pub(super) descending: bool,
}

/// A change of what is shown of a metric.
#[derive(Clone, Debug)]
pub(crate) enum MetricAction {
    /// Shows a panel of the card at full size.
    ShowPanel(usize),
    /// Shows what meets one more condition. It takes the place of one that contradicts it.
    Filter(LabelFilter),
    /// Drops a condition.
    Unfilter(LabelFilter),
    /// Groups by these labels; `None` as the card does.
    GroupBy(Option<Vec<String>>),
    /// Shows the values of a label side by side, or of none.
    SplitBy(Option<String>),
    /// Takes the card's own query again.
    ResetQuery(usize),
    /// Hides a line, or shows it again.
    ToggleLine(String),
    /// Shows one line of these alone, or all of them again.
    IsolateLine {
        /// The line.
        name: String,
        /// All lines.
        all: Vec<String>,
    },
    /// Sorts the table.
    SortBy(Sort),
}

impl MetricState {
    /// Forgets what was chosen for another metric.
    pub(super) fn turn_to(&mut self, name: &str) {
        if self.name != name {
            *self = Self { name: name.to_owned(), asked: self.asked.take(), ..Self::default() };
        }
    }

    /// What the engine is to be told, where the page that is shown wants another metric opened than the last one.
    pub(crate) fn open_command(&mut self, view: &View) -> Option<Command> {
        let wanted = match view {
            View::Metric(name) => {
                self.turn_to(name);
                Some(MetricView { card: name.clone(), lens: self.lens.clone() })
            }
            _ => None,
        };
        if self.asked == wanted {
            return None;
        }
        self.asked.clone_from(&wanted);
        Some(Command::OpenMetric(wanted))
    }

    /// The panel of a card that is shown at full size.
    pub(super) fn panel<'a>(&self, card: &'a Card) -> &'a Panel {
        card.panels().nth(self.panel).unwrap_or(&card.face)
    }

    /// The panel, with the queries that were edited.
    pub(super) fn face(&self, card: &Card) -> Panel {
        let mut face = self.panel(card).clone();
        for (number, edit) in &self.edits {
            if let Some(query) = face.queries.get_mut(*number)
                && edit.valid != query.expr
            {
                // What tells the lines apart is up to the query now.
                *query =
                    CardQuery { expr: edit.valid.clone(), legend: String::new(), legend_labels: Vec::new() };
                face.chart = Chart::Lines;
            }
        }
        face
    }

    /// Changes what is shown.
    pub(crate) fn apply(&mut self, action: MetricAction) {
        match action {
            MetricAction::ShowPanel(number) => {
                self.panel = number;
                self.edits.clear();
                self.hidden.clear();
                self.drawn = None;
            }
            MetricAction::Filter(filter) => {
                let contradicts = |other: &LabelFilter| {
                    other.name == filter.name
                        && (other.value == filter.value || !(other.is_not || filter.is_not))
                };
                let dropped: Vec<_> =
                    self.lens.filters.iter().filter(|other| contradicts(other)).cloned().collect();
                dropped.into_iter().for_each(|other| self.unfilter(&other));
                self.rewrite(|expr| expr.filtered(&[filter.matcher()]));
                self.lens.filters.push(filter);
            }
            MetricAction::Unfilter(filter) => self.unfilter(&filter),
            MetricAction::GroupBy(labels) => {
                self.lens.group_by = labels;
                self.edits.clear();
                self.hidden.clear();
            }
            MetricAction::SplitBy(label) => self.split = label,
            MetricAction::ResetQuery(number) => {
                self.edits.remove(&number);
            }
            MetricAction::ToggleLine(name) => {
                if !self.hidden.remove(&name) {
                    self.hidden.insert(name);
                }
            }
            MetricAction::IsolateLine { name, all } => {
                let others: BTreeSet<String> = all.into_iter().filter(|other| *other != name).collect();
                self.hidden = if self.hidden == others { BTreeSet::new() } else { others };
            }
            MetricAction::SortBy(sort) => self.sort = Some(sort),
        }
    }

    fn unfilter(&mut self, filter: &LabelFilter) {
        self.lens.filters.retain(|other| other != filter);
        self.rewrite(|expr| expr.unfiltered(&filter.matcher()));
    }

    /// Changes the queries that were edited as the others are changed.
    fn rewrite(&mut self, change: impl Fn(Expr) -> Expr) {
        for edit in self.edits.values_mut() {
            if let Ok(expr) = parse(&edit.valid, &ParseOptions::default()) {
                edit.valid = change(expr).to_string();
                edit.text.clone_from(&edit.valid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(name: &str, value: &str, is_not: bool) -> MetricAction {
        MetricAction::Filter(LabelFilter { name: name.to_owned(), value: value.to_owned(), is_not })
    }

    fn shown(state: &MetricState) -> Vec<String> {
        state.lens.filters.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_filter_takes_the_place_of_one_that_contradicts_it() {
        let mut state = MetricState::default();
        state.apply(filter("a", "1", false));
        state.apply(filter("a", "2", false));
        assert_eq!(shown(&state), [r#"a="2""#]);
        state.apply(filter("a", "2", true));
        state.apply(filter("a", "3", true));
        state.apply(filter("b", "3", true));
        assert_eq!(shown(&state), [r#"a!="2""#, r#"a!="3""#, r#"b!="3""#]);
    }

    #[test]
    fn filters_reach_queries_that_were_edited() {
        let mut state = MetricState::default();
        state.edits.insert(0, Edit { text: "sum(x".to_owned(), valid: "sum(x)".to_owned() });
        state.apply(filter("a", "1", false));
        assert_eq!(state.edits[&0].text, r#"sum(x{a="1"})"#);
        state.apply(filter("a", "2", false));
        assert_eq!(state.edits[&0].text, r#"sum(x{a="2"})"#);
    }

    #[test]
    fn a_line_stands_alone_and_comes_back_to_the_others() {
        let mut state = MetricState::default();
        let isolate = || MetricAction::IsolateLine {
            name: "b".to_owned(),
            all: ["a", "b", "c"].map(str::to_owned).into(),
        };
        state.apply(isolate());
        assert_eq!(Vec::from_iter(&state.hidden), ["a", "c"]);
        state.apply(isolate());
        assert!(state.hidden.is_empty());
    }

    #[test]
    fn the_engine_is_told_once_and_another_metric_starts_afresh() {
        let mut state = MetricState::default();
        let view = View::Metric("up".to_owned());
        assert!(state.open_command(&view).is_some());
        assert!(state.open_command(&view).is_none());
        state.apply(filter("a", "1", false));
        assert!(state.open_command(&view).is_some());
        assert!(state.open_command(&View::Metric("down".to_owned())).is_some());
        assert!(shown(&state).is_empty());
        assert!(matches!(state.open_command(&View::Overview), Some(Command::OpenMetric(None))));
    }
}
