//! The groups of an aggregation.

use hashbrown::HashMap;

use super::series::GridSeries;
use crate::model::Labels;
use crate::model::labels::METRIC_NAME;
use crate::promql::ast::Grouping;

/// The series that are aggregated into one.
pub(super) struct Group<'s> {
    /// The labels of the result.
    pub(super) labels: Labels,
    pub(super) members: Vec<&'s GridSeries>,
}

/// The groups, in the order in which they come up.
pub(super) fn groups<'s>(series: &'s [GridSeries], grouping: Option<&Grouping>) -> Vec<Group<'s>> {
    let mut index: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<Group<'s>> = Vec::new();
    for one in series {
        let at = *index.entry(group_labels(&one.labels, grouping)).or_insert_with_key(|labels| {
            groups.push(Group { labels: labels.clone(), members: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.members.push(one);
        }
    }
    groups
}

/// The labels by which a series finds its group.
pub(super) fn group_labels(labels: &Labels, grouping: Option<&Grouping>) -> Labels {
    match grouping {
        None => Labels::empty(),
        Some(Grouping::By(names)) => labels.filter(|name| names.iter().any(|by| by == name)),
        Some(Grouping::Without(names)) => {
            labels.filter(|name| name != METRIC_NAME && !names.iter().any(|without| without == name))
        }
    }
}
