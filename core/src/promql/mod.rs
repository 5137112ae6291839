//! PromQL: from a text to an answer.

pub mod annotations;
pub mod ast;
mod display;
pub mod error;
pub mod eval;
mod explain;
pub mod functions;
pub mod lex;
mod parse;
mod reach;
mod rewrite;
pub mod testscript;
mod typecheck;
pub(crate) mod wording;

pub use self::error::{ParseError, Position};
pub use self::explain::{Explained, explain};
pub use self::parse::{ParseOptions, parse, parse_selector};
pub use self::reach::Reach;
pub use crate::model::select;
