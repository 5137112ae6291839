//! What a recording takes: `recording_figures RECORDING [--export FILE]`, or `recording_figures --day` for a made-up day of
//! 10,000 series.
//!
//! Reading is measured on one thread; memory is what the store accounts for, and what Linux says of this process.

#![expect(clippy::disallowed_methods, reason = "core has no clock and no files; its measuring tools do")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, BufWriter, Write};
use std::time::{Duration, Instant};

use p95_core::exposition::parse::Format;
use p95_core::ingest::{ScrapeOptions, Scraper};
use p95_core::model::Labels;
use p95_core::session::{RecordedOutcome, RecordingReader, write_openmetrics};
use p95_core::store::{Store, StoreOptions};

/// Series of the made-up day, and the scrapes of it, 15 s apart.
const DAY_SERIES: usize = 10_000;
const DAY_SCRAPES: i64 = 24 * 3_600 / 15;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Vec::from_iter(std::env::args().skip(1));
    match Vec::from_iter(arguments.iter().map(String::as_str)).as_slice() {
        ["--day"] => day(),
        [path] => recording(path, None),
        [path, "--export", out] => recording(path, Some(out)),
        _ => Err("usage: recording_figures RECORDING [--export FILE] | --day".into()),
    }
}

/// Everything is kept, however old.
fn store() -> Store {
    Store::new(StoreOptions {
        retention_ms: i64::MAX / 4,
        memory_cap_bytes: usize::MAX,
        ..StoreOptions::default()
    })
}

fn recording(path: &str, export: Option<&str>) -> Result<(), Box<dyn Error>> {
    let file_bytes = std::fs::metadata(path)?.len();
    let begun = Instant::now();
    let mut reader = RecordingReader::new(BufReader::new(File::open(path)?), u64::MAX)?;
    let (mut scrapes, mut body_bytes) = (0_u64, 0);
    while let Some((_, scrape)) = reader.next_scrape()? {
        scrapes += 1;
        if let RecordedOutcome::Page(page) = black_box(scrape).outcome {
            body_bytes += page.body.len();
        }
    }
    let read_secs = begun.elapsed().as_secs_f64();
    println!(
        "{scrapes} scrapes, {:.1} MB of bodies: decompressed in {read_secs:.3} s",
        body_bytes as f64 / 1e6
    );

    let mut reader = RecordingReader::new(BufReader::new(File::open(path)?), u64::MAX)?;
    let mut store = store();
    let mut scrapers = BTreeMap::new();
    let mut ingesting = Duration::ZERO;
    while let Some((target, scrape)) = reader.next_scrape()? {
        let RecordedOutcome::Page(page) = scrape.outcome else { continue };
        let scraper = scrapers
            .entry(target.id)
            .or_insert_with(|| Scraper::new(target.labels.clone(), ScrapeOptions::default()));
        let duration = Duration::from_micros(scrape.duration_us);
        let format = Format::from_content_type(&page.content_type);
        let begun = Instant::now();
        scraper.ingest(&mut store, &page.body, format, scrape.at_ms, || duration)?;
        ingesting += begun.elapsed();
    }
    report(&store, ingesting);
    println!("on disk: {:.3} bytes a sample", file_bytes as f64 / store.stats().samples as f64);
    if let Some(out) = export {
        let mut out = BufWriter::new(File::create(out)?);
        println!("exported: {:?}", write_openmetrics(&store, &mut out)?);
        out.flush()?;
    }
    Ok(())
}

/// Counters that grow by a random step, gauges that wander, and constants, a third each.
fn day() -> Result<(), Box<dyn Error>> {
    let mut store = store();
    let ids = Vec::from_iter((0..DAY_SERIES).map(|series| {
        let (name, series) = (format!("metric_{}", series % 100), series.to_string());
        store.series_for(&Labels::from_pairs([
            ("__name__", name),
            ("instance", "a:1".to_owned()),
            ("series", series),
        ]))
    }));
    let mut values = vec![0_i64; DAY_SERIES];
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    let mut appending = Duration::ZERO;
    for scrape in 0..DAY_SCRAPES {
        for (series, value) in values.iter_mut().enumerate() {
            // xorshift64: the same numbers in every run.
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            match series % 3 {
                0 => *value += (chance % 100) as i64,
                1 => *value += (chance % 21) as i64 - 10,
                _ => {}
            }
        }
        let begun = Instant::now();
        for (id, value) in ids.iter().zip(&values) {
            store.append(*id, scrape * 15_000, *value as f64);
        }
        appending += begun.elapsed();
    }
    report(&store, appending);
    Ok(())
}

fn report(store: &Store, ingesting: Duration) {
    let stats = store.stats();
    let samples = stats.samples as f64;
    println!(
        "{} samples of {} series stored in {:.3} s: {:.2} M samples a second on one core",
        stats.samples,
        stats.series,
        ingesting.as_secs_f64(),
        samples / ingesting.as_secs_f64() / 1e6
    );
    println!(
        "in memory: {:.1} MB, {:.3} bytes a sample; the process takes {:.0} MB",
        stats.size_bytes as f64 / 1e6,
        stats.size_bytes as f64 / samples,
        resident_mb()
    );
}

/// What Linux says that this process takes; 0 on other systems.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|found| found.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() * 1024.0 / 1e6
}
