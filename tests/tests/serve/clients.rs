//! The tools that people point at a Prometheus.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use p95_tests::{Client, requires};
use serde_json::{Value, json};

use crate::served::Served;

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

#[test]
fn curl_gets_a_compressed_answer_to_a_form() {
    if !requires("curl") {
        return;
    }
    let served = Served::demo().unwrap();
    let output = Command::new("curl")
        .args(["--silent", "--fail", "--compressed", &format!("{}/api/v1/query", served.url())])
        .args(["--data-urlencode", "query=sum by (route) (rate(shop_http_requests_total[5s])) >= 0"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["data"]["result"][0]["metric"]["route"].is_string(), "{answer}");
}

/// What Grafana asks when a data source is added, a query is written, and a dashboard is opened.
#[test]
fn grafana_finds_what_it_asks_for() {
    let served = Served::demo().unwrap();
    let mut grafana = Client::new(served.port);
    let mut ask =
        |method: &str, call: &str, form: &str, expect: &dyn Fn(&Value) -> bool| -> anyhow::Result<()> {
            let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Grafana-Org-Id", "1")];
            let answer = grafana.send(method, &format!("/api/v1/{call}"), &headers, form.as_bytes())?;
            ensure!(answer.status == 200, "{call}: {} {}", answer.status, answer.body);
            let data = serde_json::from_str::<Value>(&answer.body)?["data"].take();
            ensure!(expect(&data), "{call} {form}: {data}");
            Ok(())
        };
    let now_secs = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let span = format!("start={}&end={now_secs}", now_secs - 3_600);
    let holds = |texts: &'static [&'static str]| {
        move |data: &Value| {
            let list = data.as_array().cloned().unwrap_or_default();
            texts.iter().all(|text| list.contains(&json!(text)))
        }
    };
    let is_two = |data: &Value| data["resultType"] == "scalar" && data["result"][1] == "2";
    ask("GET", "status/buildinfo", "", &|data| data["version"].is_string()).unwrap();
    ask("POST", "query", &format!("query=1%2B1&time={now_secs}"), &is_two).unwrap();
    ask("GET", &format!("label/__name__/values?{span}"), "", &holds(&["up", "shop_http_requests_total"]))
        .unwrap();
    ask(
        "POST",
        "labels",
        &format!("{span}&match%5B%5D=shop_http_requests_total"),
        &holds(&["route", "status"]),
    )
    .unwrap();
    let call =
        format!("label/route/values?{span}&match%5B%5D=shop_http_requests_total%7Bstatus%3D%22200%22%7D");
    ask("GET", &call, "", &|data| data.as_array().is_some_and(|routes| !routes.is_empty())).unwrap();
    ask("GET", "metadata?limit=10000", "", &|data| {
        data["shop_http_requests_total"][0]["type"] == "counter"
            || data["shop_http_requests"][0]["type"] == "counter"
    })
    .unwrap();
    let panel = format!(
        "query=sum+by+%28route%29+%28rate%28shop_http_requests_total%5B5s%5D%29%29&start={}&end={}&step=1",
        now_secs - 60,
        now_secs + 1
    );
    ask("POST", "query_range", &panel, &|data| {
        data["resultType"] == "matrix" && data["result"][0]["values"].is_array()
    })
    .unwrap();
    let exemplars =
        format!("query=histogram_quantile%280.95%2C+shop_http_request_duration_seconds_bucket%29&{span}");
    ask("POST", "query_exemplars", &exemplars, &Value::is_array).unwrap();
    ask("GET", "rules", "", &|data| *data == json!({"groups": []})).unwrap();
    ask("GET", "alerts", "", &|data| *data == json!({"alerts": []})).unwrap();
}
