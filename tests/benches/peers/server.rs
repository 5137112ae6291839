//! Servers that take remote write and answer Prometheus' query API.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::ensure;
use p95_core::remote::write::WriteVersion;
use p95_tests::{Client, Program, free_port, http, p95_binary};

/// A server that runs until it is dropped.
pub struct Server {
    port: u16,
    /// The path that makes it show what it has taken.
    flush: Option<&'static str>,
    _program: Program,
}

impl Server {
    /// A Prometheus with its files in `folder`.
    pub fn prometheus(folder: &Path) -> anyhow::Result<Self> {
        let config = folder.join("prometheus.yml");
        fs::write(&config, "scrape_configs: []\n")?;
        Self::start("/-/ready", None, |port| {
            let mut command = Command::new("prometheus");
            command
                .arg("--web.enable-remote-write-receiver")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", folder.join("prometheus").display()))
                .arg(format!("--web.listen-address=127.0.0.1:{port}"));
            command
        })
    }

    /// A VictoriaMetrics with its files in `folder`.
    pub fn victoria_metrics(folder: &Path) -> anyhow::Result<Self> {
        Self::start("/health", Some("/internal/force_flush"), |port| {
            let mut command = Command::new("victoria-metrics");
            command
                .args(["-retentionPeriod=1", "-search.maxUniqueTimeseries=1000000"])
                .arg(format!("-storageDataPath={}", folder.join("victoria-metrics").display()))
                .arg(format!("-httpListenAddr=127.0.0.1:{port}"));
            command
        })
    }

    /// A `p95 serve`.
    pub fn p95() -> anyhow::Result<Self> {
        let p95 = p95_binary()?;
        Self::start("/-/ready", None, |port| {
            let mut command = Command::new(p95);
            command.args(["serve", "--receive-remote-write", "--listen", &format!("127.0.0.1:{port}")]);
            command
        })
    }

    /// Writes a message of remote write 1.0.
    pub fn write(&self, message: &[u8]) -> anyhow::Result<()> {
        let headers = [("Content-Type", WriteVersion::V1.content_type()), ("Content-Encoding", "snappy")];
        let body = snap::raw::Encoder::new().compress_vec(message)?;
        let answer = Client::new(self.port).send("POST", "/api/v1/write", &headers, &body)?;
        ensure!(answer.status == 204, "{} {}", answer.status, answer.body);
        Ok(())
    }

    /// Has the server show what was written.
    pub fn flush(&self) -> anyhow::Result<()> {
        if let Some(path) = self.flush {
            http::get(&http::url(self.port, path))?;
        }
        Ok(())
    }

    /// The body that the query API answers, `call` being the end of its path and its parameters.
    pub fn get(&self, call: &str) -> anyhow::Result<String> {
        let response = http::get(&http::url(self.port, &format!("/api/v1/{call}")))?;
        ensure!(response.status == 200, "{call}: {}", response.body);
        Ok(response.body)
    }

    fn start(
        ready: &str,
        flush: Option<&'static str>,
        command: impl FnOnce(u16) -> Command,
    ) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut program = Program::start(&mut command(port))?;
        program.wait_ready(&http::url(port, ready), Duration::from_secs(60))?;
        Ok(Self { port, flush, _program: program })
    }
}
