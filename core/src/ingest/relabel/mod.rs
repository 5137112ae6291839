//! Relabelling: rules that keep, drop and rewrite label sets, as in Prometheus' `relabel_configs`.
//!
//! ```
//! use p95_core::ingest::relabel::{Action, RelabelConfig, RelabelRules};
//! use p95_core::model::Labels;
//!
//! let without_debug = RelabelConfig {
//!     source_labels: vec!["__name__".to_owned()],
//!     regex: "debug_.*".to_owned(),
//!     action: Action::Drop,
//!     ..RelabelConfig::default()
//! };
//! let rules = RelabelRules::new(&[without_debug]).unwrap();
//!
//! let mut labels = Labels::from_pairs([("__name__", "debug_allocations_total")]).to_builder();
//! assert!(!rules.apply(&mut labels));
//! ```

mod action;
mod config;
mod error;
mod rule;
mod rules;
mod template;
#[cfg(test)]
mod tests;

pub use action::{Action, UnknownAction};
pub use config::RelabelConfig;
pub use error::RelabelError;
pub use rules::RelabelRules;
