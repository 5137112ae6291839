//! A real Prometheus, started and asked.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use p95_tests::{Program, free_port, http};
use serde_json::Value;

/// A Prometheus that runs until it is dropped.
pub struct Prometheus {
    port: u16,
    program: Program,
}

impl Prometheus {
    /// Starts one on the data in `folder` that scrapes what `scrape_configs` says, in YAML.
    pub fn start(folder: &Path, scrape_configs: &str) -> anyhow::Result<Self> {
        let config = folder.join("prometheus.yml");
        fs::write(&config, format!("scrape_configs: {scrape_configs}\n"))?;
        let port = free_port()?;
        let mut program = Program::start(
            Command::new("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
                .arg(format!("--web.listen-address=127.0.0.1:{port}")),
        )?;
        program.wait_ready(&http::url(port, "/-/ready"), Duration::from_secs(60))?;
        Ok(Self { port, program })
    }

    /// The process' id.
    pub fn id(&self) -> u32 {
        self.program.id()
    }

    /// The body that the query API answers, `call` being the end of its path and its parameters.
    pub fn get(&self, call: &str) -> anyhow::Result<String> {
        let response = http::get(&http::url(self.port, &format!("/api/v1/{call}")))?;
        ensure!(response.status == 200, "{call}: {}", response.body);
        Ok(response.body)
    }

    /// The values of the only series that an instant query for a range finds, oldest first; none where there is none yet.
    pub fn values(&self, query: &str) -> anyhow::Result<Vec<f64>> {
        let body: Value = serde_json::from_str(&self.get(&format!("query?query={}", encoded(query)))?)?;
        values(body.pointer("/data/result/0/values"))
    }
}

/// The values of a series in Prometheus' JSON.
pub fn values(points: Option<&Value>) -> anyhow::Result<Vec<f64>> {
    points.and_then(Value::as_array).into_iter().flatten().map(|point| number(Some(point))).collect()
}

/// The value of a point in Prometheus' JSON.
pub fn number(point: Option<&Value>) -> anyhow::Result<f64> {
    let text = point.and_then(|point| point.get(1)?.as_str()).context("no point with a value")?;
    Ok(text.parse()?)
}

/// A query as a part of a URL.
pub fn encoded(query: &str) -> String {
    url::form_urlencoded::byte_serialize(query.as_bytes()).collect()
}
