//! From tokens to a checked syntax tree.

mod aggregate;
mod binary;
mod call;
mod duration;
mod expr;
mod modifiers;
mod options;
mod parser;
mod selector;

pub(super) use expr::is_reserved_metric_name;
#[cfg(test)]
mod tests;

pub use options::ParseOptions;
pub use parser::{parse, parse_selector};
