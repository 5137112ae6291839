//! An hour of history: how long queries take.

use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use p95_core::model::{FloatSample, Labels};
use p95_core::promql::eval::{EngineOptions, range};
use p95_core::promql::{ParseOptions, parse};
use p95_core::remote::write::{WriteRequest, WriteVersion, WrittenSeries};
use p95_core::store::{Store, StoreOptions};
use serde_json::Value;

use crate::measure::quickest_and_slowest;
use crate::peer::encoded;
use crate::server::Server;

const QUERIES: [&str; 5] = [
    "rate(http_requests_total[1m])",
    "sum by (route) (rate(http_requests_total[1m]))",
    "histogram_quantile(0.95, sum by (le) (rate(lat_seconds_bucket[1m])))",
    r#"http_requests_total{route=~"/r(1|2|3).*"}"#,
    "max_over_time(sum(rate(http_requests_total[1m]))[10m:15s])",
];

/// Queries whose answers have too many points for a hundred thousand series.
const ONE_ANSWER_A_SERIES: [usize; 2] = [0, 3];

const STEP_SECS: u32 = 15;
const STEPS: u32 = 241;
const BUCKETS: [&str; 12] =
    ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"];

/// How many series a request of remote write carries, each with all its samples.
const SERIES_A_REQUEST: usize = 1_000;

/// Times the queries on a thousand counters, and on a hundred thousand series in all.
pub fn run() -> anyhow::Result<()> {
    let now_secs = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() as i64;
    let start_secs = now_secs - now_secs % 60 - i64::from(STEP_SECS * (STEPS - 1)) - 60;
    History { start_secs, counters: 1_000, histograms: 100, runs: 10 }.compare(&QUERIES)?;
    let small: Vec<&str> = (0..)
        .zip(QUERIES)
        .filter(|(at, _)| !ONE_ANSWER_A_SERIES.contains(at))
        .map(|(_, query)| query)
        .collect();
    History { start_secs, counters: 50_000, histograms: 4_167, runs: 3 }.compare(&small)
}

/// The samples that are queried.
struct History {
    start_secs: i64,
    counters: u32,
    histograms: u32,
    /// How often each query is timed.
    runs: usize,
}

/// A series: its labels, and how much it grows each second.
struct Series {
    labels: Labels,
    per_sec: u32,
}

impl History {
    /// Times the queries over HTTP and with p95's engine alone, on the same samples, and prints the table.
    fn compare(&self, queries: &[&str]) -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let servers =
            [Server::prometheus(folder.path())?, Server::victoria_metrics(folder.path())?, Server::p95()?];
        let series: Vec<Series> = self.series().collect();
        for server in &servers {
            for some in series.chunks(SERIES_A_REQUEST) {
                server.write(&self.request(some, 0..STEPS).encode(WriteVersion::V1))?;
            }
            server.flush()?;
        }
        let store = self.stored(&series);
        println!(
            "{} counters and {} histograms of 12 buckets, an hour of samples, {STEPS} steps; ms:\n",
            self.counters, self.histograms
        );
        println!(
            "| query | Prometheus | VictoriaMetrics | p95 serve | to Prometheus | to VictoriaMetrics | engine alone |"
        );
        println!("|---|---|---|---|---|---|---|");
        for query in queries {
            self.row(query, &servers, &store)?;
        }
        println!();
        Ok(())
    }

    fn row(&self, query: &str, servers: &[Server; 3], store: &Store) -> anyhow::Result<()> {
        let (start_secs, end_secs) = (self.start_secs, self.end_secs());
        let times = format!("start={start_secs}&end={end_secs}&step={STEP_SECS}");
        // VictoriaMetrics would answer from its last answer.
        let call = format!("query_range?{times}&nocache=1&query={}", encoded(query));
        let mut series_counts = Vec::new();
        let mut over_http = Vec::new();
        for server in servers {
            let answer: Value = serde_json::from_str(&server.get(&call)?)?;
            let found = answer.pointer("/data/result").and_then(Value::as_array).context("no result")?;
            series_counts.push(found.len());
            over_http.push(quickest_and_slowest(self.runs, || {
                ensure!(!server.get(&call)?.is_empty(), "{query}: no answer");
                Ok(())
            })?);
        }
        ensure!(
            series_counts.iter().all(|count| *count > 0 && series_counts.first() == Some(count)),
            "{query}: {series_counts:?} series"
        );
        let alone = quickest_and_slowest(self.runs, || {
            let expr = parse(query, &ParseOptions::default())?;
            let (start_ms, end_ms, step_ms) =
                (start_secs * 1000, end_secs * 1000, i64::from(STEP_SECS) * 1000);
            let answer = range(store, &expr, start_ms, end_ms, step_ms, &EngineOptions::default())?;
            ensure!(series_counts.first() == Some(&answer.value.series_count()), "{query}: other series");
            Ok(())
        })?;
        let [prometheus, victoria, p95] = over_http.as_slice() else { return Ok(()) };
        let ratio = |to: &[Duration; 2]| p95[0].as_secs_f64() / to[0].as_secs_f64();
        println!(
            "| `{}` | {} | {} | {} | {:.2} | {:.2} | {} |",
            query.replace('|', "\\|"),
            milliseconds(*prometheus),
            milliseconds(*victoria),
            milliseconds(*p95),
            ratio(prometheus),
            ratio(victoria),
            milliseconds(alone)
        );
        Ok(())
    }

    fn end_secs(&self) -> i64 {
        self.start_secs + i64::from(STEP_SECS * (STEPS - 1))
    }

    fn series(&self) -> impl Iterator<Item = Series> {
        let counters = (0..self.counters).map(|at| {
            let (route, pod) = (format!("/r{}", at % 100), format!("pod-{}", at / 100));
            let pairs = [("__name__", "http_requests_total"), ("route", &route), ("pod", &pod)];
            Series { labels: Labels::from_pairs(pairs), per_sec: 1 + at % 17 }
        });
        let buckets = (0..self.histograms).flat_map(|at| {
            BUCKETS.iter().zip(1..).map(move |(bound, rank)| {
                let route = format!("/r{at}");
                let pairs = [("__name__", "lat_seconds_bucket"), ("route", &route), ("le", bound)];
                Series { labels: Labels::from_pairs(pairs), per_sec: rank * (1 + at % 7) }
            })
        });
        counters.chain(buckets)
    }

    /// A store that holds the samples.
    fn stored(&self, series: &[Series]) -> Store {
        let mut store = Store::new(StoreOptions::default());
        for one in series {
            let id = store.series_for(&one.labels);
            for sample in self.samples(one, 0..STEPS) {
                store.append(id, sample.timestamp_ms, sample.value);
            }
        }
        store
    }

    fn request(&self, series: &[Series], steps: Range<u32>) -> WriteRequest {
        let written = series.iter().map(|one| WrittenSeries {
            labels: one.labels.clone(),
            samples: self.samples(one, steps.clone()).collect(),
            ..WrittenSeries::default()
        });
        WriteRequest { series: written.collect(), metadata: Vec::new() }
    }

    fn samples(&self, series: &Series, steps: Range<u32>) -> impl Iterator<Item = FloatSample> {
        let (start_secs, per_sec) = (self.start_secs, series.per_sec);
        steps.map(move |step| FloatSample {
            timestamp_ms: (start_secs + i64::from(step * STEP_SECS)) * 1000,
            value: value(per_sec, step).into(),
        })
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
