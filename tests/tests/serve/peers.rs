//! A Prometheus that federates from p95, and one that writes to it.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use p95_tests::{Program, free_port, http, requires};
use serde_json::Value;
use tempfile::TempDir;

use crate::served::{PATIENCE, Served, encoded};

/// A Prometheus with this configuration, its port, and the folder of its files.
pub fn prometheus(config: &str) -> anyhow::Result<(Program, u16, TempDir)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("prometheus.yml");
    fs::write(&file, config)?;
    let port = free_port()?;
    let mut command = Command::new("prometheus");
    command.arg(format!("--config.file={}", file.display()));
    command.arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()));
    command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
    let mut prometheus = Program::start(&mut command)?;
    prometheus.wait_ready(&http::url(port, "/-/ready"), PATIENCE)?;
    Ok((prometheus, port, folder))
}

/// The number that `query` answers at a port.
fn number(port: u16, query: &str) -> anyhow::Result<Option<String>> {
    let answer = http::get(&http::url(port, &format!("/api/v1/query?query={}", encoded(query))))?.body;
    let answer: Value = serde_json::from_str(&answer)?;
    Ok(answer.pointer("/data/result/0/value/1").and_then(Value::as_str).map(str::to_owned))
}

/// Waits until both ports give the same answer, and there is one.
fn wait_until_equal(ports: [u16; 2], query: &str, prometheus: &Program) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let [ours, theirs] = ports.map(|port| number(port, query));
        let (ours, theirs) = (ours?, theirs?);
        if ours.is_some() && ours == theirs {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{query}: {ours:?} here, {theirs:?} there; {}", prometheus.said());
        thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_prometheus_federates() {
    if !requires("prometheus") {
        return;
    }
    let served = Served::demo().unwrap();
    let config = format!(
        "scrape_configs:\n- job_name: federate\n  honor_labels: true\n  scrape_interval: 1s\n  metrics_path: /federate\n  \
         params:\n    'match[]': ['{{__name__=~\"shop_.*\"}}']\n  static_configs:\n  - targets: ['127.0.0.1:{}']\n",
        served.port
    );
    let (prometheus, port, _folder) = prometheus(&config).unwrap();
    let query = r#"count({__name__=~"shop_.*",job="p95"})"#;
    wait_until_equal([served.port, port], query, &prometheus).unwrap();
    assert!(!prometheus.said().contains("level=warn"), "{}", prometheus.said());
}

#[test]
fn a_prometheus_writes() {
    if !requires("prometheus") {
        return;
    }
    let served = Served::start(&["--receive-remote-write"]).unwrap();
    let config = format!(
        "scrape_configs:\n- job_name: shop\n  scrape_interval: 1s\n  static_configs:\n  - targets: ['{}']\n\
         remote_write:\n- url: http://127.0.0.1:{}/api/v1/write\n",
        served.data("/api/v1/targets").unwrap()["activeTargets"][0]["labels"]["instance"].as_str().unwrap(),
        served.port
    );
    let (prometheus, port, _folder) = prometheus(&config).unwrap();
    for query in [
        r#"count({job="shop",__name__!~"scrape_.*"})"#,
        r#"count(rate(shop_http_request_duration_seconds_bucket{job="shop"}[10s]))"#,
    ] {
        wait_until_equal([served.port, port], query, &prometheus).unwrap();
    }
    assert!(!prometheus.said().contains("level=warn"), "{}", prometheus.said());
    assert!(!prometheus.said().contains("level=error"), "{}", prometheus.said());
}
