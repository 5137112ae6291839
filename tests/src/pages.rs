//! A server of metrics pages that a test writes.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::http;

/// A page of metrics.
#[derive(Clone, Debug)]
pub struct Page {
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// The exposition.
    pub body: Arc<[u8]>,
}

impl Page {
    /// A page in Prometheus' text format.
    pub fn text(body: impl Into<Arc<str>>) -> Self {
        Self { content_type: "text/plain; version=0.0.4; charset=utf-8", body: body.into().into() }
    }

    /// A page in the OpenMetrics format.
    pub fn openmetrics(body: impl Into<Arc<str>>) -> Self {
        Self {
            content_type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
            body: body.into().into(),
        }
    }

    /// A page in protobuf.
    pub fn protobuf(body: impl Into<Arc<[u8]>>) -> Self {
        let content_type =
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
        Self { content_type, body: body.into() }
    }
}

/// The body of a page of a service that runs in many pods: so many series of one counter, whose values grow from scrape to
/// scrape. A million of them are a hundred megabytes.
pub fn counters(series: u32, scrape: u32) -> String {
    let mut page = String::with_capacity(series as usize * 120);
    page.push_str("# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n");
    for at in 0..series {
        let (route, pod, count) = (at % 1_000, at / 1_000, count(at, scrape));
        // Writing to a string does not fail.
        let _ = writeln!(
            page,
            "http_requests_total{{method=\"GET\",pod=\"checkout-7f9c6d-{pod:05}\",route=\"/api/v1/r{route}\",status=\"200\"}} {count}"
        );
    }
    page
}

/// The value of the series at a place in the page that [`counters`] makes.
pub fn count(at: u32, scrape: u32) -> u32 {
    at * 7 % 90_000 + scrape * (1 + at % 50)
}

/// Serves pages on a free loopback port until it is dropped, each request in a thread of its own.
#[derive(Debug)]
pub struct PageServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl PageServer {
    /// Starts a server that answers each request with what `page` makes of the requested path.
    ///
    /// # Errors
    /// Where no loopback port can be had.
    pub fn start(page: impl Fn(&str) -> Page + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let page = Arc::new(page);
        let acceptor = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let page = Arc::clone(&page);
                // A client that went away is the client's affair.
                thread::spawn(move || stream.and_then(|stream| answer(&stream, &*page)));
            }
        });
        Ok(Self { address, stopped, acceptor: Some(acceptor) })
    }

    /// The port it listens at.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The URL of a path on this server.
    pub fn url(&self, path: &str) -> String {
        http::url(self.port(), path)
    }
}

impl Drop for PageServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // The acceptor sees the flag when the next connection wakes it.
        let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok();
        if let Some(acceptor) = self.acceptor.take().filter(|_| woken) {
            let _ = acceptor.join();
        }
    }
}

/// Reads one request and answers it.
fn answer(mut stream: &TcpStream, page: &(impl Fn(&str) -> Page + ?Sized)) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let Page { content_type, body } = page(request.split(' ').nth(1).unwrap_or_default());
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_what_the_path_asks_for() {
        let server = PageServer::start(|path| Page::text(format!("# {path}\n"))).unwrap();
        let response = http::get(&server.url("/a?b=c")).unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        assert_eq!(response.body, "# /a?b=c\n");
    }

    #[test]
    fn ends_when_dropped() {
        let held = Arc::new(());
        let seen = Arc::downgrade(&held);
        let server = PageServer::start(move |_| {
            let _ = &held;
            Page::text("")
        })
        .unwrap();
        drop(server);
        // The acceptor owned both the page and the listener. The port itself may be someone else's by now.
        assert!(seen.upgrade().is_none());
    }
}
