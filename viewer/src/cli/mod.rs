//! The command line: what was asked for, and who does it.

mod args;
mod error;
mod logs;
mod query;
mod run;
mod size;
mod target_args;

use args::QueryArgs;
pub(crate) use args::{Cli, Command, OutputFormat};
pub use run::main;
pub(crate) use target_args::TargetArgs;
