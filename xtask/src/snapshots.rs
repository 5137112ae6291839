//! The pictures in `docs/pictures`.

use crate::process::{cargo, run};

/// Makes the pictures whose names contain `only`, or all; it takes two minutes, and some ports.
pub fn make_pictures(only: Option<&str>) -> anyhow::Result<()> {
    run(&mut cargo(&["build", "-p", "p95", "--no-default-features", "--features", "snapshot"]))?;
    let mut make = cargo(&["run", "-p", "p95-tests", "--bin", "snapshots", "--"]);
    run(make.args(only))
}
