//! A rule as a configuration writes it.

use super::Action;

/// A rule with the fields and defaults of Prometheus' `relabel_config`.
///
/// ```
/// use p95_core::ingest::relabel::{RelabelConfig, RelabelRules};
/// use p95_core::model::Labels;
///
/// let shard = RelabelConfig {
///     source_labels: vec!["instance".to_owned()],
///     regex: r"shop-(\d+):.*".to_owned(),
///     target_label: "shard".to_owned(),
///     ..RelabelConfig::default()
/// };
/// let mut labels = Labels::from_pairs([("instance", "shop-3:8000")]).to_builder();
/// assert!(RelabelRules::new(&[shard])?.apply(&mut labels));
/// assert_eq!(labels.get("shard"), Some("3"));
/// # Ok::<(), p95_core::ingest::relabel::RelabelError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct RelabelConfig {
    /// The labels whose values are joined. An absent label counts as empty.
    pub source_labels: Vec<String>,
    /// What stands between the joined values; `;` where nothing is said.
    pub separator: String,
    /// What the joined value, or a label's name, has to match as a whole; `(.*)` where nothing is said.
    pub regex: String,
    /// By what the hash of the joined value is divided.
    pub modulus: u64,
    /// The label that is written or compared. In [`Action::Replace`] it may refer to groups, such as `${1}`.
    pub target_label: String,
    /// What is written, with references to groups; `$1` where nothing is said.
    pub replacement: String,
    /// What is done.
    pub action: Action,
}

impl Default for RelabelConfig {
    fn default() -> Self {
        Self {
            source_labels: Vec::new(),
            separator: ";".to_owned(),
            regex: Self::ANYTHING.to_owned(),
            modulus: 0,
            target_label: String::new(),
            replacement: Self::FIRST_GROUP.to_owned(),
            action: Action::default(),
        }
    }
}

impl RelabelConfig {
    /// The expression that matches everything.
    pub(super) const ANYTHING: &str = "(.*)";
    /// The replacement that gives it back.
    pub(super) const FIRST_GROUP: &str = "$1";

    /// A field that says something although the rule's action does not look at it, where Prometheus refuses that.
    pub(super) fn idle_field(&self) -> Option<&'static str> {
        let default = Self::default();
        let says = [
            ("source_labels", self.source_labels != default.source_labels),
            ("target_label", self.target_label != default.target_label),
            ("regex", self.regex != default.regex),
            ("modulus", self.modulus != default.modulus),
            ("separator", self.separator != default.separator),
            ("replacement", self.replacement != default.replacement),
        ];
        let idle: &[&str] = match self.action {
            Action::KeepEqual | Action::DropEqual => &["regex", "modulus", "separator", "replacement"],
            Action::LabelDrop | Action::LabelKeep => {
                &["source_labels", "target_label", "modulus", "separator", "replacement"]
            }
            Action::Lowercase | Action::Uppercase => &["replacement"],
            Action::Replace | Action::Keep | Action::Drop | Action::HashMod | Action::LabelMap => &[],
        };
        says.into_iter().find(|(field, says)| *says && idle.contains(field)).map(|(field, _)| field)
    }
}
