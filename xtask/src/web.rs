//! The demo page, served by a gateway.

use crate::process::{cargo, run};
use crate::wasm;

/// Where the page and its gateway are.
const ADDRESS: &str = "127.0.0.1:9091";

/// Builds what browsers get; where `serve` is set, serves it until interrupted.
pub fn build(serve: bool) -> anyhow::Result<()> {
    wasm::build()?;
    if !serve {
        return Ok(());
    }
    let program = ["run", "--quiet", "-p", "p95", "--no-default-features", "--features", "gateway", "--"];
    let gateway = ["gateway", "--in-memory", "--listen", ADDRESS, "--assets", "web/demo/dist"];
    println!(
        "\nThe demo, once the gateway is built: http://{ADDRESS}/\nWhat it counts: http://{ADDRESS}/metrics, or `p95 {ADDRESS}`\n"
    );
    run(&mut cargo(&[&program[..], &gateway].concat()))
}
