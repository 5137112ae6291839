//! Alerting rules: what an expression finds, pending, firing, gone.

use std::collections::BTreeMap;

use super::alert::{Alert, AlertState};
use super::error::RuleError;
use super::group::Origin;
use super::store::RuleSample;
use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, SampleValue};
use crate::rules::template::{Template, TemplateData, TemplateQueries, TemplateValue};

/// The metrics that show alerts to queries.
const ALERTS: &str = "ALERTS";
const ALERTS_FOR_STATE: &str = "ALERTS_FOR_STATE";
/// The label that names an alert.
const ALERT_NAME: &str = "alertname";
/// The label that says how far it is.
const ALERT_STATE: &str = "alertstate";

/// An alerting rule, and its alerts. Source: the documentation of Prometheus' alerting rules, and its behaviour.
#[derive(Clone, Debug)]
pub(super) struct Alerting {
    pub(super) for_ms: i64,
    pub(super) keep_firing_for_ms: i64,
    pub(super) labels: Vec<(String, Template)>,
    pub(super) annotations: Vec<(String, Template)>,
    /// Those that are pending or firing.
    pub(super) alerts: BTreeMap<Labels, Alert>,
}

impl Alerting {
    /// Takes what the expression found at `at_ms`. Returns the samples that show the alerts to queries.
    pub(super) fn take(
        &mut self,
        name: &str,
        limit: usize,
        origin: &Origin,
        found: &[RuleSample],
        at_ms: i64,
        queries: &mut TemplateQueries<'_>,
    ) -> Result<Vec<RuleSample>, RuleError> {
        let mut present = BTreeMap::new();
        for element in found {
            let alert = self.alert_of(name, origin, element, at_ms, queries);
            let labels = alert.labels.clone();
            if present.insert(labels.clone(), alert).is_some() {
                return Err(RuleError::SameLabels { what: "alert", labels });
            }
        }
        self.alerts.retain(|labels, alert| match present.remove(labels) {
            Some(now) => {
                alert.value = now.value;
                alert.annotations = now.annotations;
                alert.keep_firing_since_ms = None;
                true
            }
            None => alert.is_kept(self.keep_firing_for_ms, at_ms),
        });
        self.alerts.append(&mut present);
        for alert in self.alerts.values_mut() {
            if at_ms.saturating_sub(alert.active_at_ms) >= self.for_ms {
                alert.state = AlertState::Firing;
            }
        }
        let count = self.alerts.len();
        if limit > 0 && count > limit {
            self.alerts.clear();
            return Err(RuleError::Limit { limit, count, what: "alerts" });
        }
        Ok(self.alerts.values().flat_map(Alert::samples).collect())
    }

    /// The alert that an element is.
    fn alert_of(
        &self,
        name: &str,
        origin: &Origin,
        element: &RuleSample,
        at_ms: i64,
        queries: &mut TemplateQueries<'_>,
    ) -> Alert {
        let (value, shown) = match &element.value {
            SampleValue::Float(value) => (*value, TemplateValue::Float(*value)),
            SampleValue::Histogram(histogram) => (0.0, TemplateValue::Histogram(histogram.to_string())),
        };
        let data = TemplateData {
            labels: &element.labels,
            external_labels: &origin.external_labels,
            external_url: &origin.external_url,
            value: &shown,
        };
        // One bad template does not keep an alert from being told.
        let mut expand = |template: &Template| {
            let expanded = template.expand(&data, queries);
            expanded.unwrap_or_else(|error| format!("<error expanding template: {error}>"))
        };
        let mut labels = element.labels.to_builder();
        labels.remove(METRIC_NAME);
        for (name, template) in &self.labels {
            labels.set(name, &expand(template));
        }
        labels.set(ALERT_NAME, name);
        Alert {
            labels: labels.build(),
            annotations: self.annotations.iter().map(|(name, text)| (name.clone(), expand(text))).collect(),
            state: AlertState::Pending,
            active_at_ms: at_ms,
            keep_firing_since_ms: None,
            value,
        }
    }
}

impl Alert {
    /// Whether it stays although the expression does not find it any more.
    fn is_kept(&mut self, keep_firing_for_ms: i64, at_ms: i64) -> bool {
        if self.state != AlertState::Firing || keep_firing_for_ms <= 0 {
            return false;
        }
        let since_ms = *self.keep_firing_since_ms.get_or_insert(at_ms);
        at_ms.saturating_sub(since_ms) < keep_firing_for_ms
    }

    /// What shows it to queries.
    fn samples(&self) -> [RuleSample; 2] {
        let named = |name| {
            let mut labels = self.labels.to_builder();
            labels.set(METRIC_NAME, name);
            labels
        };
        let alert = named(ALERTS).set(ALERT_STATE, self.state.as_str()).build();
        let since_secs = self.active_at_ms.div_euclid(1_000) as f64;
        [
            RuleSample { labels: alert, value: SampleValue::Float(1.0) },
            RuleSample { labels: named(ALERTS_FOR_STATE).build(), value: SampleValue::Float(since_secs) },
        ]
    }
}
