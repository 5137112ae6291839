//! `p95 record`: what targets say, in one file.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::bail;
use p95_engine::{Command, EngineHandle, RecordingState, RecordingStatus, Snapshot};
use tokio::time::sleep;

use super::RecordArgs;
use super::stop::asked_to_stop;
use super::wait::{POLL, report_failures};
use crate::output::escape::escape;

/// Records for the time that was asked for, or until it is told to stop.
///
/// # Errors
/// Where the file cannot be written.
pub(super) fn run(
    args: &RecordArgs,
    engine: &EngineHandle,
    targets: Vec<Command>,
) -> anyhow::Result<ExitCode> {
    let flush_ms = args.flush_ms.unsigned_abs();
    engine.send(Command::StartRecording { path: args.output.clone(), flush_ms });
    targets.into_iter().for_each(|command| engine.send(command));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let snapshot = runtime.block_on(record(args, engine))?;
    let failed = report_failures(&snapshot);
    tell(&end(engine)?);
    Ok(if failed == snapshot.targets.len() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Ends the recording that the window has begun, if one goes on.
///
/// # Errors
/// Where it broke off.
#[cfg(feature = "gui")]
pub(super) fn end_begun(engine: &EngineHandle) -> anyhow::Result<()> {
    let is_going_on = |status: &RecordingStatus| status.state == RecordingState::Recording;
    if engine.snapshot().recording.as_ref().is_some_and(is_going_on) {
        tell(&end(engine)?);
    }
    Ok(())
}

/// What is in the file.
fn tell(status: &RecordingStatus) {
    let (scrapes, path) = (status.scrapes, status.path.display().to_string());
    eprintln!("p95: {scrapes} scrapes in {}, {}", escape(&path), size_text(status.size_bytes));
}

/// Waits until it is over; tells on a terminal how it goes.
async fn record(args: &RecordArgs, engine: &EngineHandle) -> anyhow::Result<std::sync::Arc<Snapshot>> {
    let begun = Instant::now();
    let duration = args.for_ms.map(|for_ms| Duration::from_millis(for_ms.unsigned_abs()));
    let shows_progress = io::stderr().is_terminal();
    let stop = asked_to_stop()?;
    tokio::pin!(stop);
    loop {
        let snapshot = engine.snapshot();
        let is_over = duration.is_some_and(|duration| begun.elapsed() >= duration);
        if shows_progress {
            let scrapes: u64 = snapshot.targets.iter().map(|target| target.scrapes_total).sum();
            let of_all =
                duration.map_or_else(String::new, |duration| format!(" of {}", duration.as_secs_f64()));
            let size = size_text(snapshot.recording.as_ref().map_or(0, |status| status.size_bytes));
            eprint!("\r{scrapes} scrapes in {:.1}{of_all} s, {size} \x1b[K", begun.elapsed().as_secs_f64());
        }
        if let Some(RecordingStatus { state: RecordingState::Failed(message), .. }) = &snapshot.recording {
            end_line(shows_progress);
            bail!("{message}");
        }
        if is_over {
            end_line(shows_progress);
            return Ok(snapshot);
        }
        tokio::select! {
            () = &mut stop => {
                end_line(shows_progress);
                return Ok(engine.snapshot());
            }
            () = sleep(POLL) => {}
        }
    }
}

/// Ends the recording, and waits until all of it is in the file.
fn end(engine: &EngineHandle) -> anyhow::Result<RecordingStatus> {
    engine.send(Command::StopRecording);
    loop {
        match engine.snapshot().recording.clone() {
            Some(RecordingStatus { state: RecordingState::Failed(message), .. }) => bail!("{message}"),
            Some(status) if status.state == RecordingState::Ended => return Ok(status),
            _ => std::thread::sleep(POLL),
        }
    }
}

fn end_line(shows_progress: bool) {
    if shows_progress {
        eprint!("\r\x1b[K");
    }
}

/// A size in the unit that fits.
pub(super) fn size_text(size_bytes: u64) -> String {
    let size = size_bytes as f64;
    match size_bytes {
        0..1_000 => format!("{size_bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", size / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", size / 1e6),
        _ => format!("{:.2} GB", size / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_their_unit() {
        #[track_caller]
        fn check(size_bytes: u64, expect: &str) {
            assert_eq!(size_text(size_bytes), expect);
        }
        check(999, "999 bytes");
        check(1_500, "1.5 kB");
        check(2_340_000, "2.3 MB");
        check(5_000_000_000, "5.00 GB");
    }
}
