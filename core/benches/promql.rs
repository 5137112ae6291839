//! Five range queries over an hour of a service: 1,000 counters and 100 histograms of 12 buckets, one sample every 15
//! seconds, 241 steps. From the tree to the answer, without JSON.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run stops")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use p95_core::model::Labels;
use p95_core::promql::eval::{EngineOptions, range};
use p95_core::promql::{ParseOptions, parse};
use p95_core::store::{Store, StoreOptions};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const START_MS: i64 = 1_700_000_000_000;
const STEP_MS: i64 = 15_000;
const SCRAPES: i64 = 260;
const STEPS: i64 = 240;
const BOUNDS: [&str; 12] =
    ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"];

const QUERIES: [(&str, &str); 5] = [
    ("rate", "rate(http_requests_total[1m])"),
    ("sum by rate", "sum by (route) (rate(http_requests_total[1m]))"),
    ("histogram_quantile", "histogram_quantile(0.95, sum by (le) (rate(lat_seconds_bucket[1m])))"),
    ("regex selector", r#"http_requests_total{route=~"/r(1|2|3).*"}"#),
    ("subquery", "max_over_time(sum(rate(http_requests_total[1m]))[10m:15s])"),
];

/// Counters that grow at a speed of their own.
fn service() -> Store {
    let mut store = Store::new(StoreOptions::default());
    let mut append = |pairs: &[(&str, &str)], per_scrape: i64| {
        let id = store.series_for(&Labels::from_pairs(pairs.iter().copied()));
        for scrape in 0..SCRAPES {
            let value = (scrape * per_scrape + scrape % 7) as f64;
            store.append(id, START_MS + scrape * STEP_MS, value);
        }
    };
    for series in 0..1_000_i64 {
        let (route, status) = (format!("/r{}", series % 50), format!("{}", 200 + series / 50));
        let labels =
            [("__name__", "http_requests_total"), ("job", "bench"), ("route", &*route), ("status", &*status)];
        append(&labels, series + 10);
    }
    for histogram in 0..100_i64 {
        let route = format!("/r{histogram}");
        for (bucket, le) in (1..).zip(BOUNDS) {
            let labels =
                [("__name__", "lat_seconds_bucket"), ("job", "bench"), ("route", &*route), ("le", le)];
            append(&labels, bucket * (histogram + 10));
        }
    }
    store
}

fn five_queries(criterion: &mut Criterion) {
    let store = service();
    let options = EngineOptions::default();
    let end_ms = START_MS + (SCRAPES - 1) * STEP_MS;
    let mut group = criterion.benchmark_group("promql");
    group.sample_size(20);
    for (name, query) in QUERIES {
        let expr = parse(query, &ParseOptions::default()).unwrap();
        let run = || range(&store, &expr, end_ms - STEPS * STEP_MS, end_ms, STEP_MS, &options).unwrap();
        assert!(run().value.series_count() > 0, "{query} answers nothing");
        group.bench_function(name, |bencher| bencher.iter(|| black_box(run())));
    }
    group.finish();
}

criterion_group!(benches, five_queries);
criterion_main!(benches);
