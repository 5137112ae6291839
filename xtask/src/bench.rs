//! The benchmarks, side by side with their peers.

use crate::process::{cargo, run};

/// The parts of the bench that runs the whole program beside a real Prometheus.
const WHOLE_PROGRAM: [&str; 2] = ["scrape", "query"];

/// Runs the benchmarks whose names contain `filter`, or all; BENCHMARKS.md says what each one measures.
pub fn run_benches(filter: Option<&str>) -> anyhow::Result<()> {
    let mut core = cargo(&["bench", "-p", "p95-core", "--benches"]);
    let mut peers = cargo(&["bench", "-p", "p95-tests", "--bench", "peers"]);
    if let Some(filter) = filter {
        core.args(["--", filter]);
        peers.args(["--", filter]);
    }
    run(&mut core)?;
    if filter.is_none_or(|filter| WHOLE_PROGRAM.iter().any(|part| part.contains(filter))) {
        run(&mut cargo(&["build", "--release", "-p", "p95"]))?;
        run(&mut peers)?;
    }
    Ok(())
}
