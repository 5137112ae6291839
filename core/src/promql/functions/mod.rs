//! The functions of PromQL: their names and types.

mod signature;
mod table;

pub use signature::Signature;
pub use table::Function;
