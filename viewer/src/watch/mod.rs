//! The overview in a terminal.

mod plain;

use std::io;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use p95_core::overview::{Card, Overview};
use p95_engine::{Command, EngineHandle, PanelQuery};

use crate::view::panel_query;

/// How much of the past is asked for, in milliseconds.
const RANGE_MS: i64 = 60_000;

/// Shows the overview at each interval until the program is ended or nobody reads it any more.
///
/// # Errors
/// Where stdout cannot be written.
pub(crate) fn watch(engine: &EngineHandle, interval_ms: i64) -> anyhow::Result<ExitCode> {
    let mut asked: Vec<PanelQuery> = Vec::new();
    loop {
        thread::sleep(Duration::from_millis(interval_ms.unsigned_abs()));
        let snapshot = engine.snapshot();
        let wanted = wanted(&snapshot.overview);
        if wanted != asked {
            engine.send(Command::SetView { panels: wanted.clone() });
            asked = wanted;
        }
        match plain::write(&mut io::stdout().lock(), &snapshot) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            other => other?,
        }
    }
}

/// What the cards ask that are shown: those that are not folded away.
fn wanted(overview: &Overview) -> Vec<PanelQuery> {
    let mut wanted: Vec<PanelQuery> = Vec::new();
    for card in shown(overview) {
        let is_new = wanted.iter().all(|query| query.id != card.id);
        wanted.extend(panel_query(card.id.clone(), &card.face, RANGE_MS).filter(|_| is_new));
    }
    wanted
}

/// The cards that are shown, the top row first.
fn shown(overview: &Overview) -> impl Iterator<Item = &Card> {
    let groups = overview.groups.iter().filter(|group| !group.folded);
    overview.top.iter().chain(groups.flat_map(|group| &group.cards))
}
