//! The functions of PromQL.

/// A function that an expression can call.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Function {}
