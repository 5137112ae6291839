//! Groups of rules at work: what their expressions find becomes series and alerts.

mod alert;
mod alerting;
mod error;
mod group;
mod recording;
mod rule;
mod slots;
mod status;
mod store;
#[cfg(test)]
mod tests;

pub use alert::{Alert, AlertState};
pub use error::{RuleError, UnusableRule};
pub use group::{GroupEvaluator, Origin};
pub use slots::Slots;
pub use status::{GroupStatus, RuleHealth, RuleStatus, RuleStatusKind};
pub use store::{RuleSample, RuleStore};
#[cfg(feature = "store")]
pub use store::{StoreRules, write_samples};
