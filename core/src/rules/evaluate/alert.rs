//! An alert, and how far it is.

use std::collections::BTreeMap;

use crate::model::Labels;

/// How far an alert is, or the alert of a rule that is farthest.
///
/// ```
/// use p95_core::rules::AlertState;
/// assert!(AlertState::Inactive < AlertState::Pending && AlertState::Pending < AlertState::Firing);
/// assert_eq!(AlertState::Firing.as_str(), "firing");
/// ```
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum AlertState {
    /// There is nothing to tell.
    #[default]
    Inactive,
    /// The expression finds it, and not for as long as the rule asks.
    Pending,
    /// It is to be told.
    Firing,
}

impl AlertState {
    /// As Prometheus writes it, also as the label `alertstate`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Pending => "pending",
            Self::Firing => "firing",
        }
    }
}

/// An alert that is pending or firing.
///
/// [`GroupEvaluator`](super::GroupEvaluator) has an example.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Alert {
    /// What distinguishes it from others, `alertname` among them.
    pub labels: Labels,
    /// What it says of itself.
    pub annotations: BTreeMap<String, String>,
    /// How far it is.
    pub state: AlertState,
    /// Since when the expression has found it, in milliseconds since the Unix epoch.
    pub active_at_ms: i64,
    /// Since when it fires only because the rule keeps it firing, in milliseconds since the Unix epoch.
    pub keep_firing_since_ms: Option<i64>,
    /// What the expression found last; 0 where that is a histogram.
    pub value: f64,
}
