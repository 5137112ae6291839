//! What was found in a rule file, and where.

use std::fmt;

use crate::promql::Position;

/// Something that is wrong with a rule file, or could be better.
///
/// ```
/// use p95_core::promql::ParseOptions;
/// use p95_core::rules::{Severity, read_rules};
///
/// let file = "groups:\n- name: shop\n  rules:\n  - record: hits:rate\n    expr: rate(hits_total)\n";
/// let finding = read_rules(file, &ParseOptions::default()).findings.remove(0);
/// assert_eq!((finding.position.line, finding.position.column, finding.severity), (5, 16, Severity::Error));
/// assert_eq!(
///     finding.to_string(),
///     "5:16: error: group \"shop\", rule \"hits:rate\": rate expects a range vector, and this is an instant vector: add [5m]"
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct RuleFinding {
    /// Where it stands.
    #[serde(flatten)]
    pub position: Position,
    /// How bad it is.
    pub severity: Severity,
    /// The group that it is about, or empty.
    pub group: String,
    /// The rule that it is about, or empty.
    pub rule: String,
    /// What was found, and what to write instead.
    pub message: String,
}

/// How bad a [`RuleFinding`] is.
///
/// ```
/// use p95_core::rules::Severity;
/// assert!(Severity::Error < Severity::Advice);
/// assert_eq!(Severity::Advice.to_string(), "advice");
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, and perhaps does not do what is meant.
    Advice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Advice => "advice",
        })
    }
}

/// `5:16: error: group "shop", rule "hits:rate": …`
impl fmt::Display for RuleFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.position, self.severity)?;
        match (self.group.as_str(), self.rule.as_str()) {
            ("", "") => {}
            (group, "") => write!(f, "group {group:?}: ")?,
            ("", rule) => write!(f, "rule {rule:?}: ")?,
            (group, rule) => write!(f, "group {group:?}, rule {rule:?}: ")?,
        }
        f.write_str(&self.message)
    }
}
