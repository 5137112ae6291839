//! The recordings that are shown.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::replay::{Control, Replay};
use crate::TargetId;
use crate::metric::KeptPage;
use crate::runtime::spawn_blocking;

/// The recordings that are shown. When this is dropped, replays end.
#[derive(Default)]
pub(crate) struct Replays {
    controls: Vec<Arc<Control>>,
    /// The last page of each target.
    pages: BTreeMap<TargetId, KeptPage>,
    is_paused: bool,
}

impl Replays {
    /// Reads one more recording, on a thread that may block.
    pub(crate) fn start(&mut self, replay: Replay) {
        replay.control.paused.store(self.is_paused, Ordering::Relaxed);
        self.controls.push(Arc::clone(&replay.control));
        spawn_blocking(move || replay.run());
    }

    /// Replays wait, or go on.
    pub(crate) fn set_paused(&mut self, paused: bool) {
        self.is_paused = paused;
        self.controls.iter().for_each(|control| control.paused.store(paused, Ordering::Relaxed));
    }

    /// A newer page of a target.
    pub(crate) fn keep_page(&mut self, id: TargetId, page: KeptPage) {
        self.pages.insert(id, page);
    }

    /// The last page of each target.
    pub(crate) fn pages(&self) -> impl Iterator<Item = KeptPage> {
        self.pages.values().cloned()
    }
}

impl Drop for Replays {
    fn drop(&mut self) {
        self.controls.iter().for_each(|control| control.stopped.store(true, Ordering::Relaxed));
    }
}
