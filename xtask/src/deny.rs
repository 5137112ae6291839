//! The dependencies against deny.toml.

use crate::process::{cargo, is_installed, run};

/// The version that deny.toml is written for.
const CARGO_DENY_VERSION: &str = "0.20.2";

/// Checks licences, bans and sources, and installs cargo-deny first where it is missing.
///
/// Advisories are left to `cargo deny check advisories`: they need a database from the network, and what it holds
/// changes without a change here.
pub fn check() -> anyhow::Result<()> {
    if !is_installed("cargo-deny") {
        run(&mut cargo(&["install", "cargo-deny", "--locked", "--version", CARGO_DENY_VERSION]))?;
    }
    run(&mut cargo(&["deny", "--workspace", "--all-features", "check", "bans", "licenses", "sources"]))
}
