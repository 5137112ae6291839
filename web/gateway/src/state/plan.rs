//! What a frame or a push would change, checked against what is there. Nothing is kept of what is refused.

use hashbrown::HashMap;
use p95_core::model::Labels;

use super::State;
use super::change::{Entry, FrameChange, NewFamily, PushChange};
use super::schema::group_labels;
use super::values::LabelValues;
use crate::frame::{Delta, FamilyDelta, Frame, SessionId};
use crate::options::Limits;
use crate::push::Push;
use crate::reject::{Reason, Reject, refuse};

/// A change that was planned, and what the limits did to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limited {
    pub(crate) change: FrameChange,
    /// How many series got a label value `other`.
    pub(crate) others: u64,
}

impl State {
    /// What this frame would change at `at_ms`, milliseconds since the Unix epoch. It must not have been seen.
    pub(crate) fn plan_frame(&self, frame: Frame, at_ms: i64, limits: &Limits) -> Result<Limited, Reject> {
        let session = frame.envelope.session;
        self.check_session(session, limits)?;
        let families = frame.families.iter().map(|family| (family.name.as_str(), family.head.metric_type));
        self.schema.check(families, |_| false)?;
        let mut plan = Plan { state: self, session, limits, new_series: 0, new_gauge_values: 0, others: 0 };
        let mut change = FrameChange {
            at_ms,
            session,
            sequence: frame.envelope.sequence,
            new_families: Vec::new(),
            entries: Vec::new(),
        };
        for family in frame.families {
            plan.family(family, &mut change)?;
        }
        Ok(Limited { change, others: plan.others })
    }

    fn check_session(&self, session: SessionId, limits: &Limits) -> Result<(), Reject> {
        if !self.sessions.knows(session) && self.sessions.len() >= limits.sessions {
            return refuse(Reason::Sessions, "as many pages are open as can be remembered");
        }
        if self.sessions.is_full(session) {
            return refuse(Reason::Sequence, "too many gaps between the sequence numbers of this page");
        }
        Ok(())
    }

    /// What this push would change at `at_ms`, milliseconds since the Unix epoch.
    pub(crate) fn plan_push(&self, push: Push, at_ms: i64, limits: &Limits) -> Result<PushChange, Reject> {
        let held = self.groups.get(&push.group);
        let is_replaced = |name: &str| push.replaces_all || push.families.contains_key(name);
        let leaving = |name: &str| is_replaced(name) && held.is_some_and(|group| group.has(name));
        let types = push.families.iter().map(|(name, family)| (name.as_str(), family.head.metric_type));
        self.schema.check(types, leaving)?;
        let mut new_series = if held.is_none() { 2 } else { 0 };
        for (name, family) in &push.families {
            if family.metrics.len() > limits.series_per_metric {
                return too_many(name, limits);
            }
            new_series += family.metrics.len();
            for metric in &family.metrics {
                let labels = group_labels(&metric.labels, &push.group);
                let is_own = || held.is_some_and(|group| group.has_series(name, &metric.labels));
                let is_total =
                    self.totals.family(name).is_some_and(|family| family.series.contains_key(&labels));
                if is_total || (self.schema.is_in_groups(name, &labels) && !is_own()) {
                    return refuse(
                        Reason::Duplicate,
                        format_args!("{name}: a series with the same labels was pushed by someone else"),
                    );
                }
            }
        }
        let old_series = held.map_or(0, |group| group.series_where(is_replaced));
        if new_series > old_series && self.series() + new_series - old_series > limits.series {
            return all_full(limits);
        }
        let Push { group, replaces_all, text, .. } = push;
        Ok(PushChange { at_ms, group, replaces_all, text })
    }
}

/// A frame on its way.
struct Plan<'a> {
    state: &'a State,
    session: SessionId,
    limits: &'a Limits,
    new_series: usize,
    new_gauge_values: usize,
    others: u64,
}

impl Plan<'_> {
    fn family(&mut self, family: FamilyDelta, change: &mut FrameChange) -> Result<(), Reject> {
        let FamilyDelta { name, head, bounds, points } = family;
        let held = self.state.totals.family(&name);
        if held.is_some_and(|held| held.bounds != bounds) {
            return refuse(Reason::Schema, format_args!("{name}: other buckets than before"));
        }
        // Values that this frame brings count as those that are there; most frames bring none.
        let mut values: Option<LabelValues> = None;
        let mut at: HashMap<Labels, usize> = HashMap::new();
        let (first, mut new_in_family) = (change.entries.len(), 0);
        for (labels, delta) in points {
            let is_held = |labels: &Labels| held.is_some_and(|held| held.series.contains_key(labels));
            let mut kept = labels;
            let mut is_new = !is_held(&kept) && !at.contains_key(&kept);
            if is_new {
                let values =
                    values.get_or_insert_with(|| held.map(|held| held.values.clone()).unwrap_or_default());
                let within = values.within(&kept, self.limits.values_per_label);
                self.others += u64::from(within != kept);
                kept = within;
                is_new = !is_held(&kept) && !at.contains_key(&kept);
                values.add(&kept);
            }
            if is_new {
                if self.state.schema.is_in_groups(&name, &kept) {
                    return refuse(
                        Reason::Duplicate,
                        format_args!("{name}: a group has a series with these labels"),
                    );
                }
                new_in_family += 1;
                if held.map_or(0, |held| held.series.len()) + new_in_family > self.limits.series_per_metric {
                    return too_many(&name, self.limits);
                }
            }
            self.count_gauge_value(held.and_then(|held| held.series.get(&kept)), &delta)?;
            if let Some(entry) = at.get(&kept).and_then(|at| change.entries.get_mut(first + at)) {
                entry.delta.absorb(delta);
                continue;
            }
            at.insert(kept.clone(), change.entries.len() - first);
            change.entries.push(Entry { family: name.clone(), labels: kept, delta });
        }
        self.new_series += new_in_family;
        if new_in_family > 0 && self.state.series() + self.new_series > self.limits.series {
            return all_full(self.limits);
        }
        if held.is_none() {
            change.new_families.push(NewFamily { name, head, bounds });
        }
        Ok(())
    }

    fn count_gauge_value(
        &mut self,
        held: Option<&super::series::Series>,
        delta: &Delta,
    ) -> Result<(), Reject> {
        if matches!(delta, Delta::Gauge(_)) && !held.is_some_and(|held| held.total.has_value_of(self.session))
        {
            self.new_gauge_values += 1;
            if self.state.totals.gauge_values() + self.new_gauge_values > self.limits.gauge_values {
                return refuse(Reason::GaugeValues, "as many gauges of open pages are held as there may be");
            }
        }
        Ok(())
    }
}

fn too_many<T>(name: &str, limits: &Limits) -> Result<T, Reject> {
    refuse(
        Reason::SeriesPerMetric,
        format_args!("{name}: it has {} series, and more are not allowed", limits.series_per_metric),
    )
}

fn all_full<T>(limits: &Limits) -> Result<T, Reject> {
    refuse(Reason::Series, format_args!("there are {} series, and more are not allowed", limits.series))
}
