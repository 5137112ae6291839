//! What browsers get: the npm package in `web/package`, and the demo page in `web/demo`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::process::{cargo, is_installed, run};
use crate::toolchain::{WASM, cargo_for_wasm, clippy_for_wasm};
use crate::viewer;

const PACKAGE: &str = "web/package";

/// A module: its crate, its profile, where wasm-bindgen's output goes, seen from the root, and what then builds with it.
struct Module {
    package: &'static str,
    profile: &'static str,
    bindings: &'static str,
    script: &'static str,
}

/// What a gateway serves in tests.
const ASSETS: &str = "target/wasm/assets";

/// In the order in which they need each other.
const MODULES: &[Module] = &[
    Module { package: "p95-wasm", profile: "wasm", bindings: "target/wasm/metrics", script: "build" },
    Module {
        package: "p95-wasm-engine",
        profile: "wasm-engine",
        bindings: "target/wasm/engine",
        script: "demo",
    },
];

/// Builds `web/package/dist`, then `web/demo/dist`.
pub fn build() -> anyhow::Result<()> {
    install()?;
    MODULES.iter().try_for_each(build_module)
}

fn build_module(module: &Module) -> anyhow::Result<()> {
    let Module { package, profile, bindings, script } = module;
    // By itself: another member of the workspace would switch more of core on.
    run(&mut cargo_for_wasm(&["build", "-p", package, "--lib", "--profile", profile])?)?;
    let file = target_dir().join(WASM).join(profile).join(format!("{}.wasm", package.replace('-', "_")));
    let file = file.to_string_lossy();
    run(&mut cargo(&["run", "--quiet", "-p", "xtask-bindgen", "--", &file, bindings]))?;
    run(in_package("npm").args(["run", "--silent", script, "--", &format!("../../{bindings}")]))
}

/// Builds the package and the viewer, and runs their tests: the face in Node, the packed package in bundlers and in Chromium,
/// the size, the viewer at a gateway.
pub fn test() -> anyhow::Result<()> {
    build()?;
    let gateway = std::path::absolute(target_dir().join("debug/p95"))?;
    let gateway = std::env::var_os("P95_BIN").unwrap_or_else(|| gateway.into());
    viewer::build(Path::new(ASSETS).join("viewer").as_path(), viewer::Build::Fast)?;
    let assets = std::path::absolute(ASSETS)?;
    let mut tests = in_package("npm");
    run(tests.args(["test", "--silent"]).env("P95_BIN", gateway).env("P95_ASSETS", assets))
}

/// Lints what only browsers run, which no other step compiles. The profiles are those of the builds, so that macros and build
/// scripts are compiled once.
pub fn lint() -> anyhow::Result<()> {
    for Module { package, profile, .. } in MODULES {
        lint_one(&["-p", package, "--lib", "--profile", profile])?;
    }
    lint_one(&[&["-p", "p95", "-p", "p95-engine", "--lib", "--bins"][..], &viewer::LINTED_AS].concat())
}

fn lint_one(args: &[&str]) -> anyhow::Result<()> {
    match clippy_for_wasm(args)? {
        Some(mut clippy) => run(&mut clippy),
        None => {
            println!("not run: clippy on {}: it needs `rustup target add {WASM}`", args.join(" "));
            Ok(())
        }
    }
}

/// Measures the package beside its peers, in Node.
pub fn bench() -> anyhow::Result<()> {
    build()?;
    run(in_package("npm").args(["run", "--silent", "bench"]))
}

/// Installs what the package is built and tested with, as its lock file says, where that is missing.
pub fn install() -> anyhow::Result<()> {
    let done = Path::new(PACKAGE).join("node_modules/.package-lock.json");
    let lock = Path::new(PACKAGE).join("package-lock.json");
    let changed = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    if changed(&done) > changed(&lock) {
        return Ok(());
    }
    if !is_installed("npm") {
        bail!("npm is not installed; `cargo xtask setup` installs it");
    }
    run(in_package("npm").args(["ci", "--silent", "--no-audit", "--no-fund"]))
}

/// A program that runs in the folder of the npm package.
pub fn in_package(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(PACKAGE);
    command
}

/// Where cargo builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}
