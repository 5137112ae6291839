//! PromQL: from a text to an answer.

pub mod ast;
pub mod functions;
pub mod select;
