//! Logs that end anywhere, and snapshots.

use std::fs;
use std::path::Path;

use p95_core::model::Labels;
use tempfile::TempDir;

use super::*;
use crate::state::{Change, State};

/// Changes that differ in the state that they leave: one group more each.
fn change(number: usize) -> Change {
    Change::Push(crate::state::PushChange {
        at_ms: 1,
        group: Labels::from_pairs([("job", format!("job {number}"))]),
        replaces_all: true,
        text: format!("# TYPE x untyped\nx {number}.0\n"),
    })
}

fn records(numbers: std::ops::Range<usize>) -> Vec<u8> {
    let mut records = Vec::new();
    numbers.for_each(|number| append(&mut records, &change(number)).unwrap());
    records
}

/// The only file of a kind.
fn only(folder: &Path, start: &str) -> std::path::PathBuf {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_log_cut_at_any_byte_gives_what_was_whole() {
    let folder = TempDir::new().unwrap();
    let mut log = recover(folder.path()).unwrap().log;
    let header = log.size_bytes() as usize;
    log.append(&records(0..3)).unwrap();
    drop(log);
    let path = only(folder.path(), "log-");
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> = (0..=3).map(|n| header + records(0..n).len()).collect();
    for cut in 0..=whole.len() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join(path.file_name().unwrap()), &whole[..cut]).unwrap();
        let mut found = recover(folder.path()).unwrap();
        let expect = ends.iter().filter(|end| **end <= cut).count().saturating_sub(1);
        assert_eq!((found.state.groups(), found.changes), (expect, expect), "cut at {cut}");
        let is_whole = ends.contains(&cut) || cut < header;
        assert_eq!(found.torn_bytes == 0, is_whole, "cut at {cut}");
        // It goes on, and what follows is found behind what was whole.
        found.log.append(&records(7..8)).unwrap();
        drop(found);
        assert_eq!(recover(folder.path()).unwrap().state.groups(), expect + 1, "cut at {cut}");
    }
}

#[test]
fn a_damaged_record_is_put_aside_with_what_follows() {
    let folder = TempDir::new().unwrap();
    let mut log = recover(folder.path()).unwrap().log;
    log.append(&records(0..2)).unwrap();
    let last_at = log.size_bytes() as usize;
    log.append(&records(2..3)).unwrap();
    drop(log);
    let path = only(folder.path(), "log-");
    let whole = fs::read(&path).unwrap();
    for at in last_at..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&path, &damaged).unwrap();
        let found = recover(folder.path()).unwrap();
        assert_eq!((found.state.groups(), found.torn_bytes), (2, whole.len() - last_at), "byte {at}");
        drop(found);
        let aside = only(folder.path(), "torn-");
        assert_eq!(fs::read(&aside).unwrap(), &damaged[last_at..]);
        fs::remove_file(aside).unwrap();
    }
}

#[test]
fn a_snapshot_takes_the_place_of_a_log() {
    let folder = TempDir::new().unwrap();
    let mut state = State::default();
    let mut log = recover(folder.path()).unwrap().log;
    for number in 0..3 {
        log.append(&records(number..number + 1)).unwrap();
        state.apply(&change(number));
        let mut snapshot = Vec::new();
        append(&mut snapshot, &state).unwrap();
        log.compact(&snapshot).unwrap();
    }
    log.append(&records(3..4)).unwrap();
    drop(log);
    only(folder.path(), "log-");
    let snapshot = only(folder.path(), "snapshot-");
    let found = recover(folder.path()).unwrap();
    assert_eq!((found.state.groups(), found.changes), (4, 1));
    drop(found);

    let mut damaged = fs::read(&snapshot).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&snapshot, damaged).unwrap();
    let error = recover(folder.path()).unwrap_err();
    assert!(
        error.to_string().ends_with("the snapshot is damaged; move it away to start from nothing"),
        "{error}"
    );
}

#[test]
fn logs_follow_each_other_where_no_snapshot_was_written() {
    let folder = TempDir::new().unwrap();
    let mut log = recover(folder.path()).unwrap().log;
    log.append(&records(0..2)).unwrap();
    log.next().unwrap();
    log.append(&records(2..3)).unwrap();
    drop(log);
    let found = recover(folder.path()).unwrap();
    assert_eq!((found.state.groups(), found.changes), (3, 3));
}

#[test]
fn what_is_not_ours_stays_untouched() {
    #[track_caller]
    fn check(content: &str, expect: &str, is_newer: bool) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log-00000000");
        fs::write(&path, content).unwrap();
        let error = recover(folder.path()).unwrap_err();
        assert!(error.to_string().ends_with(expect), "{error}");
        assert_eq!(error.is_newer(), is_newer);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    check(
        "p95-gateway log 2\nwhat a later version writes",
        "written by a newer version of p95 (format 2; this one knows 1)",
        true,
    );
    check("something else of enough bytes", "no file of a gateway", false);
}

#[test]
fn a_folder_has_one_gateway() {
    let folder = TempDir::new().unwrap();
    let first = recover(folder.path()).unwrap();
    assert!(recover(folder.path()).unwrap_err().is_in_use());
    drop(first);
    recover(folder.path()).unwrap();
}
