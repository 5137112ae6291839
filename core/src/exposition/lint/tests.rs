//! One line a case: a page, and the places and rules of its findings.

use super::*;
use crate::exposition::parse::Format;

fn found(page: &str, format: Format, strict: bool) -> String {
    let findings = lint(page.as_bytes(), format, LintOptions { strict });
    let shown =
        findings.iter().map(|finding| format!("{}:{} {}", finding.line, finding.column, finding.rule));
    shown.collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn text(page: &str, expect: &str) {
    assert_eq!(found(page, Format::Text, false), expect, "{page}");
}

#[track_caller]
fn open_metrics(page: &str, expect: &str) {
    assert_eq!(found(&format!("{page}# EOF\n"), Format::OpenMetrics, false), expect, "{page}");
}

#[test]
fn a_good_page() {
    text("", "");
    text("# HELP a_total x\n# TYPE a_total counter\na_total{code=\"200\"} 1\na_total{code=\"404\"} 1\n", "");
    open_metrics(
        "# HELP a_seconds x\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\n",
        "",
    );
    open_metrics("# HELP a x\n# TYPE a stateset\na{a=\"onOff\"} 1\n", "");
}

#[test]
fn names() {
    text("a 1\nb 1\n", "1:1 help-missing, 2:1 help-missing");
    text("\n# HELP a x\n# TYPE a counter\n", "2:1 counter-without-total");
    text("# HELP a_total x\n# TYPE a_total gauge\n", "1:1 total-on-other");
    text("# HELP a_bucket x\n# TYPE a_bucket gauge\n", "1:1 reserved-suffix");
    text("# HELP a_count x\n# TYPE a_count counter\n", "1:1 counter-without-total, 1:1 reserved-suffix");
    text("# HELP a_sum x\na_sum 1\n", "");
    text("# HELP a_ms x\n", "1:1 unit-abbreviated");
    text("# HELP a_minutes x\n", "1:1 unit-not-base");
    text("# HELP a:b x\n", "1:1 colon-in-name");
    text("# HELP a_gauge_x x\n", "1:1 type-in-name");
    text("# HELP aB x\naB{cD=\"\",eF=\"1\"} 1\n", "1:1 camel-case, 1:1 camel-case");
    text(
        "# HELP a x\n# TYPE a gauge\na{le=\"1\"} 1\na{quantile=\"1\"} 1\n",
        "1:1 reserved-label, 1:1 reserved-label",
    );
}

#[test]
fn wrong_numbers() {
    text("# HELP a x\na 1\na 2\n", "3:1 duplicate");
    let histogram = "# HELP a x\n# TYPE a histogram\n";
    text(
        &format!("{histogram}a_bucket{{le=\"1\"}} 2\na_bucket{{le=\"+Inf\"}} 1\n"),
        "4:21 bucket-cumulative",
    );
    text(&format!("{histogram}a_bucket{{le=\"1\"}} 2\na_count 2\n"), "3:1 bucket-infinity");
    text(&format!("{histogram}a_bucket{{le=\"+Inf\"}} 2\na_count 3\n"), "4:9 count-differs");
}

#[test]
fn strict() {
    let page = "# HELP a x\n# TYPE a unknown\na 1";
    text(page, "");
    assert_eq!(found(page, Format::Text, true), "2:1 grammar, 3:4 final-line-break");
}

#[test]
fn behind_a_line_that_cannot_be_read() {
    text("a 1\na 2\nb x\nc 1\n", "3:3 grammar");
}

#[test]
fn identifiers() {
    let page = |value: &dyn Fn(u32) -> String, count: u32| {
        let samples: String = (0..count).map(|at| format!("a{{l=\"{}\"}} 1\n", value(at))).collect();
        format!("# HELP a x\n{samples}")
    };
    text(&page(&|at| format!("{}", 200 + at), 50), "");
    text(&page(&|at| format!("{}", 8080 + at), 50), "");
    text(&page(&|at| format!("{}", 1_000_000 + at), 3), "1:1 identifier-label");
    text(&page(&|at| format!("/users/{at}"), 4), "1:1 identifier-label");
    text(&page(&|at| format!("/users/{at}"), 2), "");
    text(&page(&|at| format!("word{at}"), 1_001), "1:1 many-values");
}

#[test]
fn findings_are_sentences() {
    let findings = lint(
        b"a_ms{user=\"1000001\"} 1\na_ms{user=\"1000002\"} 1\na_ms{user=\"1000003\"} 1\n",
        Format::Text,
        LintOptions::default(),
    );
    let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "1:1: advice: a_ms: there is no help text; say in a HELP line what is measured [help-missing]",
            "1:1: advice: a_ms: the 3 values of the label user look like numbers of users, orders or the like, such as 1000001; leave it out, or group the values: each one is a series of its own, forever [identifier-label]",
            "1:1: advice: a_ms: the name has the abbreviated unit ms; write the unit out: _seconds, _bytes [unit-abbreviated]",
        ]
    );
}

#[cfg(feature = "protobuf")]
#[test]
fn numbers_in_protobuf() {
    use crate::exposition::{families, protobuf};

    #[track_caller]
    fn check(page: &str, expect: &[&str]) {
        let page = format!("# HELP a x\n# TYPE a histogram\n{page}");
        let read = families::read(page.as_bytes(), Format::Text).unwrap();
        let findings = lint_protobuf(&protobuf::encode(&read)).unwrap();
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expect);
    }
    check("a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 3\na_count 3\na_sum 2\n", &[]);
    check(
        "a_bucket{l=\"v\",le=\"1\"} 2\na_bucket{l=\"v\",le=\"+Inf\"} 3\na_count{l=\"v\"} 4\n",
        &[
            "error: a: the count equals the bucket with le=\"+Inf\": found 4, and 3 in the bucket, in {l=\"v\"}; take both from the same moment [count-differs]",
        ],
    );
}
