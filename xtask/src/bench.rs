//! The benchmarks, side by side with their peers.

use crate::process::{cargo, run};
use crate::wasm;

/// The parts of the bench that runs the whole program beside a real Prometheus.
const WHOLE_PROGRAM: [&str; 2] = ["scrape", "query"];
/// The parts of the bench that watches a real window.
const REAL_WINDOW: [&str; 2] = ["demo", "node"];
/// The parts of the bench that runs the gateway beside a real Pushgateway.
const GATEWAY: [&str; 2] = ["gateway", "rejects"];
/// A filter that chooses the benches of the window and its pictures.
const WINDOW: &str = "window";
/// A filter that chooses the bench of the npm package, which runs in Node.
const PAGE: &str = "page";

/// Runs the benchmarks whose names contain `filter`, or all; `window` stands for those of the window and its pictures,
/// `page` for that of the npm package. BENCHMARKS.md says what each one measures.
pub fn run_benches(filter: Option<&str>) -> anyhow::Result<()> {
    if filter == Some(PAGE) {
        return wasm::bench();
    }
    let is_window = filter == Some(WINDOW);
    let names = filter.filter(|_| !is_window);
    let filtered = |arguments: &[&str]| {
        let mut command = cargo(arguments);
        if let Some(names) = names {
            command.args(["--", names]);
        }
        command
    };
    let has_part = |parts: &[&str]| names.is_none_or(|names| parts.iter().any(|part| part.contains(names)));
    if !is_window {
        run(&mut filtered(&["bench", "-p", "p95-core", "--benches"]))?;
    }
    run(&mut filtered(&[
        "bench",
        "-p",
        "p95",
        "--bench",
        "frame",
        "--no-default-features",
        "--features",
        "snapshot",
    ]))?;
    run(&mut filtered(&["bench", "-p", "p95-picture", "--bench", "frame"]))?;
    let (has_program, has_window) = (!is_window && has_part(&WHOLE_PROGRAM), has_part(&REAL_WINDOW));
    let has_gateway = !is_window && has_part(&GATEWAY);
    if has_program || has_window || has_gateway {
        run(&mut cargo(&["build", "--release", "-p", "p95"]))?;
    }
    if has_program {
        run(&mut filtered(&["bench", "-p", "p95-tests", "--bench", "peers"]))?;
    }
    if has_gateway {
        run(&mut filtered(&["bench", "-p", "p95-tests", "--bench", "gateway"]))?;
    }
    if has_window {
        run(&mut filtered(&["bench", "-p", "p95-tests", "--bench", "window"]))?;
    }
    if filter.is_none() {
        wasm::bench()?;
    }
    Ok(())
}
