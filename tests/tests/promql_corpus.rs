//! Prometheus' own test scripts against the list of what does not pass yet, which can only shrink.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use p95_core::promql::testscript::{Failure, Script, run};
use p95_tests::requires::not_run;

/// What does not pass yet: a line `file.test:line reason` for each evaluation.
const NOT_YET: &str = "promql-not-yet.txt";

/// How the list is written anew.
const UPDATE: &str = "to update the list, run `P95_UPDATE=1 cargo test -p p95-tests --test promql_corpus`";

/// The fewest evaluations with a non-empty expected result that must pass.
const MIN_PASSED_WITH_VALUES: usize = 500;

#[test]
fn what_does_not_pass_is_listed_and_nothing_else() {
    let Some(corpora) = env::var_os("P95_CORPORA") else {
        not_run("corpora: not run (P95_CORPORA is not set)");
        return;
    };
    let mut failures = BTreeMap::new();
    let mut passed_with_values = 0;
    for file in scripts(&PathBuf::from(corpora).join("promqltest")) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let script = Script::parse(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for outcome in run(&script) {
            match outcome.failure {
                Some(failure) => {
                    failures.insert((name.clone(), outcome.line), reason(&failure));
                }
                None => passed_with_values += usize::from(outcome.expects_values),
            }
        }
    }
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(NOT_YET);
    if env::var_os("P95_UPDATE").is_some() {
        let lines: Vec<_> =
            failures.iter().map(|((file, line), reason)| format!("{file}:{line} {reason}\n")).collect();
        fs::write(&list, lines.concat()).unwrap();
    }
    let listed = read_list(&list);
    let new: Vec<_> = failures
        .iter()
        .filter(|(place, _)| !listed.contains(place))
        .map(|((file, line), reason)| format!("{file}:{line} {reason}"))
        .collect();
    let passing: Vec<_> = listed
        .iter()
        .filter(|place| !failures.contains_key(place))
        .map(|(file, line)| format!("{file}:{line}"))
        .collect();
    assert!(new.is_empty(), "these pass no longer:\n{}", new.join("\n"));
    assert!(passing.is_empty(), "these pass now: take them off the list; {UPDATE}\n{}", passing.join("\n"));
    assert!(
        passed_with_values >= MIN_PASSED_WITH_VALUES,
        "{passed_with_values} evaluations with a non-empty expected result pass, {MIN_PASSED_WITH_VALUES} must"
    );
}

/// Why an evaluation does not pass, without the data of the corpus.
fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Unsupported(_) => failure.to_string(),
        Failure::Error(_) => "an error that was not expected".to_owned(),
        Failure::NoError => "no error where one was expected".to_owned(),
        Failure::Annotation(_) => "another warning or remark".to_owned(),
        Failure::Answer(_) => "another answer".to_owned(),
    }
}

/// All scripts of a folder, by name.
fn scripts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "test"));
    files.sort();
    assert!(!files.is_empty(), "{} holds no script", folder.display());
    files
}

/// The places on the list, by file and line.
fn read_list(list: &Path) -> Vec<(String, usize)> {
    let text =
        fs::read_to_string(list).unwrap_or_else(|error| panic!("{}: {error}; {UPDATE}", list.display()));
    let place = |line: &str| {
        let (place, _reason) = line.split_once(' ')?;
        let (file, line) = place.split_once(':')?;
        Some((file.to_owned(), line.parse().ok()?))
    };
    text.lines().map(|line| place(line).unwrap_or_else(|| panic!("no entry of the list: {line}"))).collect()
}
