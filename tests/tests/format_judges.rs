//! Every format, judged by others: a real Prometheus scrapes what core's encoders write, and core's decoders read what
//! real servers and clients write.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use p95_core::exposition::families::{self, Families};
use p95_core::exposition::parse::Format;
use p95_core::exposition::{encode, negotiate, protobuf};
use p95_tests::{Page, PageServer, Program, free_port, http, requires};

/// How long a program may take to start on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A page with a family of each type that all formats have, and what needs an escape.
const PAGE: &str = r#"# HELP hits Hits "of" all \\ kinds.
# TYPE hits counter
hits_total{page="say \"hi\"\n{to=\"all\"} \\ é"} 3 # {trace="a"} 1
hits_total{page="/"} 0.1
# TYPE load gauge
load -1.5
load{kind="endless"} +Inf
# TYPE latency_seconds histogram
# UNIT latency_seconds seconds
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="1.0"} 2
latency_seconds_bucket{le="+Inf"} 3
latency_seconds_count 3
latency_seconds_sum 3.55
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 2
size_bytes_count 3
size_bytes_sum 7
# TYPE odd unknown
odd 5
# EOF
"#;

#[test]
fn prometheus_scrapes_the_same_from_each_format() {
    if !requires("prometheus") {
        return;
    }
    let read = families::read(PAGE.as_bytes(), Format::OpenMetrics).expect("a valid page");
    let server = PageServer::start(move |path| match path {
        "/text" => Page::text(read.encode(encode::Format::Text)),
        "/openmetrics" => Page::openmetrics(read.encode(encode::Format::OpenMetrics)),
        _ => Page::protobuf(protobuf::encode(&read)),
    })
    .expect("a port");
    let folder = tempfile::tempdir().expect("a folder");
    let (program, port) = prometheus(folder.path(), server.port());
    let paths = ["text", "openmetrics", "protobuf"];
    wait_until(
        || paths.iter().all(|path| samples(port, &format!("up{{job=\"{path}\"}} == 1")).len() == 1),
        &program,
    );
    let own = "up|scrape_.*";
    let [text, openmetrics, protobuf] =
        paths.map(|path| samples(port, &format!("{{job=\"{path}\",__name__!~\"{own}\"}}")));
    assert_eq!(text.len(), 13, "{text:#?}");
    assert_eq!(text, openmetrics);
    assert_eq!(text, protobuf);
    let said = program.said();
    let complaints: Vec<&str> =
        said.lines().filter(|line| line.contains("level=warn") || line.contains("level=error")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn prometheus_own_page_is_read_alike_in_each_format() {
    if !requires("prometheus") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (_program, port) = prometheus(folder.path(), port_of_nobody());
    let url = http::url(port, "/metrics");
    let names =
        ["text/plain;version=0.0.4", negotiate::ACCEPT, negotiate::ACCEPT_NATIVE_HISTOGRAMS].map(|accept| {
            let read = fetch(&url, accept);
            assert_eq!(read.duplicates, 0);
            let suffix_free = |name: &str| name.strip_suffix("_total").unwrap_or(name).to_owned();
            read.families.iter().map(|family| suffix_free(&family.metadata.name)).collect::<BTreeSet<_>>()
        });
    assert!(names.iter().all(|names| names.len() > 100), "{names:?}");
    let [text, openmetrics, protobuf] = names;
    assert_eq!(text, openmetrics);
    assert_eq!(text, protobuf);
}

#[test]
fn what_other_servers_write_is_read() {
    let alertmanager_config = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("am.yml");
    fs::write(&config, alertmanager_config).expect("a file");
    let storage = folder.path().join("data");
    let servers: [(&str, Vec<String>, &str); 3] = [
        ("prometheus-node-exporter", vec!["--web.listen-address=127.0.0.1:PORT".to_owned()], "/metrics"),
        (
            "prometheus-alertmanager",
            vec![
                format!("--config.file={}", config.display()),
                format!("--storage.path={}", storage.display()),
                "--web.listen-address=127.0.0.1:PORT".to_owned(),
                "--cluster.listen-address=".to_owned(),
            ],
            "/-/ready",
        ),
        (
            "victoria-metrics",
            vec![
                format!("-storageDataPath={}", storage.display()),
                "-httpListenAddr=127.0.0.1:PORT".to_owned(),
            ],
            "/health",
        ),
    ];
    for (name, args, ready) in servers {
        if !requires(name) {
            continue;
        }
        let port = free_port().expect("a port");
        let mut command = Command::new(name);
        command.args(args.iter().map(|arg| arg.replace("PORT", &port.to_string())));
        let mut program = Program::start(&mut command).expect(name);
        program.wait_ready(&http::url(port, ready), START_TIMEOUT).expect(name);
        for accept in ["text/plain;version=0.0.4", negotiate::ACCEPT, negotiate::ACCEPT_NATIVE_HISTOGRAMS] {
            let read = fetch(&http::url(port, "/metrics"), accept);
            assert!(read.families.len() > 30, "{name}: {} families", read.families.len());
            assert_eq!(read.duplicates, 0, "{name}");
        }
    }
}

/// The families at a URL, in the format that the server chooses.
fn fetch(url: &str, accept: &str) -> Families {
    let response = http::send_for_bytes("GET", url, &[("Accept", accept)]).expect("an answer");
    let content_type = response.head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-type").then(|| value.trim())
    });
    let content_type = content_type.unwrap_or_default();
    if content_type.starts_with("application/vnd.google.protobuf") {
        return protobuf::decode(&response.body).unwrap_or_else(|error| panic!("{url}: {error}"));
    }
    let format = Format::from_content_type(content_type);
    families::read(&response.body, format).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// A Prometheus that scrapes the three formats of a page server, and its port.
fn prometheus(folder: &Path, page_port: u16) -> (Program, u16) {
    let job = |path| {
        format!(
            "- job_name: {path}\n  scrape_interval: 1s\n  metrics_path: /{path}\n  static_configs:\n  - targets: \
             ['127.0.0.1:{page_port}']\n"
        )
    };
    let config = format!("scrape_configs:\n{}{}{}", job("text"), job("openmetrics"), job("protobuf"));
    let config_file = folder.join("prometheus.yml");
    fs::write(&config_file, config).expect("a file");
    let port = free_port().expect("a port");
    let mut command = Command::new("prometheus");
    command.arg(format!("--config.file={}", config_file.display()));
    command.arg(format!("--storage.tsdb.path={}", folder.join("data").display()));
    command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
    let mut program = Program::start(&mut command).expect("prometheus");
    program.wait_ready(&http::url(port, "/-/ready"), START_TIMEOUT).expect("it is ready");
    (program, port)
}

/// A port that nobody listens at.
fn port_of_nobody() -> u16 {
    free_port().expect("a port")
}

/// The answer to a query, a line for each series: its labels without `job`, and its value.
fn samples(port: u16, query: &str) -> BTreeSet<String> {
    let query: String = query.bytes().map(|b| format!("%{b:02X}")).collect();
    let response = http::get(&http::url(port, &format!("/api/v1/query?query={query}"))).expect("an answer");
    let answer: serde_json::Value = serde_json::from_str(&response.body).expect("JSON");
    let result =
        answer.pointer("/data/result").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    let line = |series: serde_json::Value| {
        let mut labels =
            series.get("metric").and_then(serde_json::Value::as_object).cloned().unwrap_or_default();
        labels.remove("job");
        format!("{labels:?} {:?}", series.pointer("/value/1"))
    };
    result.into_iter().map(line).collect()
}

fn wait_until(mut is_true: impl FnMut() -> bool, program: &Program) {
    let deadline = Instant::now() + START_TIMEOUT;
    while !is_true() {
        assert!(Instant::now() < deadline, "Prometheus does not scrape; it said:\n{}", program.said());
        thread::sleep(Duration::from_millis(100));
    }
}
