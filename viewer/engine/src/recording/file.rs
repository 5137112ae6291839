//! The file of a recording.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use p95_core::session::is_recording;

use super::temporary::{sync_folder, temporary_beside};

/// Whether a file holds a recording, or text of OpenMetrics that is named as such: what is read once, and not scraped
/// again and again.
pub fn is_recording_file(path: &Path) -> bool {
    if is_openmetrics_name(path) {
        return path.is_file();
    }
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut beginning));
    read.is_ok() && is_recording(&beginning)
}

/// Whether a name is one of text with timestamps.
pub(super) fn is_openmetrics_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "om" || extension == "openmetrics")
}

/// The file of a recording that is being written. Nothing in it is ever changed; it grows by whole pieces.
pub(super) struct RecordingFile {
    file: File,
    size_bytes: u64,
}

impl RecordingFile {
    /// Creates it with its first bytes; at no time is there a file of this name without them.
    ///
    /// # Errors
    /// Where there is such a file already, or it cannot be written.
    pub(super) fn create(path: &Path, beginning: &[u8]) -> io::Result<Self> {
        let mut temporary = temporary_beside(path)?;
        temporary.write_all(beginning)?;
        temporary.as_file().sync_all()?;
        let file = temporary.persist_noclobber(path).map_err(|error| error.error)?;
        // It has its name now. Some systems let nobody read what is locked.
        let _ = file.unlock();
        sync_folder(path);
        Ok(Self { file, size_bytes: beginning.len() as u64 })
    }

    /// Appends bytes, which are on the disk when this returns. Where that fails, what was there before stays, and no part
    /// of them.
    ///
    /// # Errors
    /// Where the disk is full, say.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => self.size_bytes += bytes.len() as u64,
            // A reader would pass over a piece that is torn; without it there is nothing to be passed over.
            Err(_) => _ = self.file.set_len(self.size_bytes),
        }
        written
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }
}
