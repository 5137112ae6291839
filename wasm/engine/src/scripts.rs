//! Prometheus' `.test` scripts, run by the engine as it was compiled for WebAssembly.

use p95_core::promql::testscript::{self, Script};
use serde::Serialize;

use crate::answer;

/// What came of a script.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    passed: usize,
    /// Those passed that an engine which answers nothing could not pass.
    passed_with_values: usize,
    /// One line for each: where, the query, and what is wrong.
    failures: Vec<String>,
}

/// Runs a script from the beginning and answers with what passed and what failed.
pub(crate) fn run(text: &str) -> String {
    let script = match Script::parse(text) {
        Ok(script) => script,
        Err(error) => return answer::failure("bad_data", &error),
    };
    let mut count = Count::default();
    for outcome in testscript::run(&script) {
        match outcome.failure {
            None => {
                count.passed += 1;
                count.passed_with_values += usize::from(outcome.expects_values);
            }
            Some(failure) => count.failures.push(format!("{}: {}: {failure}", outcome.line, outcome.expr)),
        }
    }
    answer::success(&count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_counted() {
        let script =
            "load 1m\n  up 0 1\n\neval instant at 1m up * 2\n  {} 2\n\neval instant at 1m up\n  up 7\n";
        let found = run(script);
        assert!(found.contains(r#""passed":1,"passedWithValues":1,"failures":["7: up: "#), "{found}");
        assert!(run("load").contains(r#""status":"error""#));
    }
}
