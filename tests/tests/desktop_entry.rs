//! `viewer/assets/p95.desktop`, by which a desktop lists the window.

use std::process::Command;

use p95_tests::requires;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../viewer/assets/p95.desktop");

#[test]
fn the_desktop_entry_is_valid() {
    if !requires("desktop-file-validate") {
        return;
    }
    let output = Command::new("desktop-file-validate").arg(FILE).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    // It also prints hints, with status 0.
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[test]
fn it_starts_the_program_and_finds_its_window() {
    let text = std::fs::read_to_string(FILE).expect("the file is there");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("[Desktop Entry]"));
    let entries = Vec::from_iter(lines.filter_map(|line| line.split_once('=')));
    let value = |key: &str| entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    // The window's app id is p95 (`viewer/src/window/run.rs`), and so is the name of the icon beside this file.
    for (key, expect) in [
        ("Type", "Application"),
        ("Name", "p95"),
        ("Exec", "p95 %u"),
        ("Icon", "p95"),
        ("StartupWMClass", "p95"),
    ] {
        assert_eq!(value(key), Some(expect), "{key}");
    }
    assert!(value("Categories").is_some_and(|list| list.ends_with(';')));
}
