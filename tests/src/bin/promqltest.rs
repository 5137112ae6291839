//! Runs Prometheus' `.test` scripts: `promqltest [-v] FILE...`.

use std::process::ExitCode;

use p95_core::promql::testscript::{Outcome, Script, run};

fn main() -> ExitCode {
    let (flags, files): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|arg| arg.starts_with('-'));
    let is_verbose = flags.iter().any(|flag| matches!(flag.as_str(), "-v" | "--verbose"));
    let unknown = flags.iter().find(|flag| !matches!(flag.as_str(), "-v" | "--verbose"));
    if let Some(flag) = unknown {
        eprintln!("promqltest: unknown flag {flag}: promqltest [-v] FILE...");
        return ExitCode::from(2);
    }
    if files.is_empty() {
        eprintln!("promqltest: no file: promqltest [-v] FILE...");
        return ExitCode::from(2);
    }
    let mut total = Count::default();
    for file in &files {
        let count = run_file(file, is_verbose);
        println!("{file}: {count}");
        total.add(&count);
    }
    println!("of the passed, {} have a non-empty expected result", total.passed_with_values);
    println!("total: {total}");
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
    /// Those passed that an engine which answers nothing could not pass.
    passed_with_values: usize,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.passed_with_values += other.passed_with_values;
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs one script. One that cannot be read counts as one failure.
fn run_file(file: &str, is_verbose: bool) -> Count {
    let unreadable = |reason: &dyn std::fmt::Display| {
        eprintln!("{file}: {reason}");
        Count { failed: 1, ..Count::default() }
    };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return unreadable(&error),
    };
    let script = match Script::parse(&text) {
        Ok(script) => script,
        Err(error) => return unreadable(&error),
    };
    let mut count = Count::default();
    for Outcome { line, expr, expects_values, failure } in run(&script) {
        match failure {
            None => {
                count.passed += 1;
                count.passed_with_values += usize::from(expects_values);
            }
            Some(failure) => {
                count.failed += 1;
                if is_verbose {
                    println!("{file}:{line}: {expr}\n    {failure}");
                }
            }
        }
    }
    count
}
