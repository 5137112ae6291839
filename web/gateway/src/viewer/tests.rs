//! What the viewer is given, and every way in which its proxy could be abused.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt;
use p95_core::instrument::ManualClock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::Proxy;
use super::resolve::{Found, Lookup, may_ask};
use crate::{Access, Gateway, GatewayOptions, Secret, Surface, ViewerOptions};

/// A server that gives these bytes to whoever asks, one after the other where it should be slow, and keeps what it was asked.
async fn server(answer: &'static [u8], pause: Duration) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heads = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let heads = Arc::clone(&heads);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    if stream.read_buf(&mut head).await.unwrap_or_default() == 0 {
                        return;
                    }
                }
                heads.lock().unwrap().push(String::from_utf8_lossy(&head).to_lowercase());
                for part in answer.chunks(if pause.is_zero() { answer.len() } else { 10 }) {
                    if stream.write_all(part).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause).await;
                }
                // The other side closes; where it was told no length, this one does.
                let _ = stream.shutdown().await;
                let _ = stream.read_buf(&mut head).await;
            });
        }
    });
    (address, asked)
}

fn options(targets: &[String]) -> ViewerOptions {
    ViewerOptions {
        targets: targets.to_vec(),
        timeout: Duration::from_millis(1_500),
        body_bytes: 1_000,
        at_once: 2,
    }
}

fn gateway(viewer: ViewerOptions, access: Access) -> Gateway {
    let options = GatewayOptions { viewer, access, ..GatewayOptions::default() };
    Gateway::open(options, ManualClock::new(1_700_000_000_000)).unwrap()
}

async fn ask(
    gateway: &Gateway,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> (u16, String, HeaderMap) {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:9091");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = gateway.router(Surface::Whole).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (parts.status.as_u16(), text, parts.headers)
}

/// Asks for what a server at this address answers with `answer`; the status, and what is said.
async fn proxied(answer: &'static [u8], pause: Duration) -> (u16, String, HeaderMap) {
    let (address, _) = server(answer, pause).await;
    let target = format!("http://{address}/metrics");
    let gateway = gateway(options(std::slice::from_ref(&target)), Access::default());
    ask(&gateway, "GET", &format!("/viewer/proxy?target={target}"), &[]).await
}

#[tokio::test]
async fn a_listed_page_arrives_and_nothing_else_crosses() {
    let (address, asked) = server(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nset-cookie: a=b\r\ncontent-length: 5\r\n\r\na 12\n",
        Duration::ZERO,
    )
    .await;
    let target = format!("http://{address}/metrics");
    let gateway = gateway(options(std::slice::from_ref(&target)), Access::default());
    let own = [
        ("cookie", "session=1"),
        ("authorization", "Bearer x"),
        ("referer", "http://localhost:9091/"),
        ("sec-fetch-site", "same-origin"),
    ];
    let (status, text, headers) = ask(&gateway, "GET", &format!("/viewer/proxy?target={target}"), &own).await;
    assert_eq!((status, text.as_str()), (200, "a 12\n"));
    assert!(headers["content-type"].to_str().unwrap().starts_with("text/plain"), "{headers:?}");
    assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(!headers.contains_key("set-cookie"));
    let head = asked.lock().unwrap().concat();
    assert!(head.starts_with("get /metrics http/1.1\r\n"), "{head}");
    for name in ["cookie", "authorization", "referer", "sec-fetch", "accept-encoding", "localhost:9091"] {
        assert!(!head.contains(name), "{name} in {head}");
    }
    let (_, list, _) = ask(&gateway, "GET", "/viewer/targets.json", &[]).await;
    assert_eq!(list, format!("[\"/metrics\",\"{target}\"]"));
}

#[tokio::test]
async fn what_is_not_listed_is_not_asked() {
    let (address, asked) = server(b"HTTP/1.1 200 OK\r\n\r\n", Duration::ZERO).await;
    let gateway = gateway(options(&[format!("http://{address}/metrics")]), Access::default());
    let check = async |query: &str| {
        let (status, text, _) = ask(&gateway, "GET", &format!("/viewer/proxy{query}"), &[]).await;
        assert_eq!(status, 403, "{query}: {text}");
        assert!(text.contains("not on its list"), "{query}: {text}");
    };
    check("").await;
    check("?target=").await;
    check(&format!("?target=http://{address}/other")).await;
    check(&format!("?target=http://{address}/metrics?x=1")).await;
    check(&format!("?target=http://localhost:{}/metrics", address.port())).await;
    check(&format!("?target=http://{address}/metrics&target=http://169.254.169.254/")).await;
    check("?target=http://169.254.169.254/latest/meta-data").await;
    check("?target=file:///etc/passwd").await;
    check("?target=%ff").await;
    assert_eq!(asked.lock().unwrap().len(), 0);
    let (_, page, _) = ask(&gateway, "GET", "/metrics", &[]).await;
    assert!(page.contains("p95_gateway_rejected_total{reason=\"target\"} 9"), "{page}");
}

#[tokio::test]
async fn other_methods_pages_and_hosts_are_refused() {
    let (address, asked) = server(b"HTTP/1.1 200 OK\r\n\r\n", Duration::ZERO).await;
    let target = format!("http://{address}/metrics");
    let access = Access { metrics_token: Some(Secret::new("t")), ..Access::default() };
    let open = gateway(options(std::slice::from_ref(&target)), Access::default());
    let closed = gateway(options(std::slice::from_ref(&target)), access);
    let path = format!("/viewer/proxy?target={target}");
    let check = async |gateway: &Gateway, method: &str, headers: &[(&str, &str)], expect: u16| {
        let (status, text, _) = ask(gateway, method, &path, headers).await;
        assert_eq!(status, expect, "{method} {headers:?}: {text}");
    };
    for method in ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT"] {
        check(&open, method, &[], 405).await;
    }
    check(&open, "GET", &[("sec-fetch-site", "cross-site")], 403).await;
    check(&open, "GET", &[("sec-fetch-site", "same-site")], 403).await;
    check(&closed, "GET", &[], 401).await;
    check(&closed, "GET", &[("authorization", "Bearer no")], 401).await;
    let (status, ..) = ask(&closed, "GET", "/viewer/targets.json", &[]).await;
    assert_eq!((status, asked.lock().unwrap().len()), (401, 0));
}

#[tokio::test]
async fn answers_that_are_no_page_are_explained() {
    let check = async |answer: &'static [u8], pause_ms: u64, expect: u16, stage: &str, says: &str| {
        let (status, text, headers) = proxied(answer, Duration::from_millis(pause_ms)).await;
        assert_eq!(status, expect, "{text}");
        assert!(text.contains(&format!("\"stage\":\"{stage}\"")) && text.contains(says), "{text}");
        assert_eq!(headers["content-type"], "application/json");
    };
    let to_metadata = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    check(to_metadata, 0, 502, "status", "follows nowhere").await;
    check(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 0, 502, "status", "404 Not Found").await;
    check(
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\nx",
        0,
        502,
        "read",
        "encoded",
    )
    .await;
    check(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx", 0, 502, "read", "after 1 bytes").await;
    check(b"nonsense\r\n\r\n", 0, 502, "read", "no answer").await;
    // Slow, byte by byte: each part comes in time, the whole does not.
    let slow = b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    check(slow, 200, 504, "read", "not complete after 1.5s").await;
    // Larger than it may be, whether it says so or not.
    let giant: &'static [u8] = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &[b'a'; 50_000]].concat().leak();
    check(giant, 0, 502, "limit", "more than 1000 bytes").await;
}

/// Answers with these addresses, one after the other.
struct Scripted(Mutex<VecDeque<&'static str>>);

impl Lookup for Scripted {
    fn lookup(&self, _name: String) -> Found {
        let next = self.0.lock().unwrap().pop_front();
        let found = next.map(|next| next.split(' ').map(|text| text.parse::<IpAddr>().unwrap()).collect());
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no more")) })
    }
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_is_refused() {
    let target = "http://node.example:1/metrics".to_owned();
    let answers = ["192.0.2.1", "169.254.169.254", "127.0.0.1", "::ffff:10.0.0.1 fe80::1"];
    let lookup = Arc::new(Scripted(Mutex::new(answers.into())));
    let proxy = Proxy::with_lookup(&options(std::slice::from_ref(&target)), lookup).unwrap();
    // A documentation address: nobody answers there, but it is one that may be asked.
    let first = proxy.page(&target).await.unwrap_err();
    assert!(!first.message.contains("never asked"), "{first:?}");
    for forbidden in ["169.254.169.254", "127.0.0.1", "fe80::1"] {
        let failure = proxy.page(&target).await.unwrap_err();
        let expect = format!("the name \"node.example\" leads to {forbidden}, which is never asked");
        assert_eq!((failure.stage, failure.message.as_str()), ("name", expect.as_str()));
    }
    let gone = proxy.page(&target).await.unwrap_err();
    assert!(gone.message.contains("has no address"), "{gone:?}");
}

#[tokio::test]
async fn localhost_is_this_machine_and_no_other() {
    let (address, _) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\na 1\n", Duration::ZERO).await;
    let target = format!("http://localhost:{}/metrics", address.port());
    let lookup = Arc::new(Scripted(Mutex::new(["127.0.0.1", "10.0.0.1"].into())));
    let proxy = Proxy::with_lookup(&options(std::slice::from_ref(&target)), lookup).unwrap();
    assert_eq!(proxy.page(&target).await.unwrap().body, b"a 1\n");
    let failure = proxy.page(&target).await.unwrap_err();
    assert!(failure.message.contains("leads to 10.0.0.1"), "{failure:?}");
}

#[test]
fn names_and_what_they_may_lead_to() {
    #[track_caller]
    fn check(name: &str, address: &str, expect: bool) {
        assert_eq!(may_ask(name, address.parse().unwrap()), expect, "{name} {address}");
    }
    check("node.example", "10.0.0.1", true);
    check("node.example", "127.0.0.1", false);
    check("node.example", "::1", false);
    check("localhost", "127.0.0.1", true);
    check("LOCALHOST.", "::1", true);
    check("localhost", "10.0.0.1", false);
    check("localhost.evil", "127.0.0.1", false);
    check("localhost", "169.254.169.254", false);
}

#[tokio::test]
async fn no_more_pages_than_allowed_are_on_their_way() {
    let slow = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\na 1\nb 1\nc 1\nd 1\ne 1\n";
    let (address, _) = server(slow, Duration::from_millis(20)).await;
    let target = format!("http://{address}/metrics");
    let proxy = Proxy::new(&options(std::slice::from_ref(&target))).unwrap();
    let (first, second, third) = tokio::join!(proxy.page(&target), proxy.page(&target), proxy.page(&target));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(third.unwrap_err().status, 503);
    assert!(proxy.page(&target).await.is_ok(), "their places are free again");
}

#[tokio::test]
async fn the_files_of_the_viewer_come_with_its_policy() {
    let folder = tempfile::tempdir().unwrap();
    let viewer = folder.path().join("viewer");
    std::fs::create_dir(&viewer).unwrap();
    std::fs::write(viewer.join("index.html"), "<p>").unwrap();
    std::fs::write(viewer.join("p95_bg.wasm"), "wasm").unwrap();
    let options = GatewayOptions { assets: Some(folder.path().to_owned()), ..GatewayOptions::default() };
    let gateway = Gateway::open(options, ManualClock::new(1)).unwrap();
    let (status, _, headers) = ask(&gateway, "GET", "/viewer", &[]).await;
    assert_eq!((status, headers["location"].to_str().unwrap()), (308, "/viewer/"));
    for (path, kind) in [("/viewer/", "text/html"), ("/viewer/p95_bg.wasm", "application/wasm")] {
        let (status, _, headers) = ask(&gateway, "GET", path, &[]).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, kind));
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"), "{policy}");
        assert_eq!(headers["cache-control"], "no-cache");
    }
    let (status, ..) = ask(&gateway, "GET", "/viewer/../../secret", &[]).await;
    assert_eq!(status, 404);
}
