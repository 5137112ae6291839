//! A real node exporter: what is known of its numbers from the machine itself.

use std::fs;

use anyhow::ensure;
use p95_tests::requires;

use crate::programs::{Server, p95_query};

/// The exporter reads the clock of the CPUs a moment after it was asked, not always the same moment.
const JITTER: f64 = 0.01;

#[test]
fn every_cpu_has_one_idle_rate_between_0_and_1() -> anyhow::Result<()> {
    if !requires("prometheus-node-exporter") {
        return Ok(());
    }
    let node_exporter = Server::node_exporter()?;
    let answer = p95_query(
        r#"rate(node_cpu_seconds_total{mode="idle"}[10s])"#,
        &[node_exporter.address()],
        &["--for", "6s", "--interval", "1s"],
    )?;
    let stat = fs::read_to_string("/proc/stat")?;
    let cpus =
        stat.lines().filter_map(|line| line.split(' ').next()?.strip_prefix("cpu")).filter(|n| !n.is_empty());
    let mut count = 0;
    for cpu in cpus {
        let idle = answer.value(&[("cpu", cpu), ("mode", "idle")])?;
        ensure!((0.0..=1.0 + JITTER).contains(&idle), "CPU {cpu} is idle at a rate of {idle}");
        count += 1;
    }
    ensure!(count > 0 && answer.series.len() == count, "{count} CPUs, and {:?}", answer.series.keys());
    Ok(())
}
