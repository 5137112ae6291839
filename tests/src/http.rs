//! The least of an HTTP client: one request to a loopback server, one answer.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a server may take to accept, and to send the next bytes.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The status line and the headers, without the empty line that ends them.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Response {
    /// The value of the header `name`, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// The URL of `path_and_query` on a loopback port.
pub fn url(port: u16, path_and_query: &str) -> String {
    format!("http://127.0.0.1:{port}{path_and_query}")
}

/// Sends a GET request to a URL of the form that [`url`] makes.
///
/// # Errors
/// Where there is no server, or it answers something else than HTTP in UTF-8.
pub fn get(url: &str) -> io::Result<Response> {
    send("GET", url, &[])
}

/// Sends a request without a body to a URL of the form that [`url`] makes.
///
/// The request speaks HTTP/1.0, so that the answer ends where the connection does, and chunks need no decoding.
///
/// # Errors
/// Where there is no server, or it answers something else than HTTP in UTF-8.
pub fn send(method: &str, url: &str, headers: &[(&str, &str)]) -> io::Result<Response> {
    let BytesResponse { status, head, body } = send_for_bytes(method, url, headers)?;
    let body = String::from_utf8(body).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(Response { status, head, body })
}

/// What a server answered, in whatever bytes.
#[derive(Clone, Debug)]
pub struct BytesResponse {
    /// The status code.
    pub status: u16,
    /// The status line and the headers, without the empty line that ends them.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

/// As [`send`], for a body that is no text.
///
/// # Errors
/// As for [`send`].
pub fn send_for_bytes(method: &str, url: &str, headers: &[(&str, &str)]) -> io::Result<BytesResponse> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{what}: {method} {url}"));
    let rest = url.strip_prefix("http://").ok_or_else(|| invalid("not an http URL"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address: SocketAddr = host.parse().map_err(|_| invalid("not an address and a port"))?;

    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut request = format!("{method} /{path} HTTP/1.0\r\nHost: {host}\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes())?;

    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head_bytes = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) =
        head_bytes.and_then(|at| answer.split_at_checked(at)).ok_or_else(|| invalid("no HTTP answer"))?;
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = body.strip_prefix(b"\r\n\r\n").unwrap_or_default().to_vec();
    Ok(BytesResponse { status: status.ok_or_else(|| invalid("no HTTP status"))?, head, body })
}
