//! The file of a recording.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use p95_core::session::is_recording;
use tempfile::{Builder, NamedTempFile};

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

/// A file beside another one that is to take its name.
pub(super) fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".p95-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: what the user's mask leaves.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(path))
}

/// Sees to it that the file's name is on the disk too.
pub(super) fn sync_folder(path: &Path) {
    // Not all systems can; then the name comes with the next write of the folder.
    let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
}

fn folder_of(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}
