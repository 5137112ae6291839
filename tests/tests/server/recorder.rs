//! A server that keeps what it is asked, and answers what it is told to.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The first line and the headers.
    pub head: String,
    /// The body.
    pub body: String,
}

/// A server on a free loopback port. It has a thread for each connection; they end with the test's process.
pub struct Recorder {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Recorder {
    /// Serves the bytes that `answer` gives, and closes the connection after them.
    pub fn start(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let shared = Arc::new((answer, Arc::clone(&asked)));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    let (answer, asked) = &*shared;
                    // The client hangs up where it has had enough.
                    let _ = converse(stream, answer, asked);
                });
            }
        });
        Ok(Self { port, asked })
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn converse(
    stream: TcpStream,
    answer: &impl Fn(&Asked) -> Vec<u8>,
    asked: &Mutex<Vec<Asked>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let request = Asked { head, body: String::from_utf8_lossy(&body).into_owned() };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
    reader.get_mut().write_all(&answer(&request))
}

/// An answer with these headers and this body.
pub fn answer(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

/// What a server answers to each query: a vector with one number.
pub fn one() -> Vec<u8> {
    let body = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1700000000,"7"]}]},"warnings":["a store did not answer"]}"#;
    answer("200 OK", "application/json", body)
}
