//! Prometheus' `.test` scripts: series to load, queries to evaluate, and what they must answer.
//!
//! ```
//! use p95_core::promql::testscript::{Script, run};
//!
//! let script = Script::parse("load 1m\n  up 0 1\n\neval instant at 1m up * 2\n  {} 2\n").unwrap();
//! assert!(run(&script).iter().all(|outcome| outcome.failure.is_none()));
//! ```

mod at_variants;
mod buckets;
mod compare;
mod histogram;
mod notation;
mod parse;
mod run;
mod script;
mod storage;

pub use run::{Failure, Outcome, run};
pub use script::{Script, ScriptError};
