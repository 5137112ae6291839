//! What prom-client writes, which services in Node use, is read as prom-client itself lists it.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

use p95_core::exposition::families;
use p95_core::exposition::parse::{Event, Format, Parser};
use p95_core::model::Labels;
use p95_core::model::labels::METRIC_NAME;
use serde_json::Value;

#[test]
fn prom_client_is_read_as_it_lists_itself() {
    let Some(pages) = p95_tests::node_script("pages.js") else { return };
    let output = Command::new("node").arg(pages).output().expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut expect: Vec<String> =
        array(&listed, "/families").iter().flat_map(|family| array(family, "/samples")).map(line).collect();
    expect.sort();
    assert_eq!(expect.len(), 15, "{expect:#?}");
    for (name, format, exemplars) in [("text", Format::Text, 0), ("openmetrics", Format::OpenMetrics, 4)] {
        let page = text(&listed, &format!("/{name}/page"));
        assert_eq!(Format::from_content_type(text(&listed, &format!("/{name}/contentType"))), format);
        let (mut found, found_exemplars) = samples(page, format);
        found.sort();
        assert_eq!(found, expect, "{name}");
        assert_eq!(found_exemplars, exemplars, "{name}");
        let read = families::read(page.as_bytes(), format).expect("a page that can be read");
        let types: Vec<[String; 2]> = read
            .families
            .iter()
            .map(|family| [family.metadata.metric_type.as_str().to_owned(), family.metadata.help.to_string()])
            .collect();
        let expect_types: Vec<[String; 2]> = array(&listed, "/families")
            .iter()
            .map(|family| [text(family, "/type").to_owned(), text(family, "/help").to_owned()])
            .collect();
        assert_eq!(types, expect_types, "{name}");
    }
}

/// A line for each sample of a page, and how many have an exemplar.
fn samples(page: &str, format: Format) -> (Vec<String>, usize) {
    let mut parser = Parser::new(page.as_bytes(), format).expect("UTF-8");
    let (mut lines, mut exemplars) = (Vec::new(), 0);
    while let Some(event) = parser.next_event().expect("a page that can be read") {
        if let Event::Sample(sample) = event {
            lines.push(format!("{} {}", Labels::from_pairs(sample.series.labels()), sample.value));
            exemplars += usize::from(sample.exemplar.is_some());
        }
    }
    (lines, exemplars)
}

/// The line of a sample in prom-client's own list.
fn line(sample: &Value) -> String {
    let labels = sample.pointer("/labels").and_then(Value::as_object).cloned().unwrap_or_default();
    let labels = labels.iter().map(|(name, value)| {
        (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    });
    let name = [(METRIC_NAME, text(sample, "/name").to_owned())];
    let value: f64 = text(sample, "/value").parse().expect("a number");
    format!("{} {value}", Labels::from_pairs(name.into_iter().chain(labels)))
}

fn array<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
