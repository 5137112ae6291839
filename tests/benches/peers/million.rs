//! A page of a million series: how long a scrape takes, and how much memory.

use std::fmt::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::{Page, PageServer, p95_binary};

use crate::measure::peak_memory_bytes;
use crate::peer::{Prometheus, values};

const SERIES: u32 = 1_000_000;

/// Longer than any scrape here, so that no scrape is late because of the one before.
const INTERVAL_SECS: u32 = 10;

/// The first scrape meets new series, the others known ones.
const SCRAPES: usize = 3;

/// What scraping took.
struct Cost {
    /// The duration of each scrape, as the scraper itself tells in `scrape_duration_seconds`.
    durations_secs: Vec<f64>,
    peak_bytes: u64,
}

/// Lets Prometheus and p95, one after the other, scrape the same pages over HTTP, and prints what it took.
pub fn run() -> anyhow::Result<()> {
    let pages: Vec<Arc<str>> = (0..SCRAPES as u32).map(|scrape| page(scrape).into()).collect();
    let megabytes = pages.first().map_or(0, |page| page.len() / 1_000_000);
    println!("A page of {SERIES} series, {megabytes} MB, over HTTP:\n");
    println!("| | first scrape | steady scrape | peak memory |\n|---|---|---|---|");
    let prometheus = prometheus(&serve(pages.clone())?)?;
    let prometheus_row = prometheus.row("Prometheus")?;
    let p95 = p95(&serve(pages)?)?;
    let p95_row = p95.row("p95")?;
    let ratios = p95_row.iter().zip(prometheus_row).map(|(ours, theirs)| format!("{:.2}", ours / theirs));
    println!("| ratio | {} |\n", ratios.collect::<Vec<_>>().join(" | "));
    Ok(())
}

impl Cost {
    /// Prints a row of the table, and returns its numbers.
    fn row(&self, name: &str) -> anyhow::Result<[f64; 3]> {
        let (first, steady) = self.durations_secs.split_first().context("no scrape")?;
        let steady = steady.iter().copied().reduce(f64::min).context("only one scrape")?;
        let gigabytes = self.peak_bytes as f64 / 1e9;
        println!("| {name} | {first:.2} s | {steady:.2} s | {gigabytes:.2} GB |");
        Ok([*first, steady, gigabytes])
    }
}

/// A page whose values grow from scrape to scrape.
fn page(scrape: u32) -> String {
    let mut page = String::with_capacity(SERIES as usize * 120);
    page.push_str("# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n");
    for series in 0..SERIES {
        let (route, pod) = (series % 1_000, series / 1_000);
        let count = series * 7 % 90_000 + scrape * (1 + series % 50);
        // Writing to a string does not fail.
        let _ = writeln!(
            page,
            "http_requests_total{{method=\"GET\",pod=\"checkout-7f9c6d-{pod:05}\",route=\"/api/v1/r{route}\",status=\"200\"}} {count}"
        );
    }
    page
}

/// Serves one page after the other, then the last one.
fn serve(pages: Vec<Arc<str>>) -> anyhow::Result<PageServer> {
    let served = AtomicUsize::new(0);
    let last = pages.len() - 1;
    Ok(PageServer::start(move |_| {
        let scrape = served.fetch_add(1, Ordering::Relaxed).min(last);
        Page::text(pages.get(scrape).cloned().unwrap_or_default())
    })?)
}

fn prometheus(target: &PageServer) -> anyhow::Result<Cost> {
    let folder = tempfile::tempdir()?;
    let config = format!(
        "[{{job_name: p95, scrape_interval: {INTERVAL_SECS}s, static_configs: [{{targets: ['127.0.0.1:{}']}}]}}]",
        target.port()
    );
    let prometheus = Prometheus::start(folder.path(), &config)?;
    let deadline = Instant::now() + Duration::from_secs(180);
    loop {
        thread::sleep(Duration::from_millis(500));
        let scraped = prometheus.values("scrape_samples_scraped[5m]")?;
        let durations_secs = prometheus.values("scrape_duration_seconds[5m]")?;
        if scraped.len() >= SCRAPES && durations_secs.len() == scraped.len() {
            ensure!(scraped.iter().all(|samples| *samples == f64::from(SERIES)), "scraped {scraped:?}");
            return Ok(Cost { durations_secs, peak_bytes: peak_memory_bytes(prometheus.id())? });
        }
        ensure!(Instant::now() < deadline, "Prometheus has scraped {scraped:?} samples in three minutes");
    }
}

fn p95(target: &PageServer) -> anyhow::Result<Cost> {
    let interval = format!("{INTERVAL_SECS}s");
    let scraping_secs = INTERVAL_SECS * (SCRAPES as u32 - 1) + INTERVAL_SECS / 2;
    let scraping = format!("{scraping_secs}s");
    let mut child = Command::new(p95_binary()?)
        .args(["query", "scrape_duration_seconds", &target.url("/metrics"), "--output", "json"])
        .args(["--interval", &interval, "--for", &scraping, "--range", &scraping, "--step", "1s"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut peak_bytes = 0;
    while child.try_wait()?.is_none() {
        // The process may end between the question and the answer.
        peak_bytes = peak_memory_bytes(child.id()).unwrap_or(peak_bytes);
        thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "p95 ended with {}", output.status);
    let data: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let mut durations_secs = values(data.pointer("/result/0/values"))?;
    durations_secs.dedup();
    ensure!(durations_secs.len() == SCRAPES, "p95 took {durations_secs:?} s");
    Ok(Cost { durations_secs, peak_bytes })
}
