//! An hour of history: how long queries take.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use p95_core::model::Labels;
use p95_core::promql::eval::{EngineOptions, range};
use p95_core::promql::{ParseOptions, parse};
use p95_core::store::{Store, StoreOptions};
use serde_json::Value;

use crate::measure::quickest_and_slowest;
use crate::peer::{Prometheus, encoded};

const QUERIES: [&str; 5] = [
    "rate(http_requests_total[1m])",
    "sum by (route) (rate(http_requests_total[1m]))",
    "histogram_quantile(0.95, sum by (le) (rate(lat_seconds_bucket[1m])))",
    r#"http_requests_total{route=~"/r(1|2|3).*"}"#,
    "max_over_time(sum(rate(http_requests_total[1m]))[10m:15s])",
];

const STEP_SECS: u32 = 15;
const STEPS: u32 = 241;
const COUNTERS: u32 = 1_000;
const HISTOGRAMS: u32 = 100;
const BUCKETS: [&str; 12] =
    ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"];

/// How often each query is timed.
const RUNS: usize = 10;

/// Times the queries with Prometheus over HTTP and with p95's engine, on the same samples, and prints the table.
pub fn run() -> anyhow::Result<()> {
    let now_secs = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() as i64;
    let start_secs = now_secs - now_secs % 3600 - 2 * 3600;
    let history = History { start_secs };

    let folder = tempfile::tempdir()?;
    history.backfill(folder.path())?;
    let prometheus = Prometheus::start(folder.path(), "[]")?;
    println!(
        "{COUNTERS} counters and {HISTOGRAMS} histograms of 12 buckets, an hour of samples, {STEPS} steps:\n"
    );
    println!("| query | Prometheus, over HTTP, ms | p95, in process, ms | ratio |\n|---|---|---|---|");
    let store = history.stored();
    let end_secs = history.end_secs();
    for query in QUERIES {
        let call = format!(
            "query_range?start={start_secs}&end={end_secs}&step={STEP_SECS}&query={}",
            encoded(query)
        );
        let expected: Value = serde_json::from_str(&prometheus.get(&call)?)?;
        let expected = expected.pointer("/data/result").and_then(Value::as_array).map(Vec::len);
        let theirs = quickest_and_slowest(RUNS, || {
            ensure!(!prometheus.get(&call)?.is_empty(), "{query}: no answer");
            Ok(())
        })?;
        let ours = quickest_and_slowest(RUNS, || {
            let expr = parse(query, &ParseOptions::default())?;
            let (start_ms, end_ms, step_ms) =
                (start_secs * 1000, end_secs * 1000, i64::from(STEP_SECS) * 1000);
            let answer = range(&store, &expr, start_ms, end_ms, step_ms, &EngineOptions::default())?;
            let series = answer.value.series_count();
            ensure!(Some(series) == expected, "{query}: {series} series, and Prometheus has {expected:?}");
            Ok(())
        })?;
        let ratio = ours[0].as_secs_f64() / theirs[0].as_secs_f64();
        let query = query.replace('|', "\\|");
        println!("| `{query}` | {} | {} | {ratio:.2} |", milliseconds(theirs), milliseconds(ours));
    }
    println!();
    Ok(())
}

/// The samples that are queried.
struct History {
    start_secs: i64,
}

impl History {
    fn end_secs(&self) -> i64 {
        self.start_secs + i64::from(STEP_SECS * (STEPS - 1))
    }

    /// Every series: its name, its labels, and how much it grows each second.
    fn series() -> impl Iterator<Item = (&'static str, Vec<(&'static str, String)>, u32)> {
        let counters = (0..COUNTERS).map(|at| {
            let labels = vec![("route", format!("/r{}", at % 100)), ("pod", format!("pod-{}", at / 100))];
            ("http_requests_total", labels, 1 + at % 17)
        });
        let buckets = (0..HISTOGRAMS).flat_map(|at| {
            BUCKETS.iter().zip(1..).map(move |(bound, rank)| {
                let labels = vec![("route", format!("/r{at}")), ("le", (*bound).to_owned())];
                ("lat_seconds_bucket", labels, rank * (1 + at % 7))
            })
        });
        counters.chain(buckets)
    }

    /// A store that holds the samples.
    fn stored(&self) -> Store {
        let mut store = Store::new(StoreOptions::default());
        for (name, labels, per_sec) in Self::series() {
            let named = [("__name__", name)].into_iter();
            let series = store
                .series_for(&Labels::from_pairs(named.chain(labels.iter().map(|(n, v)| (*n, v.as_str())))));
            for step in 0..STEPS {
                let time_secs = self.start_secs + i64::from(step * STEP_SECS);
                store.append(series, time_secs * 1000, value(per_sec, step).into());
            }
        }
        store
    }

    /// Makes Prometheus' own files of the samples.
    fn backfill(&self, folder: &Path) -> anyhow::Result<()> {
        let mut page = String::new();
        let mut family = "";
        for (name, labels, per_sec) in Self::series() {
            if name != family {
                let (of_type, name) = match name.strip_suffix("_total") {
                    Some(counter) => ("counter", counter),
                    None => ("histogram", name.trim_end_matches("_bucket")),
                };
                writeln!(page, "# TYPE {name} {of_type}")?;
            }
            family = name;
            let labels: Vec<String> =
                labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
            for step in 0..STEPS {
                let time_secs = self.start_secs + i64::from(step * STEP_SECS);
                writeln!(page, "{name}{{{}}} {} {time_secs}", labels.join(","), value(per_sec, step))?;
            }
        }
        page.push_str("# EOF\n");
        let file = folder.join("history.om");
        fs::write(&file, page)?;
        let promtool = Command::new("promtool")
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .args([&file, &folder.join("data")])
            .output()?;
        ensure!(promtool.status.success(), "promtool: {}", String::from_utf8_lossy(&promtool.stderr));
        Ok(())
    }
}

/// The value of a counter at a step: it grows steadily, with a wobble.
fn value(per_sec: u32, step: u32) -> u32 {
    per_sec * step * STEP_SECS + step * step % 7
}

/// A range of durations as a cell of the table.
fn milliseconds([quickest, slowest]: [Duration; 2]) -> String {
    format!("{:.1}-{:.1}", quickest.as_secs_f64() * 1000.0, slowest.as_secs_f64() * 1000.0)
}
