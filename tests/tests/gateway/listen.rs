//! Pushes beside what is scraped: `--listen`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use p95_tests::{Client, Program, free_port, http, p95_binary};
use tempfile::TempDir;

/// How long a program may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const SESSION: &str = "0000000000000000000000000000000a";

/// Pushes `clicks` clicks of a page that a server at `origin` delivered; the status of the answer.
#[track_caller]
fn push_frame(port: u16, origin: &str, sequence: u32, clicks: u32) -> u16 {
    let frame = format!(
        "# p95 1 {SESSION} {sequence} shop\n# TYPE ui_clicks counter\nui_clicks_total{{button=\"buy\"}} {clicks}\n# EOF\n"
    );
    let headers = [("Content-Type", "text/plain"), ("Origin", origin)];
    Client::new(port).send("POST", "/p95", &headers, frame.as_bytes()).expect("an answer").status
}

/// Waits for a text that satisfies `is_it`.
#[track_caller]
fn wait_for(look: impl Fn() -> String, is_it: impl Fn(&str) -> bool) -> String {
    let begun = Instant::now();
    loop {
        let text = look();
        if is_it(&text) {
            return text;
        }
        assert!(begun.elapsed() < PATIENCE, "{text}");
        thread::sleep(Duration::from_millis(100));
    }
}

/// `p95 watch` that takes pushes at a port; its tables go to a file.
fn watch(port: u16, tables: &Path) -> Program {
    // The shell gives its place to the program, and the program a file for stdout.
    let script = r#"exec "$0" watch --listen ":$1" --interval 200ms > "$2""#;
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(p95_binary().expect("p95 is built")).arg(port.to_string()).arg(tables);
    let mut program = Program::start(&mut command).expect("it starts");
    program.wait_ready(&http::url(port, "/-/ready"), PATIENCE).expect("it answers");
    program
}

#[test]
fn a_page_under_development_is_seen_in_the_terminal_and_by_queries() {
    let (folder, port) = (TempDir::new().unwrap(), free_port().unwrap());
    let tables = folder.path().join("tables");
    let program = watch(port, &tables);
    assert!(
        program.said().contains(&format!("pushes are taken at http://127.0.0.1:{port}")),
        "{}",
        program.said()
    );

    // A development server has a port of its own; the page of a stranger is not let in.
    assert_eq!(push_frame(port, "http://localhost:5173", 1, 5), 204);
    assert_eq!(push_frame(port, "https://evil.example", 2, 1_000), 403);
    let shown = wait_for(|| fs::read_to_string(&tables).unwrap(), |text| text.contains("ui_clicks"));
    assert!(shown.contains(&format!("http://127.0.0.1:{port}/metrics  up")), "{shown}");
    // What was refused is told, what the gateway does besides is not.
    assert!(shown.contains("p95_gateway_rejected") && !shown.contains("p95_gateway_http"), "{shown}");
    let rises = |text: &str| {
        let rates = text.lines().filter_map(|line| line.split_once("ui_clicks")?.1.split_once("/s")).count();
        rates > 0
    };
    assert_eq!(push_frame(port, "http://localhost:5173", 2, 7), 204);
    wait_for(|| fs::read_to_string(&tables).unwrap(), rises);

    let query = |expr: &str| {
        let page = http::url(port, "/metrics");
        let asked =
            Command::new(p95_binary().unwrap()).args(["query", expr, &page, "-o", "csv"]).output().unwrap();
        String::from_utf8(asked.stdout).unwrap()
    };
    let clicks = query("ui_clicks_total");
    assert!(clicks.contains("buy") && clicks.trim_end().ends_with(",12"), "{clicks}");
}

#[test]
fn the_api_has_what_was_pushed_with_the_labels_that_it_came_with() {
    let (api, port) = (free_port().unwrap(), free_port().unwrap());
    let mut command = Command::new(p95_binary().unwrap());
    let at = |port: u16| format!("127.0.0.1:{port}");
    command.args(["serve", "--interval", "200ms", "--listen", &at(api), "--push-listen", &at(port)]);
    let mut program = Program::start(&mut command).unwrap();
    program.wait_ready(&http::url(api, "/-/ready"), PATIENCE).unwrap();

    assert_eq!(push_frame(port, "http://127.0.0.1:3000", 1, 3), 204);
    let group = b"# TYPE rows counter\nrows_total 40\n";
    let answer = Client::new(port).send("PUT", "/metrics/job/nightly/instance/db1", &[], group).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    let ask = |query: &str| http::get(&http::url(api, &format!("/api/v1/query?query={query}"))).unwrap().body;
    wait_for(
        || ask("ui_clicks_total"),
        |body| body.contains(r#""3"]"#) && body.contains(r#""button":"buy""#),
    );
    let rows = wait_for(|| ask("rows_total"), |body| body.contains(r#""40"]"#));
    assert!(rows.contains(r#""job":"nightly""#) && rows.contains(r#""instance":"db1""#), "{rows}");
}

#[test]
fn an_address_that_is_taken_is_told_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = Command::new(p95_binary().unwrap()).args(["watch", "--listen", &address]).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    let expect = format!(
        "p95: cannot receive pushes at {address}; another address will do, and :0 is a port that is free: "
    );
    assert!(!ended.status.success() && said.starts_with(&expect) && said.lines().count() == 1, "{said}");
}
