//! Recording and alerting rules, each group at its own times.

mod runner;
mod runners;

pub use runners::RuleFile;
pub(crate) use runners::Runners;
