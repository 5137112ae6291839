//! The overview in a terminal, and as plain tables where stdout is none.

mod card;
mod choice;
mod entries;
mod plain;
mod rows;
mod screen;
mod signals;
mod sparkline;
mod targets;
mod terminal;
#[cfg(test)]
mod tests;
mod text;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use anyhow::Context as _;
use p95_engine::EngineHandle;

/// Between two columns.
const SPACE: &str = "  ";

/// Shows the overview until the reader quits; where stdout is no terminal, as a table at each interval until the
/// program is ended or nobody reads it any more.
///
/// # Errors
/// Where stdout cannot be written, or the terminal cannot be read.
pub(crate) fn watch(engine: &EngineHandle, interval_ms: i64) -> anyhow::Result<ExitCode> {
    if io::stdout().is_terminal() {
        terminal::run(engine).context("the terminal does not do")?;
    } else {
        plain::run(engine, interval_ms)?;
    }
    Ok(ExitCode::SUCCESS)
}
