//! What all frames add up to.

use std::collections::BTreeMap;

use p95_core::model::Labels;
use serde::{Deserialize, Serialize};

use super::change::{Entry, Expire, FrameChange, NewFamily};
use super::series::{Series, Total};
use super::values::LabelValues;
use crate::frame::{Head, SessionId};

/// The families of frames, by name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Totals {
    families: BTreeMap<String, Family>,
    #[serde(skip)]
    series: usize,
    #[serde(skip)]
    gauge_values: usize,
    /// The series that no reader has seen.
    #[serde(skip)]
    unshown: usize,
}

/// A family of frames.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Family {
    pub(super) head: Head,
    pub(super) bounds: Vec<f64>,
    pub(super) series: BTreeMap<Labels, Series>,
    #[serde(skip)]
    pub(super) values: LabelValues,
}

impl Totals {
    /// Counts again what is left out of a snapshot.
    pub(super) fn restore(&mut self) {
        for family in self.families.values_mut() {
            for (labels, series) in &family.series {
                family.values.add(labels);
                self.series += 1;
                self.gauge_values += series.total.gauge_values();
                self.unshown += usize::from(!series.is_shown);
            }
        }
    }

    pub(super) fn families(&self) -> impl Iterator<Item = (&String, &Family)> {
        self.families.iter()
    }

    pub(super) fn family(&self, name: &str) -> Option<&Family> {
        self.families.get(name)
    }

    pub(super) fn series(&self) -> usize {
        self.series
    }

    pub(super) fn gauge_values(&self) -> usize {
        self.gauge_values
    }

    /// Whether there is a series that no reader has seen.
    pub(super) fn has_unshown(&self) -> bool {
        self.unshown > 0
    }

    pub(super) fn mark_shown(&mut self) {
        if std::mem::take(&mut self.unshown) > 0 {
            let series = self.families.values_mut().flat_map(|family| family.series.values_mut());
            series.for_each(|series| series.is_shown = true);
        }
    }

    /// Makes room for a family.
    pub(super) fn open(&mut self, new: &NewFamily) {
        self.families.entry(new.name.clone()).or_insert_with(|| Family {
            head: new.head.clone(),
            bounds: new.bounds.clone(),
            series: BTreeMap::new(),
            values: LabelValues::default(),
        });
    }

    pub(super) fn add(&mut self, entry: &Entry, frame: &FrameChange) {
        let Some(family) = self.families.get_mut(&entry.family) else { return };
        if !family.series.contains_key(&entry.labels) {
            let total = Total::zero(family.head.metric_type, &family.bounds);
            let is_shown = !total.grows();
            let (created_ms, used_ms) = (frame.at_ms, frame.at_ms);
            family.series.insert(entry.labels.clone(), Series { total, created_ms, used_ms, is_shown });
            family.values.add(&entry.labels);
            self.series += 1;
            self.unshown += usize::from(!is_shown);
        }
        if let Some(series) = family.series.get_mut(&entry.labels) {
            let values_before = series.total.gauge_values();
            series.used_ms = series.used_ms.max(frame.at_ms);
            series.total.add(&entry.delta, frame.session, frame.sequence, frame.at_ms);
            self.gauge_values += series.total.gauge_values() - values_before;
        }
    }

    /// Drops what was not used for long; returns the families that are gone.
    pub(super) fn expire(
        &mut self,
        expire: &Expire,
        is_live: impl Fn(SessionId) -> bool,
    ) -> Vec<(String, Head)> {
        let Self { series: series_count, gauge_values, unshown, .. } = self;
        for family in self.families.values_mut() {
            let Family { series, values, .. } = family;
            series.retain(|labels, series| {
                let values_before = series.total.gauge_values();
                if let Total::Gauge(values) = &mut series.total {
                    values.retain(&is_live);
                }
                *gauge_values -= values_before - series.total.gauge_values();
                let stays = !is_idle(series, expire);
                if !stays {
                    values.remove(labels);
                    *series_count -= 1;
                    *unshown -= usize::from(!series.is_shown);
                }
                stays
            });
        }
        let gone = self.families.extract_if(.., |_, family| family.series.is_empty());
        gone.map(|(name, family)| (name, family.head)).collect()
    }

    /// Whether [`Self::expire`] would drop anything.
    pub(super) fn has_expired(&self, expire: &Expire, is_live: impl Fn(SessionId) -> bool) -> bool {
        let mut series = self.families.values().flat_map(|family| family.series.values());
        series.any(|series| {
            is_idle(series, expire)
                || matches!(&series.total, Total::Gauge(values) if values.any_dead(&is_live))
        })
    }
}

/// Whether a series goes. A gauge goes with the last of its open pages.
fn is_idle(series: &Series, expire: &Expire) -> bool {
    match &series.total {
        Total::Gauge(values) => values.len() == 0,
        _ => series.used_ms < expire.series_before_ms,
    }
}
