//! The project's own test scripts, and what the runner says to scripts that do not hold.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use p95_core::promql::testscript::{Failure, Script, run};

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads its scripts; core itself has no files")]
fn own_scripts_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promql");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut failures = Vec::new();
    let mut evaluations = 0;
    for file in &files {
        let script = Script::parse(&fs::read_to_string(file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for outcome in run(&script) {
            evaluations += 1;
            if let Some(failure) = outcome.failure {
                failures.push(format!("{}:{}: {}: {failure}", file.display(), outcome.line, outcome.expr));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(evaluations > 90, "{evaluations} evaluations in {} files", files.len());
}

/// Runs one evaluation over a few series.
fn failure(eval: &str) -> Option<Failure> {
    let load = "load 1m\n  m{a=\"1\"} 1+1x10\n  m{a=\"2\"} 2\n  h {{count:1}}\n\n";
    let outcomes = run(&Script::parse(&format!("{load}{eval}\n")).unwrap());
    let [outcome] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    outcome.failure.clone()
}

#[test]
fn what_holds_and_what_does_not() {
    #[track_caller]
    fn check(eval: &str, expect: &str) {
        let failure = failure(eval).map_or(String::new(), |failure| failure.to_string());
        assert_eq!(failure, expect, "{eval}");
    }
    check("eval instant at 0 m{a=\"1\"}\n m{a=\"1\"} 1", "");
    check("eval instant at 0 m{a=\"1\"}\n m{a=\"1\"} 1.0001", "expected 1.0001 for m{a=\"1\"}, got 1");
    check("eval instant at 0 m{a=\"1\"}", "expected no series m{a=\"1\"}, got it with 1");
    check("eval instant at 0 m{a=\"1\"}\n n 1", "expected no series m{a=\"1\"}, got it with 1");
    check("eval instant at 0 m\n m{a=\"1\"} 1\n m{a=\"2\"} 2\n m 3", "expected the series m, got none");
    check("eval instant at 0 1\n 2", "expected 2 for the scalar, got 1");
    check("eval instant at 0 vector(1)\n 1", "expected another type, got a vector of 1 series");
    check("eval instant at 0 \"a\"\n expect string \"b\"", "expected another type, got the string \"a\"");
    check(
        "eval instant at 0 sort_desc(m)\n expect ordered\n m{a=\"1\"} 1\n m{a=\"2\"} 2",
        "expected m{a=\"2\"} at position 1, got it at 0",
    );
    check("eval instant at 0 m\n expect fail", "expected an error, got none");
    check(
        "eval instant at 0 m{a=\"1\"} + on () m",
        "error: found duplicate series for the match group {} on the right hand-side of the operation: [{__name__=\"m\", a=\"1\"}, {__name__=\"m\", a=\"2\"}];many-to-many matching not allowed: matching labels must be unique on one side",
    );
    check("eval range from 0 to 1m step 1m m{a=\"1\"}\n m{a=\"1\"} 1 2", "");
    check(
        "eval range from 0 to 1m step 1m m{a=\"1\"}\n m{a=\"1\"} 1 _",
        "expected points of m{a=\"1\"} at [0] ms, got [0, 60000] ms",
    );
    check("eval instant at 0 vector(1)\n expect warn\n {} 1", "expected a warning of any text, got []");
    check("eval instant at 0 rate(m)\n expect fail", "");
}

#[test]
fn only_results_with_values_are_counted_as_such() {
    let script =
        "eval instant at 0 nothing\n\neval instant at 0 1\n 1\n\neval instant at 0 rate(x)\n expect fail\n";
    let counted: Vec<_> =
        run(&Script::parse(script).unwrap()).iter().map(|outcome| outcome.expects_values).collect();
    assert_eq!(counted, [false, true, false]);
}

#[test]
fn a_script_with_a_mistake_names_the_line() {
    #[track_caller]
    fn check(script: &str, expect: &str) {
        assert_eq!(Script::parse(script).unwrap_err().to_string(), expect, "{script}");
    }
    check("clear\nunknown", "line 2: unknown command \"unknown\"");
    check("load\n", "line 1: \"\" is no duration");
    check("load 1m\n up 1 x", "line 2: expected a value: \"x\"");
    check("eval instant at x up", "line 1: \"x\" is no duration");
    check("eval range from 0 up", "line 1: expected to, found \"up\"");
    check("eval instant at 0 up\n up 1 2", "line 2: an instant query has one value a series");
    check("eval instant at 0 up\n expect nothing", "line 2: unknown expectation \"nothing\"");
    check("load 1m\n up@st 0s\n\n", "line 2: start times must stand before a series");
}
