//! The state and its log, as one: what is changed is kept, in the same order.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use p95_core::instrument::Histogram;
use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;

use crate::log::{self, Log};
use crate::reject::{Reason, Reject, refuse};
use crate::state::{Change, State};

/// How long a writer waits before it tries again on a disk that refused.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// How long a reader waits for a disk to take what it is about to be shown.
const READER_PATIENCE: Duration = Duration::from_secs(1);

/// The state and its log.
#[derive(Debug)]
pub(crate) struct Ledger {
    inner: Mutex<Inner>,
    /// Told when there is something to write, or nothing more will come.
    wake: Condvar,
    progress: watch::Sender<Progress>,
    /// Whether there is a disk to wait for.
    has_log: bool,
}

#[derive(Debug)]
struct Inner {
    state: State,
    /// Records that no one has begun to write.
    pending: Vec<u8>,
    /// The changes so far.
    changes: u64,
    is_closing: bool,
}

/// How far the log has come.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// So many changes are on the disk.
    kept: u64,
    /// Whether the disk refused, last time.
    is_failing: bool,
    /// The bytes of the log.
    log_bytes: u64,
}

/// How many changes have to be on the disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(u64);

impl Ledger {
    /// A ledger that begins at `state`; without a log where changes need not last.
    pub(crate) fn new(state: State, has_log: bool) -> Self {
        let inner = Inner { state, pending: Vec::new(), changes: 0, is_closing: false };
        let progress = watch::Sender::new(Progress::default());
        Self { inner: Mutex::new(inner), wake: Condvar::new(), progress, has_log }
    }

    /// Looks at the state.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.inner.lock().state)
    }

    /// The bytes of the log, and whether the disk refuses to take more.
    pub(crate) fn log_status(&self) -> (u64, bool) {
        let progress = *self.progress.borrow();
        (progress.log_bytes, progress.is_failing)
    }

    /// Makes the change that `plan` finds, if any. It is seen at once; [`Self::kept`] waits until it lasts.
    ///
    /// Where the disk refuses, nothing is planned: what cannot be kept is not counted.
    pub(crate) fn change(
        &self,
        plan: impl FnOnce(&State) -> Result<Option<Change>, Reject>,
    ) -> Result<Mark, Reject> {
        if self.progress.borrow().is_failing {
            return cannot_keep();
        }
        let mut inner = self.inner.lock();
        if inner.is_closing {
            return refuse(Reason::Storage, "the gateway is stopping");
        }
        let Some(change) = plan(&inner.state)? else { return Ok(Mark(inner.changes)) };
        self.make(&mut inner, &change)?;
        Ok(Mark(inner.changes))
    }

    fn make(&self, inner: &mut Inner, change: &Change) -> Result<(), Reject> {
        if self.has_log {
            log::append(&mut inner.pending, change).map_err(|error| Reject::new(Reason::Storage, error))?;
            self.wake.notify_all();
        }
        inner.state.apply(change);
        inner.changes += 1;
        Ok(())
    }

    /// Shows the state to a reader, who from then on has seen all its series.
    pub(crate) fn show<R>(&self, show: impl FnOnce(&State) -> R) -> (R, Mark) {
        let mut inner = self.inner.lock();
        let shown = show(&inner.state);
        if inner.state.has_unshown() && !self.progress.borrow().is_failing {
            // It fails where a change cannot be written down, and then the next reader sees the same.
            let _ = self.make(&mut inner, &Change::Shown);
        }
        (shown, Mark(inner.changes))
    }

    /// Waits until everything up to this mark is on the disk.
    pub(crate) async fn kept(&self, mark: Mark) -> Result<(), Reject> {
        if !self.has_log {
            return Ok(());
        }
        let mut progress = self.progress.subscribe();
        let reached = progress.wait_for(|progress| progress.kept >= mark.0 || progress.is_failing).await;
        if reached.is_ok_and(|progress| progress.kept >= mark.0) { Ok(()) } else { cannot_keep() }
    }

    /// Waits as [`Self::kept`] does, but not for long: readers are not kept from what there is to read.
    pub(crate) async fn kept_or_late(&self, mark: Mark) {
        let _ = tokio::time::timeout(READER_PATIENCE, self.kept(mark)).await;
    }

    /// Nothing more will come: the writer ends once everything is written.
    pub(crate) fn close(&self) {
        self.inner.lock().is_closing = true;
        self.wake.notify_all();
    }

    /// Writes what comes, until the ledger is closed and everything is on the disk. Changes that come while others are
    /// being written share the next flush. `flush_secs` observes how long each took.
    pub(crate) fn write_until_closed(
        self: &Arc<Self>,
        mut log: Log,
        compact_above_bytes: u64,
        flush_secs: &Histogram,
    ) {
        let mut snapshot_bytes = 0;
        loop {
            let mut inner = self.inner.lock();
            while inner.pending.is_empty() && !inner.is_closing {
                self.wake.wait(&mut inner);
            }
            let is_last = inner.is_closing;
            let log_bytes = log.size_bytes() + inner.pending.len() as u64;
            let is_long = log_bytes > compact_above_bytes.max(2 * snapshot_bytes);
            let records = std::mem::take(&mut inner.pending);
            let kept = inner.changes;
            let mut snapshot = Vec::new();
            let is_compacting = is_last || is_long;
            let has_snapshot = is_compacting && log::append(&mut snapshot, &inner.state).is_ok();
            drop(inner);

            if !self.write(&mut log, &records, flush_secs) {
                return;
            }
            if has_snapshot {
                snapshot_bytes = snapshot.len() as u64;
                if let Err(error) = log.compact(&snapshot) {
                    tracing::warn!("no snapshot was written, and the log grows on: {error}");
                    snapshot_bytes = snapshot_bytes.max(log_bytes);
                }
            }
            self.progress.send_replace(Progress { kept, is_failing: false, log_bytes: log.size_bytes() });
            if is_last {
                return;
            }
        }
    }

    /// Writes these records, however often the disk refuses, unless the ledger is closed; returns whether they are kept.
    fn write(&self, log: &mut Log, records: &[u8], flush_secs: &Histogram) -> bool {
        loop {
            let started = Instant::now();
            let Err(error) = log.append(records) else {
                flush_secs.observe(started.elapsed().as_secs_f64());
                return true;
            };
            let was_failing = self.progress.borrow().is_failing;
            self.progress.send_modify(|progress| progress.is_failing = true);
            if !was_failing {
                tracing::error!("what is pushed cannot be kept, and is refused until it can: {error}");
            }
            if self.inner.lock().is_closing {
                return false;
            }
            thread::sleep(RETRY_AFTER);
        }
    }
}

fn cannot_keep<T>() -> Result<T, Reject> {
    refuse(Reason::Storage, "what was sent cannot be kept now: the disk is full or broken")
}
