//! What attackers send: it is refused, it leaves nothing, and it keeps nobody else waiting.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use p95_tests::Client;

use crate::process::GatewayProcess;

/// So many pushes of each kind; `cargo bench -p p95-tests --bench gateway -- rejects` sends a million.
const PUSHES: u64 = 5_000;
const SLOW_CONNECTIONS: usize = 200;

#[test]
fn what_is_refused_leaves_nothing() {
    let gateway = GatewayProcess::start(&["--series-limit", "1000"]).expect("a gateway");
    let mut client = Client::new(gateway.port);
    let mut send = |method: &str, path: &str, body: &str| {
        client.send(method, path, &[], body.as_bytes()).expect("an answer").status
    };
    // Once for the allocator, and then for what is left of them.
    for round in ["warm", "hot"] {
        let before = memory_kib(&gateway, "VmRSS:");
        for number in 0..PUSHES {
            let refused = [
                send("PUT", &format!("/metrics/job/{round}-{number}"), "broken{"),
                send(
                    "POST",
                    "/p95",
                    &format!(
                        "# p95 1 {number:032x} 1 -\n# TYPE a_{number} counter\na_{number}_total -1\n# EOF\n"
                    ),
                ),
                send(
                    "POST",
                    "/p95",
                    &format!(
                        "# p95 1 {number:032x} 1 app{number}\n# TYPE b counter\nb_total{{x=\"{number}\"}} NaN\n# EOF\n"
                    ),
                ),
            ];
            assert_eq!(refused, [400; 3]);
        }
        let grown = memory_kib(&gateway, "VmRSS:").saturating_sub(before);
        assert!(round == "warm" || grown < 2_048, "{PUSHES} refused pushes of each kind left {grown} KiB");
    }
    for (gauge, expect) in [("series", 0.0), ("sessions", 0.0), ("groups", 0.0)] {
        assert_eq!(gateway.value(&format!("p95_gateway_{gauge}")).expect("a page"), Some(expect), "{gauge}");
    }
    // Groups that are sound come up to the limit, and not above.
    let accepted =
        (0..PUSHES).filter(|number| send("PUT", &format!("/metrics/job/{number}"), "x 1\n") == 200).count();
    assert_eq!(accepted, 1000 / 3);
    let series = gateway.value("p95_gateway_series").expect("a page");
    assert!(series.is_some_and(|series| series <= 1000.0), "{series:?}");
    let refused = gateway.value("p95_gateway_rejected_total{reason=\"series\"}").expect("a page");
    assert_eq!(refused, Some(PUSHES as f64 - 333.0));
}

#[test]
fn slow_connections_keep_nobody_waiting() {
    let gateway = GatewayProcess::start(&[]).expect("a gateway");
    let mut slow = Vec::new();
    for number in 0..SLOW_CONNECTIONS {
        let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).expect("a connection");
        let start = match number % 3 {
            0 => "POST /p95 HT",
            1 => "POST /p95 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n# p95 1",
            _ => "POST /p95 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
        };
        stream.write_all(start.as_bytes()).expect("room in the socket");
        slow.push(stream);
    }
    let mut client = Client::new(gateway.port);
    let mut slowest = Duration::ZERO;
    for sequence in 1..=100 {
        let frame = format!("# p95 1 {:032x} {sequence} -\n# TYPE a counter\na_total 1\n# EOF\n", 1);
        let begun = Instant::now();
        let status = client.send("POST", "/p95", &[], frame.as_bytes()).expect("an answer").status;
        slowest = slowest.max(begun.elapsed());
        assert_eq!(status, 204);
    }
    // FAULTS: less than 100 ms on a quiet machine; tests share theirs.
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    println!("the slowest of 100 pushes beside {SLOW_CONNECTIONS} slow connections: {slowest:?}");
}

#[test]
fn a_gzip_bomb_is_not_unpacked() {
    let gateway = GatewayProcess::start(&[]).expect("a gateway");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b'\n'; 1 << 20];
    for _ in 0..900 {
        encoder.write_all(&zeros).expect("memory");
    }
    let bomb = encoder.finish().expect("memory");
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    for _ in 0..10 {
        for path in ["/p95", "/metrics/job/a"] {
            let answer = Client::new(gateway.port).send("POST", path, &[("Content-Encoding", "gzip")], &bomb);
            assert_eq!(answer.expect("an answer").status, 413, "{path}");
        }
    }
    // Each thread's allocator keeps some of the 4 MiB that a body may have.
    let peak = memory_kib(&gateway, "VmHWM:");
    assert!(peak < 128 * 1024, "{peak} KiB at most, for bombs of 900 MiB");
}

/// The memory that the gateway has (`VmRSS:`) or has had at most (`VmHWM:`), in KiB.
fn memory_kib(gateway: &GatewayProcess, which: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", gateway.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(which));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
