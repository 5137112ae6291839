//! The benchmarks, side by side with their peers.

use crate::process::{cargo, run};

/// Runs the benchmarks whose names contain `filter`, or all; BENCHMARKS.md says what each one measures.
pub fn run_benches(filter: Option<&str>) -> anyhow::Result<()> {
    let mut benches = cargo(&["bench", "-p", "p95-core", "--benches"]);
    if let Some(filter) = filter {
        benches.args(["--", filter]);
    }
    run(&mut benches)
}
