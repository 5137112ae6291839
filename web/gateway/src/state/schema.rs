//! What families are, and which names are theirs: a page with two families of one name could not be read.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use p95_core::model::{Labels, MetricType};

use super::Group;
use crate::frame::Head;
use crate::reject::{Reason, Reject, refuse};

/// The families of frames and groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    families: BTreeMap<String, Declared>,
    /// Which family has the samples of this name.
    claims: HashMap<String, String>,
    group_series: usize,
}

/// A family, and who has it.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) head: Head,
    /// Frames count once, and every group.
    uses: usize,
    /// The label sets of groups, with the groups' labels.
    in_groups: HashSet<Labels>,
}

impl Schema {
    pub(super) fn len(&self) -> usize {
        self.families.len()
    }

    pub(super) fn families(&self) -> impl Iterator<Item = (&String, &Declared)> {
        self.families.iter()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Head> {
        self.families.get(name).map(|declared| &declared.head)
    }

    /// The series of groups, without those that tell when they were pushed.
    pub(super) fn group_series(&self) -> usize {
        self.group_series
    }

    /// Whether a group has this series.
    pub(super) fn is_in_groups(&self, family: &str, labels: &Labels) -> bool {
        self.families.get(family).is_some_and(|declared| declared.in_groups.contains(labels))
    }

    /// Whether families of these types may be added, if those of `leaving` go, which nobody else has.
    pub(super) fn check<'a>(
        &self,
        families: impl Iterator<Item = (&'a str, MetricType)>,
        leaving: impl Fn(&str) -> bool,
    ) -> Result<(), Reject> {
        let mut new_claims: HashMap<String, &str> = HashMap::new();
        for (name, metric_type) in families {
            let held = self.families.get(name).filter(|held| held.uses > 1 || !leaving(name));
            match held {
                Some(held) if held.head.metric_type == metric_type => continue,
                Some(held) => {
                    return refuse(
                        Reason::Schema,
                        format_args!("{name}: a {metric_type} here, and a {} before", held.head.metric_type),
                    );
                }
                None => {}
            }
            for sample in sample_names(name, metric_type) {
                let taken = self.claims.get(&sample).map(String::as_str);
                let taken = taken.filter(|owner| *owner != name && !self.is_leaving(owner, &leaving));
                let clashing = taken.or_else(|| new_claims.insert(sample.clone(), name));
                if let Some(other) = clashing.filter(|other| *other != name) {
                    return refuse(
                        Reason::Schema,
                        format_args!("{name}: its samples {sample} would be those of {other}"),
                    );
                }
            }
        }
        Ok(())
    }

    fn is_leaving(&self, name: &str, leaving: impl Fn(&str) -> bool) -> bool {
        leaving(name) && self.families.get(name).is_none_or(|held| held.uses == 1)
    }

    /// One more has this family.
    pub(super) fn hold(&mut self, name: &str, head: &Head) {
        if let Some(held) = self.families.get_mut(name) {
            held.uses += 1;
            return;
        }
        for sample in sample_names(name, head.metric_type) {
            self.claims.insert(sample, name.to_owned());
        }
        let declared = Declared { head: head.clone(), uses: 1, in_groups: HashSet::new() };
        self.families.insert(name.to_owned(), declared);
    }

    /// One fewer has it.
    pub(super) fn release(&mut self, name: &str, head: &Head) {
        let Some(held) = self.families.get_mut(name) else { return };
        held.uses -= 1;
        if held.uses == 0 {
            self.families.remove(name);
            for sample in sample_names(name, head.metric_type) {
                self.claims.remove(&sample);
            }
        }
    }

    /// This group has its families and series.
    pub(super) fn hold_group(&mut self, labels: &Labels, group: &Group) {
        for (name, family) in group.families() {
            self.hold(name, &family.head);
            let Some(declared) = self.families.get_mut(name) else { continue };
            for metric in &family.metrics {
                declared.in_groups.insert(group_labels(&metric.labels, labels));
                self.group_series += 1;
            }
        }
    }

    /// This group has them no longer.
    pub(super) fn release_group(&mut self, labels: &Labels, group: &Group) {
        for (name, family) in group.families() {
            if let Some(declared) = self.families.get_mut(name) {
                for metric in &family.metrics {
                    declared.in_groups.remove(&group_labels(&metric.labels, labels));
                    self.group_series -= 1;
                }
            }
            self.release(name, &family.head);
        }
    }
}

/// A metric's labels with those of its group, which prevail.
pub(super) fn group_labels(metric: &Labels, group: &Labels) -> Labels {
    let mut labels = metric.to_builder();
    for (name, value) in group {
        labels.set(name, value);
    }
    labels.build()
}

/// The names of the samples of a family, and its own. Times of creation are not among them: pages without a word for them
/// have families of gauges under these names.
fn sample_names(name: &str, metric_type: MetricType) -> impl Iterator<Item = String> {
    let suffixes: &[&str] = match metric_type {
        MetricType::Counter => &["", "_total"],
        MetricType::Histogram | MetricType::GaugeHistogram => &["", "_bucket", "_count", "_sum"],
        MetricType::Summary => &["", "_count", "_sum"],
        MetricType::Info => &["", "_info"],
        MetricType::Unknown | MetricType::Gauge | MetricType::StateSet => &[""],
    };
    suffixes.iter().map(move |suffix| format!("{name}{suffix}"))
}
