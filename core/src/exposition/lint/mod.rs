//! What is wrong with a page, and what could be better: the strict mode's rules, Prometheus' advice on names, and labels
//! that look like identifiers.
//!
//! ```
//! use p95_core::exposition::lint::{LintOptions, lint};
//! use p95_core::exposition::parse::Format;
//!
//! let page = b"# TYPE jobs counter\njobs 1\njobs 2\n";
//! let findings = lint(page, Format::Text, LintOptions::default());
//! let found: Vec<_> = findings.iter().map(|finding| (finding.line, finding.rule)).collect();
//! assert_eq!(found, [(1, "counter-without-total"), (1, "help-missing"), (3, "duplicate")]);
//! ```

#[cfg(feature = "protobuf")]
mod buckets;
mod cardinality;
mod finding;
mod identifier;
mod naming;
mod page;
#[cfg(test)]
mod tests;
mod unit;

pub use finding::{Finding, Severity};
#[cfg(feature = "protobuf")]
pub use page::lint_protobuf;
pub use page::{LintOptions, lint};
