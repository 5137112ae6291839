//! Recordings as files: writing what is scraped, and reading it again. A browser has no files; there, both say so.

#[cfg(not(target_family = "wasm"))]
mod file;
#[cfg(not(target_family = "wasm"))]
mod history;
#[cfg(not(target_family = "wasm"))]
mod pack;
#[cfg(not(target_family = "wasm"))]
mod recorder;
#[cfg(not(target_family = "wasm"))]
mod replay;
#[cfg(not(target_family = "wasm"))]
mod replays;
mod status;
#[cfg(not(target_family = "wasm"))]
mod temporary;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(not(target_family = "wasm"))]
pub use file::is_recording_file;
#[cfg(not(target_family = "wasm"))]
pub(crate) use recorder::{Recorder, RecorderSlot};
#[cfg(not(target_family = "wasm"))]
pub(crate) use replay::{Replay, Replayed};
#[cfg(not(target_family = "wasm"))]
pub(crate) use replays::Replays;
pub use status::{OpenedRecording, OpenedState, RecordingState, RecordingStatus};
#[cfg(target_family = "wasm")]
pub(crate) use web::{Recorder, RecorderSlot, Replay, Replayed, Replays};
