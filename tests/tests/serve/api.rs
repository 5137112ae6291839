//! Answers and mistakes, as bare requests see them.

use std::time::{SystemTime, UNIX_EPOCH};

use p95_core::model::{Exemplar, FloatSample, Labels};
use p95_core::remote::write::{WriteRequest, WriteVersion, WrittenSeries};
use p95_tests::{Client, http};
use serde_json::{Value, json};

use crate::served::Served;

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

#[test]
fn exemplars_are_those_that_were_written() {
    let served = Served::start(&["--receive-remote-write"]).unwrap();
    let now_secs = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let timestamp_ms = now_secs * 1_000 + 250;
    let (labels, value) = (Labels::from_pairs([("trace_id", "8f2e")]), 0.5);
    let series = WrittenSeries {
        labels: Labels::from_pairs([("__name__", "hits_total"), ("code", "200")]),
        samples: vec![FloatSample { timestamp_ms, value: 7.0 }],
        exemplars: vec![Exemplar { labels, value, timestamp_ms: Some(timestamp_ms) }],
        ..WrittenSeries::default()
    };
    let message = WriteRequest { series: vec![series], metadata: Vec::new() }.encode(WriteVersion::V2);
    let headers = [("Content-Type", WriteVersion::V2.content_type()), ("Content-Encoding", "snappy")];
    let body = snap::raw::Encoder::new().compress_vec(&message).unwrap();
    let answer = Client::new(served.port).send("POST", "/api/v1/write", &headers, &body).unwrap();
    assert_eq!(answer.status, 204, "{}", answer.body);

    let found = served.data("/api/v1/query_exemplars?query=sum(rate(hits_total[5m]))").unwrap();
    let seconds = timestamp_ms as f64 / 1000.0;
    assert_eq!(
        found,
        json!([{
            "seriesLabels": {"__name__": "hits_total", "code": "200"},
            "exemplars": [{"labels": {"trace_id": "8f2e"}, "value": "0.5", "timestamp": seconds}],
        }])
    );
    let call = format!("/api/v1/query_exemplars?query=hits_total&end={now_secs}");
    assert_eq!(served.data(&call).unwrap(), json!([]));
}
