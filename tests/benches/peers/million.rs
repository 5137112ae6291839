//! A page of a million series: how long a scrape takes, and how much memory.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::pages::{count, counters};
use p95_tests::{Page, PageServer, p95_binary};
use serde_json::Value;

use crate::measure::{Spread, peak_memory_bytes};
use crate::peer::{Prometheus, number, values};

const SERIES: u32 = 1_000_000;

/// Longer than any scrape here, so that no scrape is late because of the one before.
const INTERVAL_SECS: u32 = 10;

/// The first scrape meets new series, the others known ones.
const SCRAPES: usize = 3;

/// Until the last scrape is stored.
const SCRAPING_SECS: u32 = INTERVAL_SECS * (SCRAPES as u32 - 1) + INTERVAL_SECS / 2;

/// An even number, so that each of the two begins as often as the other.
const ROUNDS: usize = 4;

/// What scraping took.
struct Cost {
    /// Of the first scrape, as the scraper itself tells in `scrape_duration_seconds`: until the page is stored.
    first_secs: f64,
    /// Of the quickest later one.
    steady_secs: f64,
    peak_bytes: u64,
}

/// The columns of the table.
const COLUMNS: [fn(&Cost) -> f64; 3] =
    [|cost| cost.first_secs, |cost| cost.steady_secs, |cost| cost.peak_bytes as f64 / 1e9];

/// One of the two that scrape, and what it took in each round.
struct Contender {
    name: &'static str,
    scrape: fn(&PageServer) -> anyhow::Result<Cost>,
    costs: Vec<Cost>,
}

/// Lets Prometheus and p95, one after the other, scrape the same pages over HTTP, and prints what it took.
pub fn run() -> anyhow::Result<()> {
    let pages: Vec<Arc<str>> = (0..SCRAPES as u32).map(|scrape| counters(SERIES, scrape).into()).collect();
    let megabytes = pages.first().map_or(0, |page| page.len() / 1_000_000);
    check_p95_stored(&serve(pages.clone())?)?;
    let mut theirs = Contender { name: "Prometheus", scrape: prometheus, costs: Vec::new() };
    let mut ours = Contender { name: "p95", scrape: p95, costs: Vec::new() };
    for round in 0..ROUNDS {
        let in_order = if round % 2 == 0 { [&mut theirs, &mut ours] } else { [&mut ours, &mut theirs] };
        for contender in in_order {
            contender.costs.push((contender.scrape)(&serve(pages.clone())?)?);
        }
    }
    println!("A page of {SERIES} series, {megabytes} MB, over HTTP, {ROUNDS} rounds in alternating order:\n");
    println!("| | first scrape, s | steady scrape, s | peak memory, GB |\n|---|---|---|---|");
    let (theirs, ours) = (theirs.row()?, ours.row()?);
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| format!("{:.2}", ours / theirs));
    println!("| ratio | {} |\n", ratios.collect::<Vec<_>>().join(" | "));
    Ok(())
}

impl Contender {
    /// Prints a row of the table, and returns the middle of each column.
    fn row(&self) -> anyhow::Result<Vec<f64>> {
        let spreads = COLUMNS.map(|column| Spread::of(self.costs.iter().map(column)));
        let spreads = spreads.into_iter().collect::<Option<Vec<_>>>().context("no round")?;
        let cells = spreads.iter().map(Spread::to_string).collect::<Vec<_>>();
        println!("| {} | {} |", self.name, cells.join(" | "));
        Ok(spreads.iter().map(|spread| spread.mid).collect())
    }
}

impl Cost {
    fn new(durations_secs: &[f64], peak_bytes: u64) -> anyhow::Result<Self> {
        let (first, later) = durations_secs.split_first().context("no scrape")?;
        let steady_secs = later.iter().copied().reduce(f64::min).context("only one scrape")?;
        Ok(Self { first_secs: *first, steady_secs, peak_bytes })
    }
}

/// What all series of the last page are together: who has it has stored every sample.
fn sum() -> f64 {
    (0..SERIES).map(|series| f64::from(count(series, SCRAPES as u32 - 1))).sum()
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
    let durations_secs = loop {
        thread::sleep(Duration::from_millis(500));
        let scraped = prometheus.values("scrape_samples_scraped[5m]")?;
        let durations_secs = prometheus.values("scrape_duration_seconds[5m]")?;
        if scraped.len() >= SCRAPES && durations_secs.len() == scraped.len() {
            ensure!(scraped.iter().all(|samples| *samples == f64::from(SERIES)), "scraped {scraped:?}");
            break durations_secs;
        }
        ensure!(Instant::now() < deadline, "Prometheus has scraped {scraped:?} samples in three minutes");
    };
    let peak_bytes = peak_memory_bytes(prometheus.id())?;
    let added = prometheus.values("scrape_series_added[5m]")?;
    ensure!(added.first() == Some(&f64::from(SERIES)), "Prometheus added {added:?}");
    Cost::new(&durations_secs, peak_bytes)
}

fn p95(target: &PageServer) -> anyhow::Result<Cost> {
    let scraping = format!("{SCRAPING_SECS}s");
    let mut child =
        p95_query(r#"{__name__=~"scrape_(duration_seconds|samples_scraped|series_added)"}"#, target)?
            .args(["--range", &scraping, "--step", "1s"])
            .spawn()?;
    let mut peak_bytes = 0;
    while child.try_wait()?.is_none() {
        // The process may end between the question and the answer.
        peak_bytes = peak_memory_bytes(child.id()).unwrap_or(peak_bytes);
        thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "p95 ended with {}", output.status);
    let data: Value = serde_json::from_slice(&output.stdout)?;
    let series_of = |name| {
        let series = data.pointer("/result").and_then(Value::as_array).into_iter().flatten();
        let mut named =
            series.filter(|series| series.pointer("/metric/__name__") == Some(&Value::from(name)));
        values(named.next().and_then(|series| series.get("values")))
    };
    let mut durations_secs = series_of("scrape_duration_seconds")?;
    durations_secs.dedup();
    ensure!(durations_secs.len() == SCRAPES, "p95 took {durations_secs:?} s");
    let (scraped, added) = (series_of("scrape_samples_scraped")?, series_of("scrape_series_added")?);
    ensure!(scraped.iter().all(|samples| *samples == f64::from(SERIES)), "p95 scraped {scraped:?}");
    ensure!(added.first() == Some(&f64::from(SERIES)), "p95 added {added:?}");
    Cost::new(&durations_secs, peak_bytes)
}

/// Has p95 scrape the pages once more and add all values of the last one up, which takes memory that scraping does not.
fn check_p95_stored(target: &PageServer) -> anyhow::Result<()> {
    let output = p95_query("sum(http_requests_total)", target)?.output()?;
    ensure!(output.status.success(), "p95 ended with {}", output.status);
    let data: Value = serde_json::from_slice(&output.stdout)?;
    let stored = number(data.pointer("/result/0/value"))?;
    ensure!(stored == sum(), "p95 stored {stored} in all, and it was {}", sum());
    Ok(())
}

/// `p95 query` on the target, for as long as the scrapes take.
fn p95_query(query: &str, target: &PageServer) -> anyhow::Result<Command> {
    let mut command = Command::new(p95_binary()?);
    command
        .args(["query", query, &target.url("/metrics"), "--output", "json"])
        .args(["--interval", &format!("{INTERVAL_SECS}s"), "--for", &format!("{SCRAPING_SECS}s")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    Ok(command)
}
