//! A program outside the workspace that uses the smallest part of core: for this machine, and for WebAssembly.

use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::process::{cargo, run};
use crate::toolchain::cargo_for_wasm;

const MANIFEST: &str = "tests/downstream/Cargo.toml";
/// Away from the workspace's own, so that neither throws away what the other built.
const TARGET_DIR: &str = "target/downstream";
/// How many crates the program may have below it, p95-core included.
const MAX_CRATES: usize = 9;

/// Runs the program, counts the crates that it pulls in, and compiles it for WebAssembly.
pub fn check() -> anyhow::Result<()> {
    let here = ["--locked", "--manifest-path", MANIFEST, "--target-dir", TARGET_DIR];
    let page = output(&mut cargo(&[&["run", "--quiet"][..], &here].concat()))?;
    ensure!(page.starts_with("# HELP clicks") && page.ends_with("# EOF\n"), "not the page expected:\n{page}");

    let tree = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--manifest-path", MANIFEST];
    let tree = output(&mut cargo(&tree))?;
    let crates: std::collections::BTreeSet<&str> =
        tree.lines().skip(1).map(|line| line.trim_end_matches(" (*)")).collect();
    println!("{} crates: {}", crates.len(), crates.iter().copied().collect::<Vec<_>>().join(", "));
    ensure!(crates.len() <= MAX_CRATES, "that is more than {MAX_CRATES}");

    match cargo_for_wasm(&[&["build"][..], &here].concat()) {
        Ok(mut build) => run(&mut build),
        Err(error) if std::env::var_os("CI").is_some_and(|ci| ci == "true") => Err(error),
        Err(error) => {
            println!("not run: {error:#}");
            Ok(())
        }
    }
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    ensure!(output.status.success(), "cargo failed: {}", output.status);
    String::from_utf8(output.stdout).context("cargo wrote what is not UTF-8")
}
