//! The command line: what was asked for, and who does it.

mod args;
mod error;
mod logs;
mod picture;
mod query;
mod run;
mod size;
#[cfg(feature = "snapshot")]
mod snapshot;
mod target_args;
mod wait;

pub(crate) use args::{Cli, Command, OutputFormat};
use args::{QueryArgs, SnapshotArgs};
pub use run::main;
pub(crate) use target_args::TargetArgs;
