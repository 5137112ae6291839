//! The same pushes to the real Pushgateway, by the clients for Python and Node: afterwards both show the same.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use p95_tests::{Client, Program, free_port, http, node_script, python, requires};
use tempfile::TempDir;

use crate::process::GatewayProcess;

/// Pushes, replaces, adds and deletes groups at the address that it is given.
const PYTHON: &str = r#"
import sys
from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary
from prometheus_client import delete_from_gateway, push_to_gateway, pushadd_to_gateway
address = sys.argv[1]

def registry(value):
    registry = CollectorRegistry()
    Counter("jobs", "Jobs.", ["queue"], registry=registry).labels('a "b"\\c\n').inc(value)
    Gauge("load", "Load.", registry=registry).set(value / 3)
    Gauge("nothing", "NaN.", registry=registry).set(float("nan"))
    Summary("size_bytes", "Size.", registry=registry).observe(value)
    histogram = Histogram("took_seconds", "Duration.", ["step"], registry=registry, buckets=[0.1, 1, 10])
    histogram.labels("read").observe(value)
    histogram.labels("write").observe(0.05)
    Info("build", "Build.", registry=registry).info({"version": "1.2"})
    Enum("state", "State.", states=["on", "off"], registry=registry).state("off")
    return registry

def small(name, value):
    registry = CollectorRegistry()
    Gauge(name, "Small.", registry=registry).set(value)
    return registry

push_to_gateway(address, job="whole", registry=registry(2))
push_to_gateway(address, job="whole", registry=registry(5))
push_to_gateway(address, job="keyed", grouping_key={"instance": "i-1", "zone": "a/b c"}, registry=registry(3))
push_to_gateway(address, job="../../etc", grouping_key={"path": "/var/tmp", "empty": ""}, registry=small("escaped", 1))
pushadd_to_gateway(address, job="added", registry=small("first", 1))
pushadd_to_gateway(address, job="added", registry=small("second", 2))
pushadd_to_gateway(address, job="added", registry=small("first", 3))
push_to_gateway(address, job="replaced", registry=small("gone", 1))
push_to_gateway(address, job="replaced", registry=small("stays", 2))
push_to_gateway(address, job="deleted", registry=small("deleted", 1))
delete_from_gateway(address, job="deleted")
delete_from_gateway(address, job="never there")
push_to_gateway(address, job="emptied", registry=small("emptied", 1))
push_to_gateway(address, job="emptied", registry=CollectorRegistry())
"#;

#[test]
fn python_and_others_push_here_as_they_do_there() {
    let Some(python) = python() else { return };
    let Some(gateways) = Gateways::start() else { return };
    gateways.push(|address| {
        let mut push = Command::new(&python);
        push.args(["-c", PYTHON, address]);
        push
    });
    same_answers(gateways.ours.port, gateways.their_port);
    gateways.same_samples(60);
}

#[test]
fn prom_client_pushes_here_as_it_does_there() {
    let Some(script) = node_script("push.js") else { return };
    let Some(gateways) = Gateways::start() else { return };
    gateways.push(|address| {
        let mut push = Command::new("node");
        push.arg(&script).arg(address);
        push
    });
    gateways.same_samples(40);
}

/// Ours, and the real one.
struct Gateways {
    ours: GatewayProcess,
    their_port: u16,
    _theirs: Program,
    _folder: TempDir,
}

impl Gateways {
    /// Both, without a group; `None` where the real one is not installed.
    fn start() -> Option<Self> {
        if !requires("prometheus-pushgateway") {
            return None;
        }
        let ours = GatewayProcess::start(&[]).expect("a gateway");
        let their_port = free_port().expect("a port");
        let mut theirs = Command::new("prometheus-pushgateway");
        // Debian's keeps groups from one run to the next unless it is told where.
        let folder = TempDir::new().expect("a folder");
        theirs.arg(format!("--persistence.file={}", folder.path().join("groups").display()));
        theirs.arg(format!("--web.listen-address=127.0.0.1:{their_port}"));
        let mut theirs = Program::start(&mut theirs).expect("the real one");
        theirs.wait_ready(&http::url(their_port, "/-/ready"), Duration::from_secs(30)).expect("the real one");
        Some(Self { ours, their_port, _theirs: theirs, _folder: folder })
    }

    /// Runs a program that pushes to an address, once for each.
    fn push(&self, program: impl Fn(&str) -> Command) {
        for port in [self.ours.port, self.their_port] {
            let pushed = program(&format!("127.0.0.1:{port}")).output().expect("a program that pushes");
            assert!(pushed.status.success(), "{}", String::from_utf8_lossy(&pushed.stderr));
        }
    }

    /// Both show the same samples, more than `least`.
    fn same_samples(&self, least: usize) {
        let (ours, theirs) = (samples(self.ours.port), samples(self.their_port));
        let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
        assert_eq!(only(&ours, &theirs), Vec::<String>::new(), "only here");
        assert_eq!(only(&theirs, &ours), Vec::<String>::new(), "only there");
        assert!(ours.len() > least, "{}", ours.len());
    }
}

/// The same requests by hand get the same status. Paths without a job are left out: here they are told what is wrong with
/// 400, there some are redirected and some not found.
fn same_answers(ours: u16, theirs: u16) {
    let (mut ours, mut theirs) = (Client::new(ours), Client::new(theirs));
    let mut check = |method: &str, path: &str, body: &str| {
        let [here, there] = [&mut ours, &mut theirs]
            .map(|client| client.send(method, path, &[], body.as_bytes()).expect("an answer").status);
        assert_eq!(here, there, "{method} {path} {body:?}");
    };
    check("PUT", "/metrics/job/by-hand", "# TYPE hand_made_total counter\nhand_made_total{a=\"b\"} 3\n");
    check("PUT", "/metrics/job/untyped/x/y", "untyped_one 1\nuntyped_two{job=\"mine\",z=\"1\"} 2\n");
    check("PUT", "/metrics/job@base64/Li4vLi4vZXRj/other@base64/=", "based 1\n");
    check("PUT", "/metrics/job/with%20blank", "blank 1\n");
    check("POST", "/metrics/job/by-hand", "");
    check("DELETE", "/metrics/job/untyped/x/never", "");
    check("PUT", "/metrics/job/bad", "no exposition");
    check("PUT", "/metrics/job/bad", "timed 1 1700000000000\n");
    check("PUT", "/metrics/job/bad", "twice 1\ntwice 2\n");
    check("PUT", "/metrics/job/bad", "# TYPE based gauge\nbased 1\n");
    check("PUT", "/metrics/job/a/odd", "x 1\n");
    check("PUT", "/metrics/job/a/no-name/b", "x 1\n");
    check("PUT", "/metrics/job/a/__name__/b", "x 1\n");
    check("PUT", "/metrics/job@base64/!!", "x 1\n");
    // What was refused is no group here. There it is one with two series of its own.
    check("DELETE", "/metrics/job/bad", "");
}

/// The samples that were pushed, without the times of the pushes, as sorted labels and numbers.
fn samples(port: u16) -> BTreeSet<String> {
    let page = http::get(&http::url(port, "/metrics")).expect("a page").body;
    let own = ["p95_gateway_", "pushgateway_", "go_", "process_", "promhttp_"];
    let pushed =
        page.lines().filter(|line| !line.starts_with('#') && !own.iter().any(|own| line.starts_with(own)));
    pushed.map(normalised).collect()
}

/// A sample with its labels in order and its number as Rust writes it; a time only says that it is there.
fn normalised(line: &str) -> String {
    let (series, value) = line.rsplit_once(' ').expect("a sample");
    let value: f64 = value.replace("+Inf", "inf").parse().expect("a number");
    let name = series.split('{').next().unwrap_or_default();
    let value = if name.ends_with("_created") || (name.starts_with("push_") && value > 0.0) {
        "some time".to_owned()
    } else {
        value.to_string()
    };
    let labels = p95_core::exposition::families::read(
        format!("{series} 1\n").as_bytes(),
        p95_core::exposition::parse::Format::Text,
    );
    let labels = labels.expect("a series").families.remove(0).metrics.remove(0).labels;
    let labels: Vec<String> = labels
        .iter()
        .map(|(name, value)| {
            let bound = value.parse::<f64>().ok().filter(|_| name == "le").map(|bound| bound.to_string());
            format!("{name}={:?}", bound.as_deref().unwrap_or(value))
        })
        .collect();
    // Prometheus takes an empty label for none, but Pushgateway's page says which there are.
    format!("{name}{labels:?} instance={} {value}", series.contains("instance=\""))
}
