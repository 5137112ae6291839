//! Time and memory.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context;

/// The most memory that a process has held so far, in bytes.
pub fn peak_memory_bytes(process_id: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}

/// The quickest and the slowest of several runs, the first of which does not count.
pub fn quickest_and_slowest(
    runs: usize,
    mut run: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<[Duration; 2]> {
    run()?;
    let mut range = [Duration::MAX, Duration::ZERO];
    for _ in 0..runs {
        let started = Instant::now();
        run()?;
        let took = started.elapsed();
        range = [range[0].min(took), range[1].max(took)];
    }
    Ok(range)
}
