//! How rules are doing.

use std::collections::BTreeMap;

use super::alert::{Alert, AlertState};

/// How a group is doing. Times are milliseconds since the Unix epoch.
///
/// [`GroupEvaluator`](super::GroupEvaluator) has an example.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct GroupStatus {
    /// The file that it stands in.
    pub file: String,
    /// The group's name.
    pub name: String,
    /// From one evaluation to the next, in milliseconds.
    pub interval_ms: i64,
    /// The most series or alerts of a rule; 0 is no limit.
    pub limit: usize,
    /// The rules, in their order.
    pub rules: Vec<RuleStatus>,
    /// When it was evaluated last; `None` before it was.
    pub last_evaluation_ms: Option<i64>,
    /// How long that took, in seconds.
    pub evaluation_secs: f64,
    /// The evaluations of rules, good or bad.
    pub evaluations_total: u64,
    /// The evaluations of rules that failed.
    pub failures_total: u64,
    /// The samples that the store refused.
    pub refused_samples_total: u64,
    /// The evaluations of the group that were left out because one before took too long.
    pub missed_total: u64,
}

/// How a rule is doing.
///
/// [`GroupEvaluator`](super::GroupEvaluator) has an example.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct RuleStatus {
    /// The name of the metric or the alert.
    pub name: String,
    /// The expression, laid out as Prometheus does it.
    pub query: String,
    /// The labels that the rule adds; those of an alert are templates.
    pub labels: BTreeMap<String, String>,
    /// Whether the last evaluation was good.
    pub health: RuleHealth,
    /// Why it was not, where it was not.
    pub last_error: Option<String>,
    /// When it was evaluated last, in milliseconds since the Unix epoch.
    pub last_evaluation_ms: Option<i64>,
    /// How long that took, in seconds.
    pub evaluation_secs: f64,
    /// What there is to be known of its kind.
    pub kind: RuleStatusKind,
}

/// What there is to be known of a kind of rule.
///
/// [`GroupEvaluator`](super::GroupEvaluator) has an example.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub enum RuleStatusKind {
    /// Nothing more.
    Recording,
    /// The alerts.
    Alerting {
        /// How long an element must be found before its alert fires, in milliseconds.
        for_ms: i64,
        /// How long an alert goes on to fire after its element was found last, in milliseconds.
        keep_firing_for_ms: i64,
        /// What the alerts say of themselves: templates.
        annotations: BTreeMap<String, String>,
        /// The alerts that are pending or firing, by labels.
        alerts: Vec<Alert>,
    },
}

impl RuleStatus {
    /// The state of the alert that is farthest; `None` for a recording rule.
    pub fn state(&self) -> Option<AlertState> {
        match &self.kind {
            RuleStatusKind::Recording => None,
            RuleStatusKind::Alerting { alerts, .. } => {
                Some(alerts.iter().map(|alert| alert.state).max().unwrap_or_default())
            }
        }
    }

    /// The alerts that are pending or firing; none for a recording rule.
    pub fn alerts(&self) -> &[Alert] {
        match &self.kind {
            RuleStatusKind::Recording => &[],
            RuleStatusKind::Alerting { alerts, .. } => alerts,
        }
    }
}

/// Whether the last evaluation of a rule was good.
///
/// ```
/// assert_eq!(p95_core::rules::RuleHealth::Bad.as_str(), "err");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub enum RuleHealth {
    /// There was none.
    #[default]
    Unknown,
    /// It was.
    Good,
    /// It was not.
    Bad,
}

impl RuleHealth {
    /// As Prometheus writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Good => "ok",
            Self::Bad => "err",
        }
    }
}
