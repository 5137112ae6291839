//! Every check there is, step by step, with the minutes that each took.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::process::{cargo, run};
use crate::{downstream, wasm};

/// A named group of commands.
struct Step {
    name: &'static str,
    run: fn() -> anyhow::Result<()>,
}

/// In the order in which a mistake is found soonest.
const STEPS: &[Step] = &[
    Step { name: "format", run: || run(&mut cargo(&["fmt", "--all", "--check"])) },
    Step {
        name: "lints",
        run: || run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])),
    },
    Step {
        name: "features of core, one by one",
        run: || {
            for feature in [
                "",
                "encode",
                "instrument",
                "native-histograms",
                "derive",
                "parse",
                "protobuf",
                "store",
                "promql",
                "overview",
                "remote",
                "session",
                "record",
                "rules",
            ] {
                let select = ["clippy", "-p", "p95-core", "--no-default-features", "--features", feature];
                run(&mut cargo(&[&select[..], &["--", "--deny", "warnings"]].concat()))?;
            }
            Ok(())
        },
    },
    Step {
        name: "lints without the window",
        run: || {
            let select = ["clippy", "-p", "p95", "--no-default-features", "--all-targets"];
            run(&mut cargo(&[&select[..], &["--", "--deny", "warnings"]].concat()))
        },
    },
    Step {
        name: "lints of the gateway, without the window",
        run: || {
            let select = ["clippy", "-p", "p95", "--no-default-features", "--features", "gateway"];
            run(&mut cargo(&[&select[..], &["--", "--deny", "warnings"]].concat()))
        },
    },
    Step {
        name: "lints with pictures, without the window",
        run: || {
            let select = ["clippy", "-p", "p95", "--no-default-features", "--features", "snapshot"];
            run(&mut cargo(&[&select[..], &["--", "--deny", "warnings"]].concat()))
        },
    },
    Step {
        name: "docs",
        run: || {
            run(cargo(&["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "--deny warnings"))
        },
    },
    Step {
        name: "pictures beside wgpu",
        run: || run(&mut cargo(&["test", "-p", "p95-picture", "--features", "judge", "--test", "judge"])),
    },
    // Whole-program tests start the binaries by path, so these must be there first.
    Step { name: "binaries", run: || run(&mut cargo(&["build", "--workspace", "--bins"])) },
    Step { name: "a program that uses core alone", run: downstream::check },
    Step { name: "the npm package", run: wasm::test },
    Step { name: "lints of what browsers run", run: wasm::lint },
    Step {
        name: "what prometheus-parse has read",
        run: || {
            let only =
                ["test", "-p", "p95-core", "--lib", "--features", "prometheus-parse", "prometheus_parse"];
            run(&mut cargo(&only))
        },
    },
    Step { name: "tests", run: || run(&mut cargo(&["test", "--workspace", "--no-fail-fast"])) },
];

/// Runs the steps whose names contain `only`, or all.
///
/// # Errors
/// Where a step fails. The later ones run all the same, so that one run shows everything.
pub fn run_steps(only: Option<&str>) -> anyhow::Result<()> {
    let chosen: Vec<&Step> =
        STEPS.iter().filter(|step| only.is_none_or(|only| step.name.contains(only))).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step has that name; there are: {}", names.join(", "));
    }
    let mut results: Vec<(&str, Duration, anyhow::Result<()>)> = Vec::new();
    for step in chosen {
        println!("\n== {}", step.name);
        let started = Instant::now();
        let result = (step.run)();
        results.push((step.name, started.elapsed(), result));
    }

    println!("\n{:>8}  {:<32}result", "minutes", "step");
    for (name, took, result) in &results {
        let outcome = match result {
            Ok(()) => "passed".to_owned(),
            Err(error) => format!("FAILED: {error:#}"),
        };
        println!("{:>8.1}  {name:<32}{outcome}", took.as_secs_f64() / 60.0);
    }
    if !has_corpora() {
        println!("corpora: not run (P95_CORPORA is not set; CONTRIBUTING.md says how to get them)");
    }
    let failed = results.iter().filter(|(_, _, result)| result.is_err()).count();
    if failed > 0 {
        bail!("{failed} of {} steps failed", results.len());
    }
    Ok(())
}

fn has_corpora() -> bool {
    std::env::var_os("P95_CORPORA").is_some_and(|folder| Path::new(&folder).is_dir())
}
