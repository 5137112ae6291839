//! A past that was written down as text, into the store.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use p95_core::ingest::{History, HistoryReport};
use p95_core::overview::Window;
use p95_core::session::RecordedTarget;

use super::replay::{Replay, Replayed, failure_text};
use super::status::OpenedState;
use crate::store::SharedStore;
use crate::worker::Outcome;
use crate::{ScrapeRecord, TargetId};

/// How many samples are stored before others get their turn at the store.
const SAMPLES_AT_ONCE: usize = 16_384;
/// The interval of a text that says each series once, in milliseconds.
const UNKNOWN_INTERVAL_MS: i64 = 1_000;

/// Reads a file of OpenMetrics text with timestamps. It counts as one target with one scrape, at the time of its last
/// sample: its series keep the labels that they have.
pub(super) fn read(replay: &Replay, replayed: &mut Replayed) {
    let text = match std::fs::read(&replay.path) {
        Ok(text) => text,
        Err(problem) => {
            replayed.status.state = OpenedState::Failed(failure_text(&replay.path, &problem.into()));
            return;
        }
    };
    match store(replay, &text) {
        Ok(report) => {
            replayed.status.is_complete = true;
            replayed.status.state = OpenedState::Read;
            if report.samples > 0 {
                tell_of(replay, text.len() as u64, report, replayed);
            }
        }
        Err(message) => {
            replayed.status.state =
                OpenedState::Failed(format!("cannot open {}: {message}", replay.path.display()));
        }
    }
}

/// Stores all samples; the error is one line with its place.
fn store(replay: &Replay, text: &[u8]) -> Result<HistoryReport, p95_core::ingest::ScrapeError> {
    let mut history = History::new(text)?;
    let mut store = replay.store.write();
    while history.read(&mut store, SAMPLES_AT_ONCE)? {
        SharedStore::give_way(&mut store);
    }
    Ok(history.report())
}

/// Tells of the one target that the file is.
fn tell_of(replay: &Replay, size_bytes: u64, report: HistoryReport, replayed: &mut Replayed) {
    let id = TargetId(replay.next_id.fetch_add(1, Ordering::Relaxed));
    let interval_ms = report.interval_ms.unwrap_or(UNKNOWN_INTERVAL_MS);
    let target = RecordedTarget {
        url: replay.path.display().to_string(),
        interval_ms: interval_ms.unsigned_abs(),
        ..RecordedTarget::default()
    };
    replayed.status.targets.push(id);
    replayed.met.push((id, Arc::new(target)));
    let span_ms = report.last_ms.unwrap_or_default().saturating_sub(report.first_ms.unwrap_or_default());
    let stands_for = (span_ms / interval_ms.max(1)).clamp(1, Window::MAX_INTERVALS.into()).unsigned_abs();
    // The first and the last time; what is between them is in the store.
    for start_ms in [report.first_ms, report.last_ms].into_iter().flatten() {
        let record = ScrapeRecord {
            start_ms,
            duration_secs: 0.0,
            ingest_secs: 0.0,
            body_bytes: size_bytes,
            samples: report.samples,
            series_added: 0,
            duplicates: 0,
            dropped: report.dropped,
            failure: None,
        };
        let outcome = Outcome {
            record,
            is_after_gap: false,
            is_changed: true,
            interval_ms,
            next_ms: None,
            page: None,
            stands_for,
        };
        replayed.outcomes.push((id, outcome));
        replayed.status.scrapes += 1;
    }
}
