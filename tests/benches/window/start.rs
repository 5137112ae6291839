//! How soon the window is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::ensure;
use p95_tests::{Page, PageServer, Window};

const RUNS: usize = 7;
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts the window several times, and prints a table.
pub fn measure() -> anyhow::Result<()> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(start()?);
    }
    println!("| from the start of the program to | median, ms | longest, ms |");
    println!("|---|---|---|");
    row("the first frame on the screen", runs.iter().map(|run| run.0));
    row("the second scrape, with which rates come", runs.iter().map(|run| run.1));
    println!();
    Ok(())
}

/// The time to the first frame, and to the second scrape of a small page.
fn start() -> anyhow::Result<(Duration, Duration)> {
    let scrapes = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&scrapes);
    let server = PageServer::start(move |_| {
        let scrape = counted.fetch_add(1, Ordering::Relaxed);
        Page::text(format!("# TYPE jobs_total counter\njobs_total {scrape}\n"))
    })?;
    let mut window = Window::start([server.url("/metrics")], Window::WITHOUT_REST)?;
    let (mut drawn, mut scraped) = (None, None);
    loop {
        let passed = window.begun().elapsed();
        // A frame's line says what the one before took: that one is on the screen.
        let is_drawn = window.news().frames.iter().any(|frame| frame.last_ms > 0.0);
        drawn = drawn.or(is_drawn.then_some(passed));
        scraped = scraped.or((scrapes.load(Ordering::Relaxed) >= 2).then_some(passed));
        if let (Some(drawn), Some(scraped)) = (drawn, scraped) {
            return Ok((drawn, scraped));
        }
        ensure!(passed < PATIENCE, "no window after {passed:?}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn row(name: &str, took: impl Iterator<Item = Duration>) {
    let mut sorted_ms = Vec::from_iter(took.map(|took| took.as_millis()));
    sorted_ms.sort_unstable();
    let median = sorted_ms.get(sorted_ms.len() / 2).copied().unwrap_or_default();
    let longest = sorted_ms.last().copied().unwrap_or_default();
    println!("| {name} | {median} | {longest} |");
}
