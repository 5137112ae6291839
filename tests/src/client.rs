//! An HTTP client for one server, which keeps its connection and can send bodies.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// How long a server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client of a server on a loopback port.
#[derive(Debug)]
pub struct Client {
    port: u16,
    /// None before the first request, and after a connection broke.
    connection: Option<BufReader<TcpStream>>,
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Client {
    /// A client that has sent nothing yet.
    pub fn new(port: u16) -> Self {
        Self { port, connection: None }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// Where the connection fails or breaks; the next request makes a new one.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", self.port);
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend(body);
        connection.get_mut().write_all(&bytes)?;
        let (answer, stays_open) = read_answer(&mut connection)?;
        self.connection = stays_open.then_some(connection);
        Ok(answer)
    }

    fn connect(&self) -> io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }
}

/// Reads an answer that says how long it is; returns with it whether the connection stays open.
fn read_answer(connection: &mut impl BufRead) -> io::Result<(Answer, bool)> {
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "no whole HTTP answer");
    let mut line = String::new();
    connection.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let (mut length, mut stays_open) = (0, true);
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        let header = line.trim_end();
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or_else(broken)?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(|_| broken())?;
        }
        stays_open &= !(name.eq_ignore_ascii_case("connection") && value.trim() == "close");
    }
    let mut body = Vec::new();
    connection.take(length).read_to_end(&mut body)?;
    if body.len() as u64 != length {
        return Err(broken());
    }
    Ok((Answer { status, body: String::from_utf8_lossy(&body).into_owned() }, stays_open))
}
