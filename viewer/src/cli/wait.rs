//! Waiting for scrapes, with progress on a terminal.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use p95_engine::{EngineHandle, Snapshot, TargetState, TargetStatus};

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
            Some(_) => target.scrapes_total > 0,
            None => target.scrapes_in_a_row >= scrapes || target.state == TargetState::Down,
        };
        let all_done = !snapshot.targets.is_empty() && snapshot.targets.iter().all(|target| is_done(target));
        if shows_progress {
            let count: u64 = snapshot.targets.iter().map(|target| target.scrapes_total).sum();
            let of_all = wait.map_or_else(String::new, |wait| format!(" of {:.0}", wait.as_secs_f64()));
            eprint!("\r{count} scrapes in {:.1}{of_all} s \x1b[K", begun.elapsed().as_secs_f64());
        }
        if all_done && wait.is_none_or(|wait| begun.elapsed() >= wait) {
            if shows_progress {
                eprint!("\r\x1b[K");
            }
            return snapshot;
        }
        thread::sleep(POLL);
    }
}

/// Says on stderr which targets failed, a line each; returns how many.
pub(super) fn report_failures(snapshot: &Snapshot) -> usize {
    let failures = snapshot.targets.iter().filter_map(|target| Some((target, target.failure.as_ref()?)));
    failures
        .map(|(target, failure)| eprintln!("p95: {}: {}", escape(&target.url), escape(&failure.to_string())))
        .count()
}
