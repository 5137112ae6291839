//! Waiting for scrapes, with progress on a terminal.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use p95_engine::{EngineHandle, OpenedRecording, OpenedState, Snapshot, TargetState, TargetStatus};

use crate::output::escape::escape;

/// How often the engine's progress is looked at.
pub(super) const POLL: Duration = Duration::from_millis(20);

/// Waits for so long, or until every target has as many good scrapes, or a bad one. `look` sees every snapshot on the way.
pub(super) fn await_scrapes(
    engine: &EngineHandle,
    wait_ms: Option<i64>,
    scrapes: u64,
    mut look: impl FnMut(&Snapshot),
) -> Arc<Snapshot> {
    let begun = Instant::now();
    let wait = wait_ms.map(|wait_ms| Duration::from_millis(wait_ms.unsigned_abs()));
    let shows_progress = io::stderr().is_terminal();
    loop {
        let snapshot = engine.snapshot();
        look(&snapshot);
        let is_done = |target: &TargetStatus| match wait {
            // What is recorded is there at once.
            _ if snapshot.is_recorded(target.id) => true,
            Some(_) => target.scrapes_total > 0,
            None => target.scrapes_in_a_row >= scrapes || target.state == TargetState::Down,
        };
        let has_targets = !(snapshot.targets.is_empty() && snapshot.recordings.is_empty());
        let all_done =
            has_targets && snapshot.is_read() && snapshot.targets.iter().all(|target| is_done(target));
        let waits_for =
            wait.filter(|_| snapshot.targets.iter().any(|target| !snapshot.is_recorded(target.id)));
        if shows_progress {
            let count: u64 = snapshot.targets.iter().map(|target| target.scrapes_total).sum();
            let of_all = wait.map_or_else(String::new, |wait| format!(" of {:.0}", wait.as_secs_f64()));
            eprint!("\r{count} scrapes in {:.1}{of_all} s \x1b[K", begun.elapsed().as_secs_f64());
        }
        if all_done && waits_for.is_none_or(|wait| begun.elapsed() >= wait) {
            if shows_progress {
                eprint!("\r\x1b[K");
            }
            return snapshot;
        }
        thread::sleep(POLL);
    }
}

/// Whether every recording could be opened.
///
/// # Errors
/// Where one could not: the line that says why.
pub(super) fn check_opened(snapshot: &Snapshot) -> anyhow::Result<()> {
    let failed = snapshot.recordings.iter().find_map(|recording| match &recording.state {
        OpenedState::Failed(message) => Some(message),
        OpenedState::Reading | OpenedState::Read => None,
    });
    if let Some(message) = failed {
        anyhow::bail!("{message}");
    }
    if let (Some(recording), []) = (snapshot.recordings.first(), snapshot.targets.as_slice()) {
        anyhow::bail!("nothing was recorded in {}", recording.path.display());
    }
    Ok(())
}

/// Says on stderr which targets failed, a line each; returns how many. Of recordings it says what they lost.
pub(super) fn report_failures(snapshot: &Snapshot) -> usize {
    for note in snapshot.recordings.iter().flat_map(OpenedRecording::notes) {
        eprintln!("p95: {}", escape(&note));
    }
    let scraped = snapshot.targets.iter().filter(|target| !snapshot.is_recorded(target.id));
    let failures = scraped.filter_map(|target| Some((target, target.failure.as_ref()?)));
    failures
        .map(|(target, failure)| eprintln!("p95: {}: {}", escape(&target.url), escape(&failure.to_string())))
        .count()
}
