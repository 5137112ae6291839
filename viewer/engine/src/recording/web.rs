//! A browser, which has no files: the same face as the other side, and a line that says why nothing comes.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use p95_core::session::RecordedTarget;
use tokio::sync::mpsc::UnboundedSender;

use super::status::{OpenedRecording, OpenedState, RecordingStatus};
use crate::TargetId;
use crate::hub::Event;
use crate::intake::Scraped;
use crate::metric::KeptPage;
use crate::store::SharedStore;
use crate::worker::Outcome;

const NO_FILES: &str = "a page in a browser has no files";

/// Nothing is recorded.
#[derive(Default)]
pub(crate) struct RecorderSlot;

impl RecorderSlot {
    pub(crate) fn set(&self, _: Option<Arc<Recorder>>) {}

    pub(crate) fn add(&self, _: &RecordedTarget, _: &Scraped) {}
}

/// There is none.
pub(crate) struct Recorder;

impl Recorder {
    /// # Errors
    /// Always.
    pub(crate) fn start(
        _path: PathBuf,
        _flush: Duration,
        _now_ms: i64,
        _tell: impl Fn(RecordingStatus) + Send + 'static,
    ) -> io::Result<Arc<Self>> {
        Err(io::Error::new(io::ErrorKind::Unsupported, NO_FILES))
    }
}

/// A recording that cannot be read here.
#[expect(dead_code, reason = "what the other side needs")]
pub(crate) struct Replay {
    pub(crate) at: usize,
    pub(crate) path: PathBuf,
    pub(crate) speed: Option<f64>,
    pub(crate) page_limit_bytes: u64,
    pub(crate) store: Arc<SharedStore>,
    pub(crate) next_id: Arc<AtomicU32>,
    pub(crate) control: Arc<()>,
    pub(crate) events: UnboundedSender<Event>,
}

/// That it cannot.
pub(crate) struct Replayed {
    pub(crate) at: usize,
    pub(crate) met: Vec<(TargetId, Arc<RecordedTarget>)>,
    pub(crate) outcomes: Vec<(TargetId, Outcome)>,
    pub(crate) status: OpenedRecording,
}

/// No recordings.
#[derive(Default)]
pub(crate) struct Replays {}

impl Replays {
    /// Says that there are no files.
    pub(crate) fn start(&mut self, replay: Replay) {
        let mut status = OpenedRecording::new(replay.path);
        status.state = OpenedState::Failed(NO_FILES.to_owned());
        let replayed = Replayed { at: replay.at, met: Vec::new(), outcomes: Vec::new(), status };
        // Where nobody listens, the engine has ended.
        let _ = replay.events.send(Event::Replayed(Box::new(replayed)));
    }

    pub(crate) fn set_paused(&mut self, _: bool) {}

    pub(crate) fn keep_page(&mut self, _: TargetId, _: KeptPage) {}

    pub(crate) fn pages(&self) -> impl Iterator<Item = KeptPage> {
        std::iter::empty()
    }
}
