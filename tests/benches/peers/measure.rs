//! Time and memory.

use std::fmt;
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

/// What several measurements lie between, and the one in their middle.
pub struct Spread {
    least: f64,
    /// The median; of an even number of measurements the lower of the two in the middle.
    pub mid: f64,
    most: f64,
}

impl Spread {
    /// The spread of measurements; `None` where there is none.
    pub fn of(measured: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted = Vec::from_iter(measured);
        sorted.sort_by(f64::total_cmp);
        let mid = *sorted.get(sorted.len().checked_sub(1)? / 2)?;
        Some(Self { least: *sorted.first()?, mid, most: *sorted.last()? })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2}-{:.2})", self.mid, self.least, self.most)
    }
}
