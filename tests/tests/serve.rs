//! `p95 serve` before those who speak Prometheus' HTTP API: promtool, a Prometheus that federates, and bare requests.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::{Program, free_port, http, p95_binary, requires};
use serde_json::Value;
use tempfile::TempDir;

/// How long a program may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A p95 that serves its demo, and has scraped it for long enough to tell rates.
struct Served {
    port: u16,
    _program: Program,
}

impl Served {
    fn demo() -> anyhow::Result<Self> {
        Self::start(&[])
    }

    fn start(flags: &[&str]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(p95_binary()?);
        command.args(["serve", "--demo", "--interval", "200ms", "--listen", &format!("127.0.0.1:{port}")]);
        command.args(flags);
        let mut program = Program::start(&mut command)?;
        program.wait_ready(&http::url(port, "/-/ready"), PATIENCE)?;
        let served = Self { port, _program: program };
        served.wait_for("count(rate(shop_http_requests_total[1s]))")?;
        Ok(served)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn get(&self, call: &str) -> anyhow::Result<http::Response> {
        Ok(http::get(&http::url(self.port, call))?)
    }

    /// The `data` of a call that succeeds.
    fn data(&self, call: &str) -> anyhow::Result<Value> {
        let response = self.get(call)?;
        ensure!(response.status == 200, "{call}: {}", response.body);
        ensure!(response.header("content-type") == Some("application/json"), "{call}: {}", response.head);
        let mut answer: Value = serde_json::from_str(&response.body)?;
        ensure!(answer.get("status").is_some_and(|status| status == "success"), "{call}: {answer}");
        answer.get_mut("data").map(Value::take).context("no data")
    }

    /// Waits until a query has an answer that is not empty.
    fn wait_for(&self, query: &str) -> anyhow::Result<()> {
        let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let deadline = Instant::now() + PATIENCE;
        let call = format!("/api/v1/query?query={encoded}");
        while self.data(&call)?.pointer("/result/0").is_none() {
            ensure!(Instant::now() < deadline, "{query} stays without an answer");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

#[test]
fn answers_have_the_shape_of_prometheus() {
    let served = Served::demo().unwrap();
    let data = served.data("/api/v1/query?query=up").unwrap();
    assert_eq!(data["resultType"], "vector");
    assert_eq!(data["result"][0]["metric"]["__name__"], "up");
    assert_eq!(data["result"][0]["value"][1], "1");

    let (start, end) = ("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
    let data = served
        .data(&format!("/api/v1/query_range?query=vector(1)&start={start}&end={end}&step=30s"))
        .unwrap();
    assert_eq!(
        data["result"][0]["values"],
        serde_json::json!([[1_767_225_600, "1"], [1_767_225_630, "1"], [1_767_225_660, "1"]])
    );

    let states =
        served.data("/api/v1/label/shop_payment_breaker/values?match[]=shop_payment_breaker").unwrap();
    assert_eq!(states, serde_json::json!(["closed", "half_open", "open"]));
    let names = served.data("/api/v1/labels?match[]=up").unwrap();
    assert_eq!(names, serde_json::json!(["__name__", "instance", "job"]));
    let series = served.data("/api/v1/series?match[]=shop_payment_breaker&match[]=up").unwrap();
    assert_eq!(series.as_array().unwrap().len(), 4);

    let metadata = served.data("/api/v1/metadata?metric=shop_http_request_duration_seconds").unwrap();
    assert_eq!(metadata["shop_http_request_duration_seconds"][0]["type"], "histogram");
    let target = served.data("/api/v1/targets").unwrap()["activeTargets"][0].clone();
    assert_eq!((&target["health"], &target["lastError"]), (&"up".into(), &"".into()));
    let cardinality = served.data("/api/v1/status/tsdb?limit=1").unwrap();
    let highest = &cardinality["seriesCountByMetricName"];
    assert_eq!(highest[0]["name"], "shop_http_request_duration_seconds_bucket");
    assert_eq!(highest.as_array().unwrap().len(), 1);
    assert_eq!(served.data("/api/v1/format_query?query=sum(up)by(a)").unwrap(), "sum by (a) (up)");

    let response = served.get("/api/v1/series?match[]=up&match[]=shop_payment_breaker&limit=2").unwrap();
    let answer: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(answer["warnings"][0], "results truncated due to limit");

    let own = served.get("/metrics").unwrap().body;
    assert!(own.contains("p95_targets{state=\"up\"} 1"), "{own}");
    assert!(own.contains("route=\"/api/v1/label/{name}/values\""), "{own}");
}

#[test]
fn mistakes_have_prometheus_status_and_kind() {
    let served = Served::demo().unwrap();
    let check = |call: &str, status: u16, kind: &str, message: &str| {
        let response = served.get(call).unwrap();
        let answer: Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!((response.status, answer["errorType"].as_str()), (status, Some(kind)), "{call}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(message), "{call}: {answer}");
    };
    check("/api/v1/query", 400, "bad_data", "invalid parameter \"query\": it is missing");
    check("/api/v1/query?query=rate(up)", 400, "bad_data", "add [5m]");
    check("/api/v1/query?query=up&time=noon", 400, "bad_data", "invalid parameter \"time\"");
    check(
        "/api/v1/query?query=shop_payment_breaker*on(job)shop_payment_breaker",
        422,
        "execution",
        "many-to-many",
    );
    check("/api/v1/query?query=sum_over_time(up[1y:1ms])", 422, "execution", "samples");
    check("/api/v1/query_range?query=up&start=2&end=1&step=1", 400, "bad_data", "must not be before start");
    check("/api/v1/query_range?query=up&start=1&end=2&step=0", 400, "bad_data", "zero or negative");
    check("/api/v1/query_range?query=up&start=0&end=99999&step=1", 400, "bad_data", "11,000 points");
    check("/api/v1/series", 400, "bad_data", "no match[] parameter");
    check("/api/v1/series?match[]=rate(up[1m])", 400, "bad_data", "invalid parameter \"match[]\"");
    check("/api/v1/labels?limit=many", 400, "bad_data", "invalid parameter \"limit\"");
    check("/api/v1/nothing", 404, "not_found", "no such endpoint");

    let foreign = http::send("GET", &http::url(served.port, "/api/v1/labels"), &[("Host", "evil.example")]);
    assert_eq!(foreign.unwrap().status, 403, "a name of another's for this machine");
}

#[test]
fn promtool_finds_what_it_asks_for() {
    if !requires("promtool") {
        return;
    }
    let served = Served::demo().unwrap();
    let check = |args: &[&str], expect: &str| {
        let output = Command::new("promtool").arg("query").args(args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(answer.contains(expect), "{args:?}: {answer}");
    };
    let url = served.url();
    check(&["instant", &url, "count(up)"], "{} => 1 @[");
    check(&["range", "--start=0", "--end=60", "--step=30s", &url, "vector(7)"], "7 @[30]");
    check(&["labels", &url, "shop_payment_breaker"], "half_open");
    check(&["series", "--match=up", &url], "__name__=\"up\"");
}

/// A Prometheus with this configuration, its port, and the folder of its files.
fn prometheus(config: &str) -> anyhow::Result<(Program, u16, TempDir)> {
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
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let answer = http::get(&http::url(port, &format!("/api/v1/query?query={query}")))?.body;
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

#[test]
fn what_is_no_remote_write_is_refused() {
    let served = Served::start(&["--receive-remote-write"]).unwrap();
    let snappy = ("Content-Encoding", "snappy");
    let v1 = ("Content-Type", "application/x-protobuf");
    let check = |headers: &[(&str, &str)], status: u16, reason: &str| {
        let url = http::url(served.port, "/api/v1/write");
        let response = http::send("POST", &url, &[headers, &[("Content-Length", "0")]].concat()).unwrap();
        assert_eq!(response.status, status, "{headers:?}: {}", response.body);
        assert!(response.body.contains(reason), "{headers:?}: {}", response.body);
    };
    check(&[v1], 415, "Content-Encoding: snappy");
    check(&[snappy, ("Content-Type", "text/plain")], 415, "application/x-protobuf");
    check(&[snappy, ("Content-Type", "application/x-protobuf;proto=other.Request")], 415, "proto=");
    check(&[snappy, v1], 400, "");
    let closed = Served::demo().unwrap();
    let response = http::send("POST", &http::url(closed.port, "/api/v1/write"), &[snappy, v1]).unwrap();
    assert_eq!(response.status, 404, "nobody asked for it: {}", response.body);
}
