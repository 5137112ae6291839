//! What a folder says of the time before.

use std::fs;
use std::path::Path;

use super::error::{Cause, GatewayError, io_error};
use super::folder::{Kind, Log, lock};
use super::record::take;
use crate::state::{Change, State};

/// What a folder held.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) state: State,
    pub(crate) log: Log,
    /// The changes that were read.
    pub(crate) changes: usize,
    /// The bytes at the end that were no whole record: what was being written when the program ended.
    pub(crate) torn_bytes: usize,
}

/// Reads the folder, and goes on with its log. A torn end is put aside in a file of its own.
pub(crate) fn recover(folder: &Path) -> Result<Recovered, GatewayError> {
    let held = lock(folder)?;
    let (generation, mut state) = snapshot(folder)?;
    let mut logs = Kind::Log.generations(folder)?;
    logs.retain(|log| *log >= generation);
    let (mut changes, mut torn_bytes, mut end) = (0, 0, 0);
    for log in &logs {
        let path = Kind::Log.path(folder, *log);
        let bytes = fs::read(&path).map_err(io_error(&path))?;
        // A log whose first line was not even written is as good as none.
        let mut rest =
            if bytes.len() < Kind::Log.header().len() { &[][..] } else { Kind::Log.body(&path, &bytes)? };
        let is_begun = bytes.len() >= Kind::Log.header().len();
        while let Some(change) = take::<Change>(&mut rest) {
            state.apply(&change);
            changes += 1;
        }
        end = if is_begun { bytes.len() - rest.len() } else { 0 };
        if !rest.is_empty() {
            torn_bytes += rest.len();
            let aside = folder.join(format!("torn-{log:08}-{end}"));
            fs::write(&aside, rest).map_err(io_error(aside))?;
        }
    }
    let last = logs.last().copied().unwrap_or(generation);
    Ok(Recovered { state, log: Log::resume(folder, last, end as u64, held)?, changes, torn_bytes })
}

/// The last snapshot, with its number; nothing where there is none.
fn snapshot(folder: &Path) -> Result<(u64, State), GatewayError> {
    let Some(generation) = Kind::Snapshot.generations(folder)?.pop() else {
        return Ok((0, State::default()));
    };
    let path = Kind::Snapshot.path(folder, generation);
    let bytes = fs::read(&path).map_err(io_error(&path))?;
    let mut body = Kind::Snapshot.body(&path, &bytes)?;
    let state = take::<State>(&mut body).ok_or(Cause::DamagedSnapshot(path))?;
    Ok((generation, state.restore()))
}
