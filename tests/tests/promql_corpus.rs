//! Prometheus' own test scripts, all of which must pass.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use p95_core::promql::testscript::{Script, run};
use p95_tests::requires::not_run;

/// The fewest evaluations with a non-empty expected result: an engine that answers nothing could not pass them.
const MIN_WITH_VALUES: usize = 1_600;

#[test]
fn all_scripts_pass() {
    let Some(corpora) = env::var_os("P95_CORPORA") else {
        not_run("corpora: not run (P95_CORPORA is not set)");
        return;
    };
    let mut failures = Vec::new();
    let (mut evaluations, mut with_values) = (0, 0);
    for file in scripts(&PathBuf::from(corpora).join("promqltest")) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let script = Script::parse(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for outcome in run(&script) {
            evaluations += 1;
            with_values += usize::from(outcome.expects_values);
            if let Some(failure) = outcome.failure {
                failures.push(format!("{name}:{}: {}\n    {failure}", outcome.line, outcome.expr));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {evaluations} fail:\n{}", failures.len(), failures.join("\n"));
    assert!(with_values >= MIN_WITH_VALUES, "only {with_values} of {evaluations} expect a result");
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
