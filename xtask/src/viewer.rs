//! The viewer for a browser: the window and its engine as a WebAssembly module, and the page that loads it.

use std::path::Path;

use crate::process::{cargo, run};
use crate::toolchain::{WASM, cargo_for_wasm};
use crate::wasm::{in_package, install, target_dir};

/// Where wasm-bindgen's output goes.
const BINDINGS: &str = "target/wasm/viewer";

/// What is linted: the features of the build, with the profile that tests use.
pub const LINTED_AS: [&str; 5] = ["--no-default-features", "--features", "p95/gui", "--profile", "wasm-fast"];

/// How the module is built.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Build {
    /// As it is delivered.
    Small,
    /// In the least time: for tests.
    Fast,
}

/// Builds the viewer into a folder.
pub fn build(folder: &Path, build: Build) -> anyhow::Result<()> {
    install()?;
    let profile = if build == Build::Small { "wasm-viewer" } else { "wasm-fast" };
    let window = ["--bin", "p95", "--no-default-features", "--features", "gui"];
    run(&mut cargo_for_wasm(&[&["build", "-p", "p95", "--profile", profile][..], &window].concat())?)?;
    let module = target_dir().join(WASM).join(profile).join("p95.wasm");
    let module = module.to_string_lossy();
    run(&mut cargo(&["run", "--quiet", "-p", "xtask-bindgen", "--", &module, BINDINGS, "web"]))?;
    let folder = std::path::absolute(folder)?;
    let mut script = in_package("node");
    script.args(["scripts/viewer.mjs", &format!("../../{BINDINGS}")]).arg(folder);
    if build == Build::Fast {
        script.arg("fast");
    }
    run(&mut script)
}
