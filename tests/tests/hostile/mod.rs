//! A server that sends the bytes it is told to, over TCP or TLS.

pub mod faults;
mod reply;
mod tls;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub use reply::{Reply, gzipped};
use tempfile::NamedTempFile;
pub use tls::TlsFault;

/// A server on a free loopback port. It has a thread for each connection; they end with the test's process.
pub struct Hostile {
    address: SocketAddr,
    origin: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Hostile {
    /// Serves each reply at the path of its name.
    pub fn start<'a>(replies: impl IntoIterator<Item = (&'a str, Reply)>) -> Self {
        Self::listen("http://127.0.0.1", replies, |stream, respond| respond(&mut { stream }))
    }

    /// Serves over TLS, and gives the PEM file of the certificate's authority; a self-signed certificate has none.
    pub fn start_tls<'a>(
        fault: TlsFault,
        replies: impl IntoIterator<Item = (&'a str, Reply)>,
    ) -> (Self, Option<NamedTempFile>) {
        let (config, ca) = tls::server(fault);
        let server = Self::listen("https://localhost", replies, move |mut stream, respond| {
            let mut connection =
                rustls::ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
            let mut tls = rustls::Stream::new(&mut connection, &mut stream);
            respond(&mut tls)?;
            tls.conn.send_close_notify();
            tls.flush()
        });
        (server, ca)
    }

    /// The URL of a reply.
    pub fn url(&self, name: &str) -> String {
        format!("{}:{}/{name}", self.origin, self.address.port())
    }

    /// The heads of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    fn listen<'a>(
        origin: &str,
        replies: impl IntoIterator<Item = (&'a str, Reply)>,
        converse: impl Fn(TcpStream, &mut dyn FnMut(&mut dyn Wire) -> io::Result<()>) -> io::Result<()>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let replies: BTreeMap<String, Reply> =
            replies.into_iter().map(|(name, reply)| (format!("/{name}"), reply)).collect();
        let shared = Arc::new((replies, Arc::clone(&requests), converse));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    let (replies, requests, converse) = &*shared;
                    // The client hangs up on most of these; that is what is tested.
                    let _ = converse(stream, &mut |wire| respond(wire, replies, requests));
                });
            }
        });
        Self { address, origin: origin.to_owned(), requests }
    }
}

/// A connection, encrypted or not.
pub trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

fn respond(
    wire: &mut dyn Wire,
    replies: &BTreeMap<String, Reply>,
    requests: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        // Closing a connection with bytes of the request still unread resets it.
        if path_of(&head).and_then(|path| replies.get(path)).is_some_and(Reply::resets) {
            break;
        }
        if wire.read(&mut byte)? == 0 {
            return Ok(());
        }
        head.push(byte[0]);
    }
    requests.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
    match path_of(&head).and_then(|path| replies.get(path)) {
        Some(reply) => reply.send(wire),
        None => wire.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    }
}

/// The path of the request, once its first line is complete.
fn path_of(head: &[u8]) -> Option<&str> {
    let (line, _) = std::str::from_utf8(head).ok()?.split_once("\r\n")?;
    line.split(' ').nth(1)
}
