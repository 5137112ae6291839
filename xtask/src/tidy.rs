//! Rules of the repository that no compiler checks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::root;

/// Above this a file has more than one noun in it. Its tests do not count.
const MAX_LINES: usize = 500;

/// Source files below the members' folders, with their texts.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["core", "examples", "tests", "viewer", "wasm", "web", "xtask"]
        .iter()
        .map(|member| root().unwrap().join(member))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "target" && name != "node_modules") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 20, "the search for source files is broken");
    found
}

#[test]
fn no_file_is_too_long() {
    for (path, text) in sources() {
        let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        assert!(
            lines <= MAX_LINES,
            "{} has {lines} lines before its tests: split it by nouns",
            path.display()
        );
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in sources() {
        let first = text.lines().find(|line| !line.starts_with("#!"));
        assert!(
            first.is_some_and(|line| line.starts_with("//!")),
            "{}: begin with a `//!` line that says what the file is for",
            path.display()
        );
    }
}

#[test]
fn no_file_is_forgotten() {
    for (path, _) in sources() {
        let (Some(stem), Some(folder)) = (path.file_stem().and_then(|stem| stem.to_str()), path.parent())
        else {
            continue;
        };
        let is_root = ["lib", "main", "mod"].contains(&stem) || !is_module_folder(folder);
        if !is_root {
            let parents = [
                folder.join("mod.rs"),
                folder.join("lib.rs"),
                folder.join("main.rs"),
                folder.with_extension("rs"),
            ];
            let declared =
                parents.iter().filter_map(|parent| fs::read_to_string(parent).ok()).any(|parent| {
                    parent.lines().any(|line| {
                        line.trim_end_matches(';').ends_with(&format!("mod {stem}"))
                            || line.contains(&format!("path = \"{stem}.rs\""))
                    })
                });
            assert!(declared, "{} is in no `mod` line: nothing compiles it", path.display());
        }
    }
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = fs::read_to_string(root().unwrap().join("Cargo.toml")).unwrap();
    let contributing = fs::read_to_string(root().unwrap().join("CONTRIBUTING.md")).unwrap();
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap();
    let names =
        table.lines().take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = "));
    for (name, _) in names.filter(|(name, _)| !name.starts_with("p95-")) {
        assert!(
            contributing.contains(&format!("`{name}`")),
            "CONTRIBUTING.md does not say what `{name}` is for"
        );
    }
}

/// Whether files here are modules of the `src` above, rather than roots of their own such as tests and benches.
fn is_module_folder(folder: &Path) -> bool {
    let parts: Vec<_> = folder.iter().filter_map(|part| part.to_str()).collect();
    let below_src = parts.iter().rposition(|part| *part == "src").map(|at| parts.len() - at - 1);
    match below_src {
        Some(0) => true,
        Some(_) => parts.last() != Some(&"bin"),
        None => false,
    }
}
