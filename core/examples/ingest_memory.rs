//! Seconds and peak memory of scraping one large page: `ingest_memory [--series N] [--write FILE | FILE]`.
//!
//! Without a file the page is made up; `--write` saves it, so that another program can be given the same one. Memory is
//! what Linux says of this process, the page included.

#![expect(clippy::disallowed_methods, reason = "core has no clock and no files; its measuring tools do")]
#![expect(clippy::indexing_slicing, reason = "a measurement fails by panicking")]

#[path = "../benches/page/mod.rs"]
mod page;

use std::error::Error;
use std::time::{Duration, Instant};

use p95_core::exposition::parse::Format;
use p95_core::ingest::{ScrapeOptions, Scraper};
use p95_core::model::Labels;
use p95_core::store::{Store, StoreOptions};

const STEADY_SCRAPES: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut series, mut file) = (1_000_000, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--series" => series = arguments.next().ok_or("--series takes a number")?.parse()?,
            "--write" => {
                let path = arguments.next().ok_or("--write takes a file")?;
                return Ok(std::fs::write(path, page::page(series, 0))?);
            }
            _ => file = Some(argument),
        }
    }

    let body = match &file {
        Some(path) => std::fs::read(path)?,
        None => page::page(series, 0),
    };
    report("page", 0.0, body.len());
    let target = Labels::from_pairs([("instance", "localhost:8000"), ("job", "p95")]);
    let mut store = Store::new(StoreOptions::default());
    let mut scraper = Scraper::new(target, ScrapeOptions::default());
    scrape("first scrape", &mut scraper, &mut store, body, 1)?;
    for round in 1..=STEADY_SCRAPES {
        let body = match &file {
            Some(path) => std::fs::read(path)?,
            None => page::page(series, round),
        };
        scrape("steady scrape", &mut scraper, &mut store, body, 1 + round)?;
    }
    println!("{:?}", store.stats());
    Ok(())
}

/// Scrapes one body, and lets it go.
fn scrape(
    name: &str,
    scraper: &mut Scraper,
    store: &mut Store,
    body: Vec<u8>,
    at_secs: usize,
) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    scraper.ingest(store, &body, Format::Text, at_secs as i64 * 1000, || Duration::ZERO)?;
    report(name, begun.elapsed().as_secs_f64(), body.len());
    Ok(())
}

fn report(name: &str, secs: f64, body_bytes: usize) {
    let (now, peak) = (memory_mb("VmRSS:"), memory_mb("VmHWM:"));
    println!(
        "{name:13} {secs:6.3} s   page {:.1} MB   memory {now:.0} MB, peak {peak:.0} MB",
        body_bytes as f64 / 1e6
    );
}

/// A line of Linux' account of this process; 0 on other systems.
fn memory_mb(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|found| found.strip_prefix(line)?.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() * 1024.0 / 1e6
}
