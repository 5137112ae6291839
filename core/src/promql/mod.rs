//! PromQL: from a text to an answer.

pub mod ast;
mod display;
pub mod error;
pub mod functions;
pub mod lex;
mod parse;
pub mod select;
mod typecheck;

pub use error::{ParseError, Position};
pub use parse::{ParseOptions, parse, parse_selector};
