//! One metric, opened: its panels, its labels, what its targets' pages say of it.

mod lines;

use std::sync::Arc;

use p95_core::overview::{Lens, Opened, Overview, Seen, open};

pub(crate) use lines::{KeptPage, lines_of};
pub use lines::{PageLine, PageLines};

/// Which card is opened, and what it is looked at through.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct MetricView {
    /// The card's id, or its family's name.
    pub card: String,
    /// Filters and groups.
    pub lens: Lens,
}

/// One metric, opened. Its panels are queries like any other: who shows them names them in the view.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct MetricDetail {
    /// What was asked for.
    pub view: MetricView,
    /// The card with its labels; `None` while no target has such a metric.
    pub opened: Option<Opened>,
    /// What the last page of each target says of it.
    pub pages: Vec<PageLines>,
    /// All names that a query may want.
    pub names: Arc<Names>,
}

/// Names that a query may want, each list in order.
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Names {
    /// Of metrics.
    pub metrics: Vec<String>,
    /// Of labels.
    pub labels: Vec<String>,
}

impl Names {
    /// The names that were seen.
    pub(crate) fn of(seen: &Seen) -> Self {
        Self {
            metrics: seen.metric_names().map(str::to_owned).collect(),
            labels: seen.label_names().into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Opens a card.
pub(crate) fn detail(
    view: &MetricView,
    seen: &Seen,
    overview: &Overview,
    pages: &[KeptPage],
    names: &Arc<Names>,
) -> MetricDetail {
    let opened = open(seen, overview, &view.card, &view.lens);
    let pages = opened.iter().flat_map(|opened| pages.iter().map(|page| lines_of(page, opened))).collect();
    MetricDetail { view: view.clone(), opened, pages, names: Arc::clone(names) }
}
