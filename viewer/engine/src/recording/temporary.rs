//! Files that take their name when they are whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

/// What the names of files that are not whole begin and end with.
const PREFIX: &str = ".p95-";
const SUFFIX: &str = ".part";

/// How long a file that nobody has locked stays: between its beginning and its lock lies a moment.
const GRACE: Duration = Duration::from_secs(10);

/// A file beside another one that is to take its name. What earlier ones have left there goes.
pub(super) fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    remove_leftovers(path);
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: what the user's mask leaves.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder_of(path))?;
    // While it is locked, nobody takes it for a leftover. Where the system has no locks, nothing is taken for one either.
    let _ = file.as_file().lock();
    Ok(file)
}

/// Removes the files beside `path` that a program which was killed could not give a name. Those that are being written are
/// locked.
pub(super) fn remove_leftovers(path: &Path) {
    let Ok(entries) = fs::read_dir(folder_of(path)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_temporary =
            name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_temporary && is_left_over(&entry.path()) {
            // Where it cannot be removed, it stays for the next time.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_left_over(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let age =
        file.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age >= GRACE) && file.try_lock().is_ok()
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_a_killed_program_left_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.p95");
        let old = SystemTime::now() - Duration::from_secs(3_600);
        let make = |name: &str, modified| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(modified).unwrap();
            file
        };
        make(".p95-left.part", old);
        make("mine.part", old);
        make(".p95-new.part", SystemTime::now());
        let written = temporary_beside(&path).unwrap();
        written.as_file().set_modified(old).unwrap();
        remove_leftovers(&path);
        let mut names =
            Vec::from_iter(fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()));
        names.sort();
        let written = written.path().file_name().unwrap();
        let mut expect = [".p95-new.part".as_ref(), "mine.part".as_ref(), written];
        expect.sort();
        assert_eq!(names, expect);
    }
}
