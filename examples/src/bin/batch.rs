//! A batch job: it is over before anybody could scrape it, so it pushes its metrics to a Pushgateway at its end, also where
//! it failed.
//!
//! ```text
//! cargo run -p p95-examples --bin batch -- http://127.0.0.1:9091
//! ```

use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use p95_clock::SystemClock;
use p95_core::exposition::encode::Format;
use p95_core::instrument::{Calls, Clock, Counter, Descriptor, Gauge, Outcome, Registry};

/// A batch job that imports numbers and pushes its metrics.
#[derive(Parser)]
struct Arguments {
    /// Base URL of the Pushgateway.
    #[arg(default_value = "http://127.0.0.1:9091")]
    pushgateway: String,
    /// Name of the job.
    #[arg(long, default_value = "import")]
    job: String,
    /// The lines to import.
    #[arg(long, value_delimiter = ',', default_value = "17,4,x,23")]
    lines: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut registry = Registry::default();
    let mut scope = registry.scope("import");
    let rows = scope.register(Descriptor::new("rows", "Rows that were imported."), Counter::default())?;
    let parsing = Calls::register(&mut scope, "row", "Rows.", SystemClock)?;
    let last = Descriptor::new("last_success_timestamp_seconds", "When every row was imported.")
        .with_unit("seconds");
    let last = scope.register(last, Gauge::default())?;

    for line in &arguments.lines {
        match parsing.run(|| line.parse::<u32>()) {
            Ok(_) => rows.inc(),
            Err(error) => eprintln!("{line:?}: {error}"),
        }
    }
    if parsing.count(Outcome::Error) == 0 {
        last.set(SystemClock.unix_ms() as f64 / 1000.0);
    }
    push(&arguments, registry.encode(Format::Text, SystemClock.unix_ms())).await
}

/// Replaces what the Pushgateway has of this job.
async fn push(arguments: &Arguments, page: String) -> anyhow::Result<()> {
    let url = format!("{}/metrics/job/{}", arguments.pushgateway.trim_end_matches('/'), arguments.job);
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
    let request = client.put(&url).header("Content-Type", Format::Text.content_type()).body(page);
    let answer = request.send().await.with_context(|| format!("cannot push to {url}"))?;
    anyhow::ensure!(answer.status().is_success(), "{url}: {}: {}", answer.status(), answer.text().await?);
    Ok(())
}
