//! The example programs, run as a user would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use anyhow::Context;

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has seen by then.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The body of the answer to a request without a body.
fn ask(address: &str, method: &str, path: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("an answer has a head")?;
    Ok(body.to_owned())
}

#[test]
fn the_service_measures_its_requests_its_orders_and_itself() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_service"))
        .arg("127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let _running = Running(child);
    let address = url.trim().strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap();

    let answers: Vec<String> = (0..20).map(|_| ask(address, "POST", "/orders/book").unwrap()).collect();
    ask(address, "GET", "/").unwrap();
    ask(address, "POST", "/orders/car").unwrap();
    let page = ask(address, "GET", "/metrics").unwrap();

    let sum = |series: &str| -> f64 {
        let lines = page.lines().filter(|line| line.starts_with(series));
        lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum()
    };
    let paid = answers.iter().filter(|answer| answer.contains("Thank you")).count() as f64;
    assert_eq!(sum("shop_orders_total{kind=\"book\""), paid, "{page}");
    assert_eq!(sum("shop_payment_calls_total{outcome=\"success\"}"), paid, "{page}");
    assert_eq!(sum("shop_payment_calls_total{outcome=\"error\"}"), 20.0 - paid, "{page}");
    assert_eq!(
        sum("http_requests_total{method=\"POST\",route=\"/orders/{kind}\",status=\"404\"}"),
        1.0,
        "{page}"
    );
    assert_eq!(sum("http_requests_total{method=\"GET\",route=\"/\",status=\"200\"}"), 1.0, "{page}");
    assert_eq!(sum("http_requests_in_flight"), 0.0, "{page}");
    assert!(sum("process_resident_memory_bytes") > 1e6, "{page}");
}

#[test]
fn the_batch_job_pushes_what_it_did() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let job = Command::new(env!("CARGO_BIN_EXE_batch")).args([&url, "--lines", "1,2,x"]).spawn().unwrap();
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        length = line.strip_prefix("content-length: ").map_or(length, |text| text.parse().unwrap());
        head.push(line);
    }
    let mut page = vec![0; length];
    reader.read_exact(&mut page).unwrap();
    reader.get_mut().write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n").unwrap();
    assert!(job.wait_with_output().unwrap().status.success());

    assert_eq!(head.first().map(String::as_str), Some("put /metrics/job/import http/1.1"));
    assert!(
        head.iter().any(|line| line == "content-type: text/plain; version=0.0.4; charset=utf-8"),
        "{head:?}"
    );
    let page = String::from_utf8(page).unwrap();
    for sample in [
        "import_rows_total 2.0",
        "import_row_calls_total{outcome=\"success\"} 2.0",
        "import_row_calls_total{outcome=\"error\"} 1.0",
        "import_last_success_timestamp_seconds 0.0",
    ] {
        assert!(page.lines().any(|line| line == sample), "{page}");
    }
}
