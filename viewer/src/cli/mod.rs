//! The command line: what was asked for, and who does it.

mod args;
mod check;
mod error;
mod export;
#[cfg(feature = "gateway")]
mod gateway;
mod hints;
mod listen;
mod logs;
mod picture;
mod query;
#[cfg(feature = "gateway")]
mod receive;
mod record;
mod rules;
mod run;
mod serve;
mod server_args;
mod size;
#[cfg(feature = "snapshot")]
mod snapshot;
mod stop;
mod target_args;
mod wait;
mod words;

pub(crate) use args::{Cli, Command, OutputFormat};
use args::{ExportArgs, OpenArgs, QueryArgs, RecordArgs, ServeArgs, SnapshotArgs};
use check::CheckCommand;
#[cfg(feature = "gateway")]
use gateway::GatewayArgs;
pub use run::main;
use server_args::ServerArgs;
pub(crate) use target_args::TargetArgs;
