//! What core's encoder writes, read by other people's parsers: prometheus_client's two, and promtool's.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use p95_core::exposition::encode::Format;
use p95_core::instrument::{
    Counter, Descriptor, Gauge, Histogram, Info, RegisterError, Registry, StateSet, Summary,
};
use p95_core::model::Labels;

/// A label value with everything that needs an escape, and what looks like an escape but is none.
const HARD: &str = "say \"hi\" {to=\"all\"}, \\n is no newline\nbut this was one é";

/// Prints each sample as its name, labels and value, in Python's notation, sorted.
const PYTHON: &str = r#"
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text
parse = openmetrics if sys.argv[1] == "openmetrics" else text
for family in parse(sys.stdin.buffer.read().decode()):
    for sample in family.samples:
        print(family.type, sample.name, sorted(sample.labels.items()), float(sample.value))
"#;

/// A family of each type, with and without labels.
fn everything() -> Result<Registry, RegisterError> {
    let mut registry = Registry::default();
    let hits = registry.register_family(Descriptor::new("hits", HARD), ["page"], Counter::default)?;
    hits.with([HARD]).inc_by(3);
    hits.with(["/"]).add(0.1);
    for (name, value) in [("load", 1.5e300), ("endless", f64::INFINITY), ("unknown", f64::NAN)] {
        registry.register(Descriptor::new(name, "A gauge."), Gauge::default())?.set(value);
    }
    let latency = Descriptor::new("latency_seconds", "How long it took.").with_unit("seconds");
    let latency = registry.register_family(latency, ["route"], || Histogram::new([0.1, 1.0]))?;
    [0.05, 0.5, 3.0].iter().for_each(|secs| latency.with(["/cart"]).observe(*secs));
    let size =
        registry.register(Descriptor::new("size_bytes", "How big."), Summary::new([0.5, 0.9], 60_000))?;
    [1.0, 2.0, 4.0].iter().for_each(|bytes| size.observe(*bytes, 0));
    let build = Info::new(Labels::from_pairs([("version", "1.0"), ("flags", HARD)]));
    registry.register(Descriptor::new("build", "How it was built."), build)?;
    let breaker = StateSet::new(["closed", "open"]);
    registry.register(Descriptor::new("breaker", "Whether it lets through."), breaker)?.set_only("open");
    Ok(registry)
}

/// What a program says when it is given `input`.
fn judged_by(command: &mut Command, input: &str) -> io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    child.wait_with_output()
}

#[test]
fn prometheus_client_reads_back_what_was_written() {
    let Some(python) = p95_tests::python() else { return };
    let hard = r#"'say "hi" {to="all"}, \\n is no newline\nbut this was one é'"#;
    // What a summary estimates is not the question here.
    let page = everything().unwrap().encode(Format::Text, 0);
    let quantile = |quantile: &str| {
        let series = format!("size_bytes{{quantile=\"{quantile}\"}} ");
        page.lines().find_map(|line| line.strip_prefix(&series)).unwrap_or("missing").to_owned()
    };
    // (type in OpenMetrics, type in text, the sample)
    let samples = [
        ("counter", "counter", format!("hits_total [('page', {hard})] 3.0")),
        ("counter", "counter", "hits_total [('page', '/')] 0.1".to_owned()),
        ("gauge", "gauge", "load [] 1.5e+300".to_owned()),
        ("gauge", "gauge", "endless [] inf".to_owned()),
        ("gauge", "gauge", "unknown [] nan".to_owned()),
        (
            "histogram",
            "histogram",
            "latency_seconds_bucket [('le', '0.1'), ('route', '/cart')] 1.0".to_owned(),
        ),
        (
            "histogram",
            "histogram",
            "latency_seconds_bucket [('le', '1.0'), ('route', '/cart')] 2.0".to_owned(),
        ),
        (
            "histogram",
            "histogram",
            "latency_seconds_bucket [('le', '+Inf'), ('route', '/cart')] 3.0".to_owned(),
        ),
        ("histogram", "histogram", "latency_seconds_count [('route', '/cart')] 3.0".to_owned()),
        ("histogram", "histogram", "latency_seconds_sum [('route', '/cart')] 3.55".to_owned()),
        ("summary", "summary", format!("size_bytes [('quantile', '0.5')] {}", quantile("0.5"))),
        ("summary", "summary", format!("size_bytes [('quantile', '0.9')] {}", quantile("0.9"))),
        ("summary", "summary", "size_bytes_count [] 3.0".to_owned()),
        ("summary", "summary", "size_bytes_sum [] 7.0".to_owned()),
        ("info", "gauge", format!("build_info [('flags', {hard}), ('version', '1.0')] 1.0")),
        ("stateset", "gauge", "breaker [('breaker', 'closed')] 0.0".to_owned()),
        ("stateset", "gauge", "breaker [('breaker', 'open')] 1.0".to_owned()),
    ];
    let openmetrics: Vec<String> =
        samples.iter().map(|(kind, _, sample)| format!("{kind} {sample}")).collect();
    let text: Vec<String> = samples.iter().map(|(_, kind, sample)| format!("{kind} {sample}")).collect();
    for (format, name, expect) in
        [(Format::OpenMetrics, "openmetrics", openmetrics), (Format::Text, "text", text)]
    {
        let page = everything().unwrap().encode(format, 0);
        let output = judged_by(Command::new(&python).args(["-c", PYTHON, name]), &page).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{page}");
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().collect::<Vec<_>>(), expect, "{said}");
    }
}

#[test]
fn promtool_finds_nothing_to_say() {
    if !p95_tests::requires("promtool") {
        return;
    }
    let page = everything().unwrap().encode(Format::Text, 0);
    let output = judged_by(Command::new("promtool").args(["check", "metrics"]), &page).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}
