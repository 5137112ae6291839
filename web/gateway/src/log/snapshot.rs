//! Snapshots: the state at the beginning of a log.

use std::fs::{self, File};
use std::io::{self, Write};

use super::folder::{Kind, Log, sync_folder};

impl Log {
    /// Begins a new log at `record`, the state after everything that was appended, and removes the older files once it is
    /// on the disk.
    ///
    /// Where that fails, no change is lost: the older files stay, and the logs follow each other.
    pub(crate) fn compact(&mut self, record: &[u8]) -> io::Result<()> {
        self.next()?;
        let path = Kind::Snapshot.path(&self.folder, self.generation);
        let draft = path.with_extension("draft");
        let written = write(&draft, record).and_then(|()| fs::rename(&draft, &path));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        sync_folder(&self.folder)?;
        for kind in [Kind::Snapshot, Kind::Log] {
            let older = kind.generations(&self.folder).map_err(io::Error::other)?;
            for generation in older.into_iter().filter(|generation| *generation < self.generation) {
                fs::remove_file(kind.path(&self.folder, generation))?;
            }
        }
        Ok(())
    }
}

fn write(path: &std::path::Path, record: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(Kind::Snapshot.header().as_bytes())?;
    file.write_all(record)?;
    file.sync_all()
}
