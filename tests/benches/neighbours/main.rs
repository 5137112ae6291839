//! What a target of a million series does to the ones beside it, and to the snapshots: in process, over HTTP.
//!
//! `cargo bench -p p95-tests --bench neighbours` prints a row for the small target alone, and one with the large target
//! beside it.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use p95_engine::{Command, Engine, EngineConfig, ScrapeRecord, TargetOptions, TargetStatus, parse_target};
use p95_tests::pages::counters;
use p95_tests::{Page, PageServer};

const SERIES: u32 = 1_000_000;
/// The interval of the small target.
const SMALL_INTERVAL_MS: u64 = 100;
/// The interval of the large one.
const LARGE_INTERVAL_MS: u64 = 5_000;
const DURATION: Duration = Duration::from_secs(25);

fn main() -> anyhow::Result<()> {
    let page: Arc<str> = counters(SERIES, 0).into();
    let server = PageServer::start(move |path| match path {
        "/large" => Page::text(Arc::clone(&page)),
        _ => Page::text("# TYPE a_total counter\na_total 1\n"),
    })?;
    println!(
        "A target of {SERIES} series beside a small one that is scraped every {SMALL_INTERVAL_MS} ms:\n"
    );
    println!(
        "| | longest pause between its scrapes, ms | longest storing, ms | longest pause between snapshots, ms |"
    );
    println!("|---|---|---|---|");
    watch("the small target alone", &server, false)?;
    watch("the large one beside it", &server, true)?;
    Ok(())
}

/// Scrapes for a while, and prints a row of the table.
fn watch(name: &str, server: &PageServer, has_large: bool) -> anyhow::Result<()> {
    let published = Arc::new(Mutex::new(Vec::new()));
    let times = Arc::clone(&published);
    let engine = Engine::start(EngineConfig::default(), move || {
        times.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
    })?;
    let add = |path: &str, interval_ms| -> anyhow::Result<()> {
        let options = TargetOptions { interval_ms, ..TargetOptions::default() };
        engine
            .send(Command::AddTarget { spec: parse_target(&server.url(path))?, options: Box::new(options) });
        Ok(())
    };
    add("/small", SMALL_INTERVAL_MS)?;
    if has_large {
        add("/large", LARGE_INTERVAL_MS)?;
    }
    thread::sleep(DURATION);
    let snapshot = engine.snapshot();
    let small = snapshot.targets.first().context("no target")?;
    ensure!(small.history.len() > 10, "{name}: the small target was scraped {} times", small.history.len());
    if let Some(large) = snapshot.targets.get(1) {
        let stored = large.last_scrape().map(|scrape| scrape.samples);
        ensure!(stored == Some(u64::from(SERIES)), "{name}: {large:?}");
    }
    let published = published.lock().unwrap_or_else(PoisonError::into_inner);
    let snapshot_ms =
        published.windows(2).filter_map(|pair| Some((*pair.last()? - *pair.first()?).as_millis())).max();
    println!(
        "| {name} | {} | {:.0} | {} |",
        longest_pause_ms(small).unwrap_or_default(),
        small.history.iter().map(|scrape| scrape.ingest_secs).fold(0.0, f64::max) * 1_000.0,
        snapshot_ms.unwrap_or_default()
    );
    Ok(())
}

/// The longest time from the beginning of one scrape to the beginning of the next.
fn longest_pause_ms(target: &TargetStatus) -> Option<i64> {
    let starts_ms = target.history.iter().map(|scrape: &ScrapeRecord| scrape.start_ms);
    starts_ms.clone().zip(starts_ms.skip(1)).map(|(before, after)| after - before).max()
}
