//! What a target can do wrong once it has been reached, and what is said of it.

use p95_engine::Stage::{self, Limit, Parse, Read, Status};

use super::Reply;

/// How long a scrape may take for these messages.
pub const TIMEOUT_MS: u64 = 1_500;
/// The most bytes that a page may have for these messages.
pub const BODY_SIZE_LIMIT: u64 = 1 << 20;

/// A fault.
pub struct Fault {
    pub name: &'static str,
    pub reply: Reply,
    /// The stage at which the scrape fails.
    pub stage: Stage,
    /// What its message contains.
    pub message: &'static str,
}

/// Every fault.
pub fn faults() -> Vec<Fault> {
    let page = |body: &'static [u8]| Reply::page("text/plain; version=0.0.4", body);
    let openmetrics = |body: &'static [u8]| Reply::page("application/openmetrics-text", body);
    let faults = [
        ("slow-header", Reply::stall(b""), Read, "timed out after 1.5s: no answer yet"),
        (
            "half-header",
            Reply::stall(b"HTTP/1.1 200 OK\r\nContent-"),
            Read,
            "timed out after 1.5s: no answer yet",
        ),
        ("slow-body", Reply::drip(), Read, "timed out after 1.5s: the body was not complete"),
        ("claimed-10gb", Reply::claim(10_737_418_240, b"a 1\n"), Read, "not complete, 4 bytes had come"),
        (
            "endless",
            Reply::endless(),
            Limit,
            "body_size_limit exceeded: the page has more than 1048576 bytes",
        ),
        (
            "gzip-bomb",
            Reply::gzip_bomb(),
            Limit,
            "body_size_limit exceeded: the page has more than 1048576 bytes",
        ),
        (
            "bad-chunk",
            Reply::chunked(b"4\r\na 1\n\r\nzz\r\n"),
            Read,
            "invalid chunk in the body after 4 bytes",
        ),
        ("cut-chunks", Reply::chunked(b"4\r\na 1\n\r\n9\r\nb"), Read, "unexpected end of the body"),
        (
            "cut-length",
            Reply::claimed_and_closed(100, b"a 1\n"),
            Read,
            "unexpected end of the body after 4 bytes",
        ),
        ("bad-gzip", Reply::gzip(b"this is no gzip"), Read, "the body is no valid gzip"),
        ("cut-gzip", Reply::cut_gzip(), Read, "unexpected end of the gzip body"),
        ("brotli", Reply::encoded("br", b"x"), Read, "the body is encoded as br"),
        ("20mb-header", Reply::large_header(20 << 20), Read, "the answer's header is too large"),
        ("no-http", Reply::raw(b"SSH-2.0-OpenSSH_9.2\r\n"), Read, "the answer is no HTTP"),
        ("closed", Reply::raw(b""), Read, "the connection was closed before an answer"),
        ("reset", Reply::reset(b""), Read, "the connection was reset before an answer"),
        (
            "reset-body",
            Reply::reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na 1"),
            Read,
            "the connection was reset",
        ),
        ("redirect-loop", Reply::redirect("/redirect-loop"), Status, "stopped after 10 redirects"),
        ("redirect-ftp", Reply::redirect("ftp://h/x"), Status, "redirects to ftp"),
        ("204", Reply::status("204 No Content"), Status, "server returned HTTP status 204 No Content"),
        ("500", Reply::status("500 Internal Server Error"), Status, "server returned HTTP status 500"),
        ("404", Reply::status("404 Not Found"), Status, "most services use /metrics"),
        ("401", Reply::status("401 Unauthorized"), Status, "give credentials"),
        ("bad-utf8", page(b"a 1\nb{l=\"\xff\"} 2\n"), Parse, "line 2, column 6"),
        ("duplicate-label", page(b"a{l=\"1\",l=\"2\"} 1\n"), Parse, "line 1"),
        ("name-in-braces", page(b"a{__name__=\"b\"} 1\n"), Parse, "line 1"),
        ("1e400", page(b"a 1\nb 1e400\n"), Parse, "line 2, column 3"),
        ("crlf", page(b"a 1\r\n"), Parse, "line 1"),
        ("no-eof", openmetrics(b"# TYPE a gauge\na 1\n"), Parse, "# EOF"),
        ("early-eof", openmetrics(b"# TYPE a gauge\n# EOF\na 1\n"), Parse, "line 3"),
        ("web-page", Reply::page("text/html", b"<html>hello</html>\n"), Parse, "this is a web page"),
        ("escape-sequence", page(b"a \x1b[31m\n"), Parse, "line 1, column 3"),
    ];
    let fault = |(name, reply, stage, message)| Fault { name, reply, stage, message };
    faults.into_iter().map(fault).collect()
}
