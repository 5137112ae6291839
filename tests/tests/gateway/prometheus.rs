//! A real Prometheus that reads the gateway: it takes every page, whatever was pushed.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use p95_tests::{Client, Program, free_port, http, requires};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::GatewayProcess;

/// How many pushes there are, unless `P95_PUSHES` has another number.
const PUSHES: usize = 3_000;

/// Lines that may be sound together, and often clash.
const LINES: [&str; 24] = [
    "# TYPE a counter\n",
    "a_total{x=\"1\"} 1\n",
    "a_total{x=\"2\"} 0.5\n",
    "# TYPE a_total counter\na_total 3\n",
    "# TYPE a gauge\na 7\n",
    "# TYPE a_created gauge\na_created 5\n",
    "# TYPE b gauge\n# HELP b What b is: \\\\ \\n \u{1b}[31m.\n",
    "b{x=\"\\\"\\n\\\\\"} -2\n",
    "b{x=\"\u{1b}[31m\u{202e}<b>\u{0}\"} 2.5\n",
    "b NaN\n",
    "b{instance=\"\",job=\"b\"} 1\n",
    "# TYPE c histogram\nc_bucket{le=\"1\"} 1\nc_bucket{le=\"+Inf\"} 2\nc_count 2\nc_sum 3\n",
    "# TYPE c histogram\nc_bucket{le=\"2\"} 1\nc_bucket{le=\"+Inf\"} 2\nc_count 2\nc_sum 3\n",
    "# TYPE c_count gauge\nc_count 1\n",
    "# TYPE d summary\nd_count 1\nd_sum 0.25\n",
    "# TYPE d summary\nd{quantile=\"0.5\"} 1\nd_count 1\nd_sum 0.25\n",
    "# TYPE d_sum counter\nd_sum_total 1\n",
    "# TYPE e info\ne_info{version=\"1\"} 1\n",
    "# TYPE e_info gauge\ne_info{version=\"1\"} 1\n",
    "# TYPE f stateset\nf{f=\"on\"} 1\nf{f=\"off\"} 0\n",
    "# TYPE f gauge\nf{f=\"on\"} 1\n",
    "g 1\n",
    "g{instance=\"i\"} 1\n",
    "# TYPE g counter\ng_total 1\n",
];

/// What is put in between, now and then.
const JUNK: [&str; 12] = [
    "# EOF\n",
    "\n",
    " ",
    "{",
    "a{x=",
    "{\"ä\"} 1\n",
    "a_total 1 1700000000000\n",
    "a_total 1e400\n",
    "a_total -1\n",
    "\u{0}",
    "# TYPE",
    "b{x=\"1\",x=\"2\"} 1\n",
];

#[test]
fn a_real_prometheus_takes_every_page() {
    if !requires("prometheus") {
        return;
    }
    let gateway = GatewayProcess::start(&["--body-size-limit", "64KB"]).expect("a gateway");
    let folder = TempDir::new().expect("a folder");
    let config = format!(
        "global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}\nscrape_configs: [{{job_name: gateway, honor_labels: true, \
         static_configs: [{{targets: ['127.0.0.1:{}']}}]}}]\n",
        gateway.port
    );
    let config_file = folder.path().join("prometheus.yml");
    fs::write(&config_file, config).expect("a file");
    let port = free_port().expect("a port");
    let mut prometheus = Command::new("prometheus");
    prometheus
        .arg(format!("--config.file={}", config_file.display()))
        .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"));
    let mut prometheus = Program::start(&mut prometheus).expect("Prometheus");
    prometheus.wait_ready(&http::url(port, "/-/ready"), Duration::from_secs(60)).expect("Prometheus");

    let pushes = std::env::var("P95_PUSHES").ok().and_then(|count| count.parse().ok()).unwrap_or(PUSHES);
    let (mut client, mut random) = (Client::new(gateway.port), fastrand::Rng::with_seed(7));
    let mut accepted = 0;
    for number in 0..pushes {
        let mut body = String::new();
        for _ in 0..random.usize(1..4) {
            let pieces: &[&str] = if random.u8(..) < 230 { &LINES } else { &JUNK };
            body.extend(random.choice(pieces).copied());
        }
        let is_frame = random.bool();
        if is_frame {
            body = format!(
                "# p95 1 {:032x} {} {}\n{body}# EOF\n",
                number % 9 + 1,
                number + 1,
                if number.is_multiple_of(2) { "-" } else { "b" }
            );
        }
        let path = if is_frame {
            "/p95".to_owned()
        } else {
            format!("/metrics/job/{}", random.choice(["a", "b", "a/instance/i"]).unwrap_or_default())
        };
        let method = match random.u8(..) {
            _ if is_frame => "POST",
            // What is gone may come back as something else.
            ..5 => "DELETE",
            chance if chance.is_multiple_of(2) => "PUT",
            _ => "POST",
        };
        // A connection that rested for too long, on a machine that was busy, is closed; the next one is not.
        let mut send = || client.send(method, &path, &[], body.as_bytes());
        let status = send().or_else(|_| send()).expect("an answer").status;
        assert!([200, 202, 204, 400].contains(&status), "{status} for {body:?}");
        accepted += usize::from(status != 400);
    }
    assert!(accepted > pushes / 20, "{accepted} of {pushes} were sound");
    // The last word is a frame whose count has to arrive.
    for sequence in [1, 2] {
        let frame =
            format!("# p95 1 {:032x} {sequence} end\n# TYPE last counter\nlast_total 21\n# EOF\n", 99);
        assert_eq!(client.send("POST", "/p95", &[], frame.as_bytes()).expect("an answer").status, 204);
    }
    wait_for(port, "last_total{app=\"end\"}", "42");
    wait_for(port, "increase(last_total{app=\"end\"}[1m]) > bool 0", "1");
    // On a machine that is busy a scrape may take too long, 250 ms; what came in time was taken.
    let refused = "count_over_time((up == 0 and scrape_duration_seconds < 0.24)[1d:250ms]) or vector(0)";
    wait_for(port, refused, "0");
    let said = prometheus.said();
    let scrapes = asked(port, "count_over_time(up[1d])");
    let scrapes = scrapes.as_str().unwrap_or_default();
    eprintln!("{pushes} pushes, {accepted} of them sound; {scrapes} scrapes, none refused");
    let alarms: Vec<&str> =
        said.lines().filter(|line| line.contains("level=warn") || line.contains("level=error")).collect();
    assert_eq!(alarms, Vec::<&str>::new());
}

/// Asks until Prometheus answers so.
pub fn wait_for(port: u16, query: &str, expect: &str) {
    let begun = Instant::now();
    loop {
        let value = asked(port, query);
        if value == expect {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{query}: {value}, not {expect}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// What Prometheus answers: the first sample's value.
fn asked(port: u16, query: &str) -> Value {
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let body =
        http::get(&http::url(port, &format!("/api/v1/query?query={encoded}"))).expect("an answer").body;
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    answer.pointer("/data/result/0/value/1").cloned().unwrap_or(Value::Null)
}
