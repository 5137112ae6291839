//! The first seconds: a rate is right from the second scrape on.

use std::time::{Duration, Instant};

use anyhow::ensure;
use p95_tests::{Page, PageServer};

use crate::programs::p95_query;

/// What the counter counts, each second.
const PER_SEC: f64 = 10.0;

/// How far the time between two answers of ours may be off, as a part of a second.
const JITTER: f64 = 0.05;

#[test]
fn a_constant_rate_is_true_at_scrapes_2_3_and_4() -> anyhow::Result<()> {
    let started = Instant::now();
    let server = PageServer::start(move |_| {
        // It has counted for an hour when it is first seen.
        let age = started.elapsed() + Duration::from_secs(3600);
        let count = PER_SEC * age.as_secs_f64();
        Page::text(format!("# TYPE jobs_total counter\njobs_total {count}\n"))
    })?;
    for scrapes in 2..=4 {
        let query = format!("rate(jobs_total[{scrapes}s])");
        let for_ = format!("{}500ms", scrapes - 1);
        let answer = p95_query(&query, &[server.url("/metrics")], &["--for", &for_, "--interval", "1s"])?;
        let rate = answer.value(&[])?;
        ensure!((rate - PER_SEC).abs() <= PER_SEC * JITTER, "{rate} a second at scrape {scrapes}");
    }
    Ok(())
}
