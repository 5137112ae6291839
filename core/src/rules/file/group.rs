//! Groups of rules, as they are written.

use std::collections::BTreeMap;

/// Rules that are evaluated one after the other, at the same time and interval.
///
/// [`read_rules`](super::read_rules) has an example.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct RuleGroup {
    /// The name, of which a file has one each.
    pub name: String,
    /// From one evaluation to the next, in milliseconds; `None` where the group leaves that to others.
    pub interval_ms: Option<i64>,
    /// How long before the time of an evaluation its queries look, in milliseconds: for samples that come late.
    pub query_offset_ms: i64,
    /// The most series that a recording rule may write, or alerts that an alerting rule may have; 0 is no limit.
    pub limit: usize,
    /// The rules, in their order.
    pub rules: Vec<Rule>,
}

/// A rule.
///
/// [`read_rules`](super::read_rules) has an example.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Rule {
    /// The name of the metric that is written, or of the alert.
    pub name: String,
    /// The PromQL expression, as it is written.
    pub expr: String,
    /// Labels to add to those of the expression, those of the group among them; an empty value removes one. Those of an
    /// alert are templates.
    pub labels: BTreeMap<String, String>,
    /// What becomes of what the expression finds.
    pub kind: RuleKind,
}

/// What a rule does with what its expression finds.
///
/// ```
/// use p95_core::rules::RuleKind;
/// assert_ne!(RuleKind::Recording, RuleKind::Alerting { for_ms: 0, keep_firing_for_ms: 0, annotations: Default::default() });
/// ```
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub enum RuleKind {
    /// Each element becomes a sample of the metric.
    Recording,
    /// Each element becomes an alert.
    Alerting {
        /// How long an element must be found before its alert fires, in milliseconds.
        for_ms: i64,
        /// How long an alert goes on to fire after its element was found last, in milliseconds.
        keep_firing_for_ms: i64,
        /// What the alert says of itself: templates.
        annotations: BTreeMap<String, String>,
    },
}
