//! Why a recording cannot be read at all.

use std::io;

/// Why a recording cannot be read at all. What is merely damaged is a [`Loss`](super::Loss).
///
/// ```
/// use p95_core::session::{RecordingError, RecordingReader};
///
/// let error = RecordingReader::new(b"up 1\n".as_slice(), 1 << 20).err();
/// assert!(matches!(error, Some(RecordingError::NoRecording)));
/// ```
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// There is no sign of a recording in it.
    #[error("this is no recording of p95")]
    NoRecording,
    /// It was written in a later version of the format.
    #[error(
        "the recording is of version {found}; this program reads versions up to {known}: use a newer p95"
    )]
    Newer {
        /// The recording's version.
        found: u16,
        /// The newest version that can be read.
        known: u16,
    },
    /// Its bytes cannot be had.
    #[error(transparent)]
    Read(#[from] io::Error),
}
