//! Starting p95, Prometheus and what both of them scrape.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::{Program, free_port, http, p95_binary};

use crate::answer::Answer;

/// How long a program may take to start on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    /// The loopback port it listens at.
    pub port: u16,
    _program: Program,
}

impl Server {
    /// The FastAPI service of `services/shop.py`.
    pub fn shop(python: &Path) -> anyhow::Result<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/services/shop.py");
        Self::start("/metrics", |port| {
            let mut command = Command::new(python);
            command.args([script, &port.to_string()]);
            command
        })
    }

    /// Prometheus' node exporter.
    pub fn node_exporter() -> anyhow::Result<Self> {
        Self::start("/metrics", |port| {
            let mut command = Command::new("prometheus-node-exporter");
            command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
            command
        })
    }

    /// A Prometheus that keeps its files in `folder` and scrapes `path` of the loopback `ports`, as the job `p95`. It has
    /// scraped all of them once: it is ready some seconds before it begins to.
    pub fn prometheus(folder: &Path, interval: &str, path: &str, ports: &[u16]) -> anyhow::Result<Self> {
        let targets: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        let config = format!(
            "scrape_configs:\n- job_name: p95\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\n  \
             metrics_path: {path}\n  static_configs:\n  - targets: {targets:?}\n"
        );
        let config_file = folder.join("prometheus.yml");
        fs::write(&config_file, config)?;
        let prometheus = Self::start("/-/ready", |port| {
            let mut command = Command::new("prometheus");
            command.arg(format!("--config.file={}", config_file.display()));
            command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
            command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
            command
        })?;
        let deadline = Instant::now() + START_TIMEOUT;
        while prometheus.query("query?query=up==1")?.series.len() < ports.len() {
            ensure!(Instant::now() < deadline, "Prometheus does not scrape {targets:?}");
            thread::sleep(Duration::from_millis(100));
        }
        Ok(prometheus)
    }

    /// A Prometheus that keeps its files in `folder`, scrapes nothing, and takes what is written to it.
    pub fn prometheus_receiver(folder: &Path) -> anyhow::Result<Self> {
        let config_file = folder.join("prometheus.yml");
        fs::write(&config_file, "scrape_configs: []\n")?;
        Self::start("/-/ready", |port| {
            let mut command = Command::new("prometheus");
            command.args(["--web.enable-remote-write-receiver", "--enable-feature=native-histograms"]);
            command.arg(format!("--config.file={}", config_file.display()));
            command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
            command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
            command
        })
    }

    /// A `p95 serve` that scrapes nothing, and takes what is written to it.
    pub fn p95_receiver() -> anyhow::Result<Self> {
        let p95 = p95_binary()?;
        Self::start("/-/ready", |port| {
            let mut command = Command::new(p95);
            command.args(["serve", "--receive-remote-write", "--listen", &format!("127.0.0.1:{port}")]);
            command
        })
    }

    /// The address as a target names it.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Evaluates `query` with the API at a time in milliseconds.
    pub fn instant_query(&self, query: &str, time_ms: i64) -> anyhow::Result<Answer> {
        self.query(&format!("query?time={}&query={}", secs(time_ms), encoded(query)))
    }

    /// Evaluates `query` with the API from a time to another, in milliseconds, every `step_secs`.
    pub fn range_query(
        &self,
        query: &str,
        (start_ms, end_ms): (i64, i64),
        step_secs: u32,
    ) -> anyhow::Result<Answer> {
        let (start, end) = (secs(start_ms), secs(end_ms));
        self.query(&format!("query_range?start={start}&end={end}&step={step_secs}&query={}", encoded(query)))
    }

    fn query(&self, call: &str) -> anyhow::Result<Answer> {
        Answer::from_envelope(&http::get(&http::url(self.port, &format!("/api/v1/{call}")))?.body)
    }

    fn start(ready: &str, command: impl FnOnce(u16) -> Command) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut program = Program::start(&mut command(port))?;
        program.wait_ready(&http::url(port, ready), START_TIMEOUT)?;
        Ok(Self { port, _program: program })
    }
}

/// Runs `p95 query` with further arguments, and reads its JSON.
pub fn p95_query(query: &str, targets: &[String], args: &[&str]) -> anyhow::Result<Answer> {
    let mut command = Command::new(p95_binary()?);
    command.args(["query", query]).args(targets).args(["--output", "json"]).args(args);
    let output = command.output().context("p95 cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "p95 ended with {}; it said:\n{said}", output.status);
    let data = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("not JSON: {}", String::from_utf8_lossy(&output.stdout)))?;
    Answer::from_data(&data)
}

/// Answers several queries with one run of p95, so with one set of scrapes: their results come in one vector, each
/// marked with a label that is taken off again. In the order of `queries`.
pub fn p95_queries(queries: &[&str], targets: &[String], args: &[&str]) -> anyhow::Result<Vec<Answer>> {
    let marked = queries.iter().zip(0..).map(|(query, number): (_, u32)| {
        format!(r#"label_replace({query}, "query_number", "{number}", "__name__", ".*")"#)
    });
    let union = marked.collect::<Vec<_>>().join(" or ");
    let mut answers = p95_query(&union, targets, args)?.split_by("query_number");
    Ok((0..queries.len()).map(|number| answers.remove(&number.to_string()).unwrap_or_default()).collect())
}

/// Milliseconds as the API wants them.
fn secs(time_ms: i64) -> String {
    format!("{}.{:03}", time_ms.div_euclid(1000), time_ms.rem_euclid(1000))
}

/// A query as a part of a URL.
fn encoded(query: &str) -> String {
    url::form_urlencoded::byte_serialize(query.as_bytes()).collect()
}
