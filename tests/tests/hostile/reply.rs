//! What the hostile server sends.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Wire;

/// Longer than any scrape of these tests may take.
const LONG: Duration = Duration::from_secs(5);

/// What the server sends after a request, before it closes the connection.
#[derive(Clone)]
pub struct Reply {
    bytes: Vec<u8>,
    then: Then,
}

/// What the server does when the bytes are sent.
#[derive(Clone)]
enum Then {
    Close,
    Reset,
    /// Sends nothing more for long.
    Stall,
    /// Sends these bytes again and again, after this pause.
    Repeat(&'static [u8], Duration),
    /// Sends what stands here at that moment.
    Chosen(Arc<Mutex<Reply>>),
}

impl Reply {
    /// These very bytes.
    pub fn raw(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_owned(), then: Then::Close }
    }

    /// A good answer.
    pub fn page(content_type: &str, body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
        if !content_type.is_empty() {
            head.push_str(&format!("Content-Type: {content_type}\r\n"));
        }
        Self::raw(&[head.as_bytes(), b"\r\n", body].concat())
    }

    /// An answer without a body.
    pub fn status(status: &str) -> Self {
        let length = if status.starts_with("204") { "" } else { "Content-Length: 0\r\n" };
        Self::raw(format!("HTTP/1.1 {status}\r\n{length}Connection: close\r\n\r\n").as_bytes())
    }

    /// A redirect.
    pub fn redirect(location: &str) -> Self {
        let head = format!(
            "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        Self::raw(head.as_bytes())
    }

    /// These bytes, then silence.
    pub fn stall(bytes: &[u8]) -> Self {
        Self { then: Then::Stall, ..Self::raw(bytes) }
    }

    /// These bytes, then a reset.
    pub fn reset(bytes: &[u8]) -> Self {
        Self { then: Then::Reset, ..Self::raw(bytes) }
    }

    /// A body that claims a length and stalls.
    pub fn claim(length: u64, body: &[u8]) -> Self {
        Self::stall(
            &[format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").as_bytes(), body].concat(),
        )
    }

    /// A body that claims a length and ends before.
    pub fn claimed_and_closed(length: u64, body: &[u8]) -> Self {
        Self { then: Then::Close, ..Self::claim(length, body) }
    }

    /// A body that comes byte by byte.
    pub fn drip() -> Self {
        let then = Then::Repeat(b"#", Duration::from_millis(100));
        Self { then, ..Self::raw(b"HTTP/1.1 200 OK\r\n\r\n") }
    }

    /// A body without end.
    pub fn endless() -> Self {
        let then = Then::Repeat(b"a_long_line_of_comment_that_never_ends ", Duration::ZERO);
        Self { then, ..Self::raw(b"HTTP/1.1 200 OK\r\n\r\n# ") }
    }

    /// A body in chunks, which are given as they are on the wire.
    pub fn chunked(chunks: &[u8]) -> Self {
        Self::raw(&[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks].concat())
    }

    /// A body that says it has this encoding.
    pub fn encoded(encoding: &str, body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nConnection: close\r\n\r\n");
        Self::raw(&[head.as_bytes(), body].concat())
    }

    /// A body that says it is gzip.
    pub fn gzip(body: &[u8]) -> Self {
        Self::encoded("gzip", body)
    }

    /// A small body of a hundred megabytes.
    pub fn gzip_bomb() -> Self {
        Self::gzip(&gzipped(&vec![b'#'; 100 << 20]))
    }

    /// A gzip that ends in the middle.
    pub fn cut_gzip() -> Self {
        let gzip = gzipped(&(0..10_000).flat_map(|i| format!("a{i} {i}\n").into_bytes()).collect::<Vec<_>>());
        Self::gzip(&gzip[..gzip.len() / 2])
    }

    /// An answer with a header of that many bytes.
    pub fn large_header(length: usize) -> Self {
        Self::raw(
            &[b"HTTP/1.1 200 OK\r\nX-Large: ", vec![b'x'; length].as_slice(), b"\r\n\r\na 1\n"].concat(),
        )
    }

    /// What is chosen when the request comes.
    pub fn chosen(choice: &Arc<Mutex<Reply>>) -> Self {
        Self { bytes: Vec::new(), then: Then::Chosen(Arc::clone(choice)) }
    }

    /// Whether the connection is to be reset.
    pub fn resets(&self) -> bool {
        match &self.then {
            Then::Chosen(choice) => choice.lock().unwrap().resets(),
            then => matches!(then, Then::Reset),
        }
    }

    /// Sends it.
    pub fn send(&self, wire: &mut dyn Wire) -> io::Result<()> {
        wire.write_all(&self.bytes)?;
        wire.flush()?;
        match &self.then {
            Then::Close => {}
            // The client shall see the bytes before the reset.
            Then::Reset => thread::sleep(Duration::from_millis(100)),
            Then::Stall => thread::sleep(LONG),
            Then::Repeat(bytes, pause) => loop {
                wire.write_all(bytes)?;
                wire.flush()?;
                thread::sleep(*pause);
            },
            Then::Chosen(choice) => {
                let chosen = choice.lock().unwrap().clone();
                chosen.send(wire)?;
            }
        }
        Ok(())
    }
}

/// The bytes, compressed.
pub fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
