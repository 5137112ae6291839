//! What is sent, and in which version.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use p95_core::instrument::ManualClock;
use p95_core::remote::write::{WriteRequest, WriteVersion};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::options::ForwardOptions;
use crate::{Gateway, GatewayOptions, Surface};

/// What a server was sent: the version, and its samples as text.
type Received = Arc<Mutex<Vec<(String, Vec<String>)>>>;

/// A server that answers like this, and remembers what it was sent.
async fn server(answer: fn(&str) -> (StatusCode, bool)) -> (String, Received) {
    let received = Received::default();
    let remember = Arc::clone(&received);
    let write = post(move |headers: HeaderMap, body: Bytes| async move {
        let version = headers["x-prometheus-remote-write-version"].to_str().unwrap().to_owned();
        let message = snap::raw::Decoder::new().decompress_vec(&body).unwrap();
        let (status, has_count) = answer(&version);
        remember.lock().unwrap().push((version.clone(), read(&version, &message)));
        let mut headers = HeaderMap::new();
        if has_count {
            headers.insert("x-prometheus-remote-write-samples-written", "1".parse().unwrap());
        }
        (status, headers)
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/write", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, Router::new().route("/write", write)).await });
    (url, received)
}

/// The samples of a message that are not the gateway's own.
fn read(version: &str, message: &[u8]) -> Vec<String> {
    let versions = [WriteVersion::V1, WriteVersion::V2];
    let version = versions.into_iter().find(|known| known.header() == version).unwrap();
    let request = WriteRequest::read(version, message).unwrap();
    let texts = request.series.iter().map(|series| {
        let labels: Vec<String> =
            series.labels.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let sample = series.samples[0];
        format!("{} {} @{}", labels.join(" "), sample.value, sample.timestamp_ms)
    });
    texts.filter(|text| !text.contains("p95_gateway_")).collect()
}

/// A gateway that forwards there, with one push in it.
async fn gateway(url: String) -> (Gateway, ManualClock) {
    let clock = ManualClock::new(1_700_000_000_000);
    let forward = ForwardOptions {
        url,
        every: Duration::from_secs(3600),
        labels: vec![("site".to_owned(), "here".to_owned()), ("job".to_owned(), "gateway".to_owned())],
        ..ForwardOptions::default()
    };
    let options = GatewayOptions { forward: Some(forward), ..GatewayOptions::default() };
    let gateway = Gateway::open(options, clock.clone()).unwrap();
    push(&gateway, "PUT", "x 5\n").await;
    (gateway, clock)
}

async fn push(gateway: &Gateway, method: &str, body: &'static str) {
    let request = Request::builder().method(method).uri("/metrics/job/a").body(Body::from(body)).unwrap();
    assert!(gateway.router(Surface::Whole).oneshot(request).await.unwrap().status().is_success());
}

#[tokio::test]
async fn version_2_where_it_is_known_and_else_1() {
    let check = async |answer: fn(&str) -> (StatusCode, bool), expect: &[&str]| {
        let (url, received) = server(answer).await;
        let (gateway, _clock) = gateway(url).await;
        gateway.forward().await;
        gateway.forward().await;
        let received = received.lock().unwrap();
        let versions: Vec<&str> = received.iter().map(|(version, _)| version.as_str()).collect();
        assert_eq!(versions, expect);
        let last = &received.last().unwrap().1;
        assert_eq!(last[0], "__name__ x job a site here 5 @1700000000000");
        assert_eq!(last.len(), 3, "{last:?}");
    };
    check(|_| (StatusCode::NO_CONTENT, true), &["2.0.0", "2.0.0"]).await;
    // Old servers answer so, and write nothing.
    check(|_| (StatusCode::NO_CONTENT, false), &["2.0.0", "0.1.0", "0.1.0"]).await;
    check(
        |version| match version {
            "2.0.0" => (StatusCode::UNSUPPORTED_MEDIA_TYPE, false),
            _ => (StatusCode::NO_CONTENT, false),
        },
        &["2.0.0", "0.1.0", "0.1.0"],
    )
    .await;
    // A server in trouble says nothing about versions.
    check(|_| (StatusCode::INTERNAL_SERVER_ERROR, false), &["2.0.0", "2.0.0"]).await;
}

#[tokio::test]
async fn what_is_gone_is_marked_stale() {
    let (url, received) = server(|_| (StatusCode::NO_CONTENT, true)).await;
    let (gateway, clock) = gateway(url).await;
    gateway.forward().await;
    clock.advance_ms(1_000);
    push(&gateway, "PUT", "y 1\n").await;
    gateway.forward().await;
    let received = received.lock().unwrap();
    let last = &received.last().unwrap().1;
    assert!(last.contains(&"__name__ x job a site here NaN @1700000001000".to_owned()), "{last:?}");
    assert!(last.contains(&"__name__ y job a site here 1 @1700000001000".to_owned()), "{last:?}");
}
