//! Rule files: YAML to groups, or to findings with their places.

mod check;
mod finding;
mod group;
mod pairs;
mod place;
mod raw;
mod read;
#[cfg(test)]
mod tests;

pub use finding::{RuleFinding, Severity};
pub use group::{Rule, RuleGroup, RuleKind};
pub use read::{RulesRead, read_rules};
