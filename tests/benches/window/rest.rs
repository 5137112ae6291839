//! What a window takes that nobody touches.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};
use p95_tests::pages::counters;
use p95_tests::{Page, PageServer, Window};

/// What it takes to start is not measured.
const START: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(30);
/// The processor times in `/proc` are in ticks of a hundredth of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// Prints a row for each kind of rest.
pub fn measure() -> anyhow::Result<()> {
    println!("| while | processor, % of a core | memory, MB |");
    println!("|---|---|---|");
    row("nothing is scraped", 1_000, "1h")?;
    row("10,000 series are scraped each second", 10_000, "1s")?;
    println!();
    Ok(())
}

/// Prints what a window takes that scrapes so many series this often.
fn row(name: &str, series: u32, interval: &str) -> anyhow::Result<()> {
    let scrapes = AtomicU32::new(0);
    let server =
        PageServer::start(move |_| Page::text(counters(series, scrapes.fetch_add(1, Ordering::Relaxed))))?;
    let mut window = Window::start([&server.url("/metrics"), "--interval", interval], "warn")?;
    thread::sleep(START);
    let before = used(window.id())?;
    thread::sleep(MEASURED);
    let after = used(window.id())?;
    let news = window.news();
    ensure!(window.is_open()? && news.alarms().is_empty(), "{name}: {:?}", news.lines);
    let share = (after.ticks - before.ticks) as f64 / TICKS_A_SECOND / MEASURED.as_secs_f64();
    println!("| {name} | {:.2} | {} |", 100.0 * share, after.memory_bytes / 1_000_000);
    Ok(())
}

struct Used {
    /// Of the processor, since the start.
    ticks: u64,
    memory_bytes: u64,
}

/// What a process has used so far, and holds now.
fn used(process_id: u32) -> anyhow::Result<Used> {
    let stat = fs::read_to_string(format!("/proc/{process_id}/stat"))?;
    // The name, which may hold anything, ends with the last bracket; user and system time are the 12th and 13th field after it.
    let (_, fields) = stat.rsplit_once(") ").context("no name in stat")?;
    let ticks: Vec<u64> = fields.split(' ').skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    let status = fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(Used { ticks: ticks.iter().sum(), memory_bytes: kibibytes * 1024 })
}
