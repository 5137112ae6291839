//! The folder: one log, the snapshot that it begins at, and a lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::{Cause, GatewayError, io_error};

/// The version of the files that is written.
const VERSION: u32 = 1;

/// The kinds of files, which their first lines name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Log,
    Snapshot,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Snapshot => "snapshot",
        }
    }

    /// The first line of a file.
    pub(super) fn header(self) -> String {
        format!("p95-gateway {} {VERSION}\n", self.name())
    }

    pub(super) fn path(self, folder: &Path, generation: u64) -> PathBuf {
        folder.join(format!("{}-{generation:08}", self.name()))
    }

    /// The generations that the folder has files of, ascending.
    pub(super) fn generations(self, folder: &Path) -> Result<Vec<u64>, GatewayError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).map_err(io_error(folder))? {
            let name = entry.map_err(io_error(folder))?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(self.name())?.strip_prefix('-'));
            found.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// What follows the first line.
    pub(super) fn body<'a>(self, path: &Path, bytes: &'a [u8]) -> Result<&'a [u8], GatewayError> {
        if let Some(body) = bytes.strip_prefix(self.header().as_bytes()) {
            return Ok(body);
        }
        let start = format!("p95-gateway {} ", self.name());
        let Some(rest) = bytes.strip_prefix(start.as_bytes()) else {
            return Err(Cause::Foreign(path.to_owned()).into());
        };
        let version: Vec<u8> = rest.iter().copied().take_while(u8::is_ascii_digit).take(10).collect();
        let found = String::from_utf8_lossy(&version).into_owned();
        Err(Cause::Newer { path: path.to_owned(), found, known: VERSION }.into())
    }
}

/// Makes the folder where it is missing, and takes it for this process.
pub(super) fn lock(folder: &Path) -> Result<File, GatewayError> {
    fs::create_dir_all(folder).map_err(io_error(folder))?;
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(io_error(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Cause::InUse(folder.to_owned()).into()),
        Err(TryLockError::Error(error)) => Err(io_error(path)(error)),
    }
}

/// The log that is written to.
#[derive(Debug)]
pub(crate) struct Log {
    pub(super) folder: PathBuf,
    pub(super) generation: u64,
    file: File,
    /// The bytes that are known to be on the disk.
    bytes: u64,
    // Held for as long as the log is.
    _lock: File,
}

impl Log {
    /// Goes on behind the first `bytes` bytes of a log; what follows them is cut off.
    pub(super) fn resume(
        folder: &Path,
        generation: u64,
        bytes: u64,
        lock: File,
    ) -> Result<Self, GatewayError> {
        let path = Kind::Log.path(folder, generation);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let mut log = Self {
            folder: folder.to_owned(),
            generation,
            file: file.map_err(io_error(&path))?,
            bytes,
            _lock: lock,
        };
        let begun = if bytes == 0 { log.append(Kind::Log.header().as_bytes()) } else { log.cut() };
        begun.and_then(|()| sync_folder(folder)).map_err(io_error(path))?;
        Ok(log)
    }

    /// Bytes of the file.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes records, and returns once they are on the disk. Where that fails, none of them is part of the log, and the
    /// same ones can be tried again.
    pub(crate) fn append(&mut self, records: &[u8]) -> io::Result<()> {
        let appended = self.write(records);
        if appended.is_err() {
            // Where this fails too, the next attempt begins at the same place.
            let _ = self.cut();
        }
        appended
    }

    fn write(&mut self, records: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.bytes))?;
        self.file.write_all(records)?;
        self.file.sync_data()?;
        self.bytes += records.len() as u64;
        Ok(())
    }

    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.bytes)?;
        self.file.sync_data()
    }

    /// Begins the log of the next generation.
    pub(super) fn next(&mut self) -> io::Result<()> {
        let generation = self.generation + 1;
        let path = Kind::Log.path(&self.folder, generation);
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(path)?;
        let header = Kind::Log.header();
        file.write_all(header.as_bytes())?;
        file.sync_data()?;
        sync_folder(&self.folder)?;
        (self.file, self.generation, self.bytes) = (file, generation, header.len() as u64);
        Ok(())
    }
}

/// Makes new names in the folder last.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
