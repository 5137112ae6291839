//! Requests and their answers.

use std::io::Write;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::BodyExt;
use p95_core::instrument::ManualClock;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::{Access, Gateway, GatewayOptions, Limits, Secret, Surface};

const SESSION: &str = "00000000000000000000000000000001";

fn open(options: GatewayOptions) -> (Gateway, ManualClock) {
    let clock = ManualClock::new(1_700_000_000_000);
    (Gateway::open(options, clock.clone()).unwrap(), clock)
}

fn small() -> GatewayOptions {
    let limits = Limits {
        body_bytes: 4_000,
        unpacked_bytes: 5_000,
        body_timeout: Duration::from_millis(200),
        address_per_sec: 0,
        app_per_sec: 0,
        ..Limits::default()
    };
    GatewayOptions { limits, ..GatewayOptions::default() }
}

fn frame(sequence: u64, clicks: u64) -> String {
    format!("# p95 1 {SESSION} {sequence} shop\n# TYPE clicks counter\nclicks_total {clicks}\n# EOF\n")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.unwrap()
}

/// The status and the text of the answer to a request with these headers.
async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> (u16, String, HeaderMap) {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:9091");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = send(router, request.body(body.into()).unwrap()).await;
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (parts.status.as_u16(), text, parts.headers)
}

/// The value of a series on the page.
async fn value(router: &Router, series: &str) -> Option<String> {
    let (_, page, _) = ask(router, "GET", "/metrics", &[], "").await;
    let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(str::to_owned)
}

#[tokio::test]
async fn a_frame_counts_once() {
    let (gateway, _clock) = open(small());
    let router = gateway.router(Surface::Whole);
    for (sequence, clicks) in [(1, 3), (2, 4), (1, 3), (2, 4), (2, 99), (3, 5)] {
        let (status, text, _) = ask(&router, "POST", "/p95", &[], frame(sequence, clicks)).await;
        assert_eq!((status, text.as_str()), (204, ""));
    }
    let clicks = "clicks_total{app=\"shop\"}";
    assert_eq!(value(&router, clicks).await.as_deref(), Some("0.0"));
    assert_eq!(value(&router, clicks).await.as_deref(), Some("12.0"));
    assert_eq!(value(&router, "p95_gateway_frames_total{result=\"applied\"}").await.as_deref(), Some("3.0"));
    assert_eq!(value(&router, "p95_gateway_frames_total{result=\"repeated\"}").await.as_deref(), Some("3.0"));
}

#[tokio::test]
async fn refusals_are_counted_by_reason_and_leave_nothing() {
    let mut options = small();
    options.access = Access { metrics: vec!["click*".to_owned()], ..Access::default() };
    let (gateway, _clock) = open(options);
    let router = gateway.router(Surface::Whole);
    let big = frame(1, 1).replace("# EOF", &format!("{}# EOF", "# HELP clicks a\n".repeat(400)));
    let mut bomb = frame(1, 1).into_bytes();
    bomb.extend(vec![b'#'; 50_000_000]);
    type Case = (&'static str, &'static [(&'static str, &'static str)], Vec<u8>, u16, &'static str);
    let cases: [Case; 9] = [
        ("/p95", &[], b"no frame".to_vec(), 400, "envelope"),
        ("/p95", &[], frame(1, 1).replace("# EOF\n", "").into_bytes(), 400, "exposition"),
        ("/p95", &[], frame(1, 1).replace("clicks", "views").into_bytes(), 400, "metric_name"),
        ("/p95", &[], big.clone().into_bytes(), 413, "body_size"),
        ("/p95", &[("content-encoding", "gzip")], gzip(big.as_bytes()), 413, "unpacked_size"),
        ("/p95", &[("content-encoding", "gzip")], gzip(&bomb), 413, "body_size"),
        ("/p95", &[("content-encoding", "gzip")], frame(1, 1).into_bytes(), 400, "encoding"),
        ("/p95", &[("content-encoding", "br")], frame(1, 1).into_bytes(), 400, "encoding"),
        ("/metrics/job/a/b", &[], b"clicks 1\n".to_vec(), 400, "path"),
    ];
    for (path, headers, body, expect, reason) in cases {
        let series = format!("p95_gateway_rejected_total{{reason=\"{reason}\"}}");
        let before = value(&router, &series).await.unwrap();
        let (status, text, _) = ask(&router, "POST", path, headers, body).await;
        assert_eq!((status, text.lines().count()), (expect, 1), "{reason}: {text}");
        let after = value(&router, &series).await.unwrap();
        assert_eq!(after.parse::<f64>().unwrap() - before.parse::<f64>().unwrap(), 1.0, "{reason}");
    }
    assert_eq!(value(&router, "p95_gateway_series").await.as_deref(), Some("0.0"));
    assert_eq!(value(&router, "p95_gateway_sessions").await.as_deref(), Some("0.0"));
    let (status, ..) =
        ask(&router, "POST", "/p95", &[("content-encoding", "gzip")], gzip(frame(1, 1).as_bytes())).await;
    assert_eq!(status, 204);
}

#[tokio::test]
async fn a_body_that_dawdles_or_breaks_off_is_given_up() {
    let (gateway, _clock) = open(small());
    let router = gateway.router(Surface::Whole);
    let stalls = Body::from_stream(endless());
    let (status, ..) = ask(&router, "POST", "/p95", &[], stalls).await;
    assert_eq!(status, 408);
    assert_eq!(
        value(&router, "p95_gateway_rejected_total{reason=\"timeout\"}").await.as_deref(),
        Some("1.0")
    );
}

/// A body that never ends, and of which nothing comes.
fn endless() -> impl futures_util::Stream<Item = Result<bytes::Bytes, std::io::Error>> {
    futures_util::stream::pending()
}

#[tokio::test]
async fn who_pushes_too_often_is_told_to_wait() {
    let mut options = small();
    options.limits.app_per_sec = 1;
    let (gateway, _clock) = open(options);
    let router = gateway.router(Surface::Whole);
    let mut answers = Vec::new();
    for sequence in 1..=3 {
        let (status, _, headers) = ask(&router, "POST", "/p95", &[], frame(sequence, 1)).await;
        answers.push((status, headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned())));
    }
    assert_eq!(answers, [(204, None), (204, None), (429, Some("5".to_owned()))]);
    let (status, ..) = ask(&router, "POST", "/p95", &[], frame(1, 1).replace("shop", "other")).await;
    assert_eq!(status, 204);
}

#[tokio::test]
async fn a_page_of_another_origin_sees_when_to_come_back() {
    let mut options = small();
    options.limits.app_per_sec = 1;
    options.access.origins = vec!["https://shop.example".to_owned()];
    let (gateway, _clock) = open(options);
    let router = gateway.router(Surface::Whole);
    for sequence in 1..=3 {
        let origin = [("origin", "https://shop.example")];
        let (status, _, headers) = ask(&router, "POST", "/p95", &origin, frame(sequence, 1)).await;
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(status, if sequence == 3 { 429 } else { 204 });
        assert_eq!(header("retry-after"), (sequence == 3).then_some("5"));
        assert_eq!(header("access-control-expose-headers"), Some("retry-after"));
        assert_eq!(header("access-control-allow-origin"), Some("https://shop.example"));
    }
}

#[tokio::test]
async fn browsers_hear_whether_their_page_may_push() {
    let mut options = small();
    options.access.origins = vec!["https://shop.example".to_owned()];
    let (gateway, _clock) = open(options);
    let router = gateway.router(Surface::Whole);
    let check = async |method: &str, origin: &str, expect: u16, allowed: Option<&str>| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let (status, _, headers) = ask(&router, method, "/p95", &headers, frame(1, 1)).await;
        let found = headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!((status, found), (expect, allowed), "{method} {origin}");
        assert!(!headers.contains_key("access-control-allow-credentials"));
    };
    check("OPTIONS", "https://shop.example", 200, Some("https://shop.example")).await;
    check("OPTIONS", "https://evil.example", 200, None).await;
    check("POST", "https://shop.example", 204, Some("https://shop.example")).await;
    check("POST", "https://evil.example", 403, None).await;
    check("POST", "http://localhost:9091", 204, None).await;
    // A page cannot push to a group of a gateway that it finds on its reader's machine.
    let (status, ..) =
        ask(&router, "PUT", "/metrics/job/a", &[("origin", "https://evil.example")], "x 1\n").await;
    assert_eq!(status, 403);
    let request = Request::get("/metrics").header("host", "rebound.example").body(Body::empty()).unwrap();
    assert_eq!(send(&router, request).await.status(), 421);
}

#[tokio::test]
async fn pushing_and_reading_have_tokens_of_their_own() {
    let mut options = small();
    options.access.push_token = Some(Secret::new("push"));
    options.access.metrics_token = Some(Secret::new("read"));
    let (gateway, _clock) = open(options);
    let router = gateway.router(Surface::Whole);
    let check = async |method: &str, path: &str, token: &str, expect: u16| {
        let (status, ..) = ask(&router, method, path, &[("authorization", token)], frame(1, 1)).await;
        assert_eq!(status, expect, "{method} {path} {token}");
    };
    check("POST", "/p95", "Bearer push", 204).await;
    check("POST", "/p95", "Bearer read", 401).await;
    check("DELETE", "/metrics/job/a", "Bearer read", 401).await;
    check("DELETE", "/metrics/job/a", "Bearer push", 202).await;
    check("GET", "/metrics", "Bearer push", 401).await;
    check("GET", "/metrics", "Bearer read", 200).await;
    check("GET", "/-/ready", "", 200).await;
}

#[tokio::test]
async fn pushing_and_reading_can_be_apart() {
    let (gateway, _clock) = open(small());
    let check = async |surface: Surface, method: &str, path: &str, expect: u16| {
        let (status, ..) = ask(&gateway.router(surface), method, path, &[], frame(1, 1)).await;
        assert_eq!(status, expect, "{surface:?} {method} {path}");
    };
    check(Surface::Push, "POST", "/p95", 204).await;
    check(Surface::Push, "GET", "/metrics", 404).await;
    check(Surface::Metrics, "POST", "/p95", 404).await;
    check(Surface::Metrics, "DELETE", "/metrics/job/a", 404).await;
    check(Surface::Metrics, "GET", "/metrics", 200).await;
    check(Surface::Whole, "PUT", "/api/v1/admin/wipe", 404).await;
}

#[tokio::test]
async fn the_page_comes_in_the_format_that_is_asked_for() {
    let (gateway, _clock) = open(small());
    let router = gateway.router(Surface::Whole);
    ask(&router, "POST", "/p95", &[], frame(1, 3)).await;
    let group = "# TYPE jobs_total counter\njobs_total 2\n# TYPE jobs_created gauge\njobs_created 5\n";
    ask(&router, "PUT", "/metrics/job/a", &[], group).await;
    let check = async |accept: &str, content_type: &str, lines: &[&str]| {
        let (_, page, headers) = ask(&router, "GET", "/metrics", &[("accept", accept)], "").await;
        assert!(headers["content-type"].to_str().unwrap().starts_with(content_type), "{headers:?}");
        let found: Vec<&str> =
            page.lines().filter(|line| !line.contains("p95_gateway_") && !line.contains("push_")).collect();
        assert_eq!(found, lines);
    };
    check(
        "",
        "text/plain; version=0.0.4",
        &[
            "# TYPE clicks_total counter",
            "clicks_total{app=\"shop\"} 0.0",
            "# TYPE jobs_total counter",
            "jobs_total{instance=\"\",job=\"a\"} 2.0",
            "# TYPE jobs_created gauge",
            "jobs_created{instance=\"\",job=\"a\"} 5.0",
        ],
    )
    .await;
    check(
        "application/openmetrics-text;version=1.0.0",
        "application/openmetrics-text; version=1.0.0",
        &[
            "# TYPE clicks counter",
            "clicks_total{app=\"shop\"} 3.0",
            "clicks_created{app=\"shop\"} 1700000000.000",
            "# TYPE jobs counter",
            "jobs_total{instance=\"\",job=\"a\"} 2.0",
            "# EOF",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_restart_takes_nothing_back() {
    let folder = TempDir::new().unwrap();
    let options =
        || GatewayOptions { folder: Some(folder.path().to_owned()), compact_above_bytes: 300, ..small() };
    for run in 0..5_u64 {
        let (gateway, _clock) = open(options());
        let router = gateway.router(Surface::Whole);
        for sequence in 1..=10 * (run + 1) {
            let (status, ..) = ask(&router, "POST", "/p95", &[], frame(sequence, sequence)).await;
            assert_eq!(status, 204);
        }
        ask(&router, "PUT", "/metrics/job/a", &[], format!("x {run}\n")).await;
        let sequences = 10 * (run + 1);
        let total = (sequences * (sequences + 1) / 2) as f64;
        let clicks = "clicks_total{app=\"shop\"}";
        let first = value(&router, clicks).await.unwrap();
        // Only the very first reader sees 0.
        assert_eq!(first == "0.0", run == 0, "{first}");
        assert_eq!(value(&router, clicks).await.unwrap().parse::<f64>().unwrap(), total);
        assert_eq!(value(&router, "x{instance=\"\",job=\"a\"}").await.unwrap(), format!("{run}.0"));
        drop(router);
        if run % 2 == 0 {
            gateway.close();
        } else {
            drop(gateway);
        }
    }
}

#[tokio::test]
async fn a_failed_push_is_seen_where_the_group_is_there() {
    let (gateway, clock) = open(small());
    let router = gateway.router(Surface::Whole);
    for group in 0..50 {
        let (status, ..) = ask(&router, "PUT", &format!("/metrics/job/{group}"), &[], "broken{").await;
        assert_eq!(status, 400);
    }
    assert_eq!(value(&router, "p95_gateway_series").await.unwrap(), "0.0");
    ask(&router, "PUT", "/metrics/job/a", &[], "x 1\n").await;
    clock.advance_ms(5_000);
    ask(&router, "PUT", "/metrics/job/a", &[], "broken{").await;
    assert_eq!(value(&router, "push_time_seconds{instance=\"\",job=\"a\"}").await.unwrap(), "1700000000.0");
    assert_eq!(
        value(&router, "push_failure_time_seconds{instance=\"\",job=\"a\"}").await.unwrap(),
        "1700000005.0"
    );
    assert_eq!(value(&router, "x{instance=\"\",job=\"a\"}").await.unwrap(), "1.0");
}

#[tokio::test]
async fn assets_are_served_from_their_folder_alone() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("web")).unwrap();
    std::fs::write(folder.path().join("web/index.html"), "<p>shop").unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    let (gateway, _clock) = open(GatewayOptions { assets: Some(folder.path().join("web")), ..small() });
    let router = gateway.router(Surface::Whole);
    let check = async |path: &str, expect: u16| {
        let (status, text, _) = ask(&router, "GET", path, &[], "").await;
        assert_eq!(status, expect, "{path}");
        assert!(!text.contains("secret"), "{path}");
    };
    check("/", 200).await;
    check("/index.html", 200).await;
    check("/../secret", 404).await;
    check("/%2e%2e/secret", 404).await;
    check("/metrics", 200).await;
}

#[tokio::test]
async fn an_endpoint_is_a_path_of_its_own() {
    for endpoint in ["", "/", "p95", "/metrics", "/metrics/job/x", "/-/ready", "/{x}"] {
        let options = GatewayOptions { endpoint: endpoint.to_owned(), ..small() };
        assert!(Gateway::open(options, ManualClock::default()).is_err(), "{endpoint}");
    }
}
