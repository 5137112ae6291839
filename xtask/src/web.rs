//! What browsers get: the demo page and the viewer, served by a gateway.

use std::path::Path;

use crate::process::{cargo, run};
use crate::{viewer, wasm};

/// Where the page and its gateway are.
const ADDRESS: &str = "127.0.0.1:9091";

/// What the gateway serves: the demo page, and in its folder `viewer` the viewer.
const ASSETS: &str = "web/demo/dist";

/// Builds what browsers get; where `serve` is set, serves it until interrupted.
pub fn build(serve: bool) -> anyhow::Result<()> {
    wasm::build()?;
    println!("The viewer comes next, as small as it is delivered: some ten minutes the first time.");
    viewer::build(&Path::new(ASSETS).join("viewer"), viewer::Build::Small)?;
    if !serve {
        return Ok(());
    }
    let program = ["run", "--quiet", "-p", "p95", "--no-default-features", "--features", "gateway", "--"];
    let gateway = ["gateway", "--in-memory", "--listen", ADDRESS, "--assets", ASSETS];
    println!(
        "\nThe demo, once the gateway is built: http://{ADDRESS}/\nWhat it counts: http://{ADDRESS}/viewer/, http://{ADDRESS}/metrics, or `p95 {ADDRESS}`\n"
    );
    run(&mut cargo(&[&program[..], &gateway].concat()))
}
