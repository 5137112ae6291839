//! The linter beside `promtool check metrics`: the same advice on the same names.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use p95_core::exposition::lint::{LintOptions, Severity, lint};
use p95_core::exposition::parse::Format;
use p95_tests::requires;

/// A piece of promtool's advice, by the words that tell it from others, and our rule.
const RULES: &[(&str, &str)] = &[
    ("no help text", "help-missing"),
    ("counter metrics should have \"_total\"", "counter-without-total"),
    ("non-counter metrics should not have \"_total\"", "total-on-other"),
    ("\"_bucket\" suffix", "reserved-suffix"),
    ("\"_count\" suffix", "reserved-suffix"),
    ("\"_sum\" suffix", "reserved-suffix"),
    ("should not include type", "type-in-name"),
    ("should not contain ':'", "colon-in-name"),
    ("'camelCase'", "camel-case"),
    ("abbreviated units", "unit-abbreviated"),
    ("use base unit", "unit-not-base"),
    ("\"le\" label", "reserved-label"),
    ("\"quantile\" label", "reserved-label"),
];

const PAGES: &[&str] = &[
    "# HELP a_total x\n# TYPE a_total counter\na_total 1\n",
    "# TYPE a_total counter\na_total 1\n",
    "# HELP a x\n# TYPE a counter\na 1\n",
    "# HELP a_total x\n# TYPE a_total gauge\na_total 1\n",
    "# HELP a_total x\na_total 1\n",
    "# HELP a_bucket x\n# TYPE a_bucket gauge\na_bucket 1\n",
    "# HELP a_count x\n# TYPE a_count gauge\na_count 1\n",
    "# HELP a_sum x\n# TYPE a_sum gauge\na_sum 1\n",
    "# HELP a_sum x\na_sum 1\n",
    "# HELP a x\n# TYPE a gauge\na{le=\"1\"} 1\n",
    "# HELP a x\n# TYPE a gauge\na{quantile=\"1\"} 1\n",
    "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    "# HELP a x\n# TYPE a summary\na{quantile=\"0.5\"} 1\na_sum 1\na_count 1\n",
    "# HELP a_gauge x\n# TYPE a_gauge gauge\na_gauge 1\n",
    "# HELP a_counter_x_total x\n# TYPE a_counter_x_total counter\na_counter_x_total 1\n",
    "# HELP a:x x\n# TYPE a:x gauge\na:x 1\n",
    "# HELP someThing x\n# TYPE someThing gauge\nsomeThing{aLabel=\"1\"} 1\n",
    "# HELP wait_ms x\n# TYPE wait_ms gauge\nwait_ms 1\n",
    "# HELP wait_sec_total x\n# TYPE wait_sec_total counter\nwait_sec_total 1\n",
    "# HELP wait_milliseconds x\n# TYPE wait_milliseconds gauge\nwait_milliseconds 1\n",
    "# HELP size_kilobytes x\n# TYPE size_kilobytes gauge\nsize_kilobytes 1\n",
    "# HELP size_bytes x\n# TYPE size_bytes gauge\nsize_bytes 1\n",
    "# HELP uptime_days x\n# TYPE uptime_days gauge\nuptime_days 1\n",
    "# HELP way_miles x\n# TYPE way_miles gauge\nway_miles 1\n",
    "# HELP thermometers x\n# TYPE thermometers gauge\nthermometers 1\n",
    "untyped_ms 1\nother 2\n",
];

#[test]
fn promtool_gives_the_same_advice() {
    if !requires("promtool") {
        return;
    }
    let mut seen = BTreeSet::new();
    for page in PAGES {
        let theirs = promtool(page);
        assert_eq!(ours(page), theirs, "{page}");
        seen.extend(theirs.into_iter().map(|(_, rule)| rule));
    }
    let rules: BTreeSet<&str> = RULES.iter().map(|(_, rule)| *rule).collect();
    assert_eq!(seen, rules, "each rule is tried");
}

/// What promtool is blind to is found besides.
#[test]
fn wrong_numbers_are_found_that_promtool_lets_pass() {
    let page =
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 3\n";
    let findings = lint(page.as_bytes(), Format::Text, LintOptions::default());
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["bucket-cumulative", "count-differs"]);
    if requires("promtool") {
        assert!(promtool(page).is_empty());
    }
}

fn ours(page: &str) -> BTreeSet<(String, &'static str)> {
    let findings = lint(page.as_bytes(), Format::Text, LintOptions::default());
    let advice = findings.into_iter().filter(|finding| finding.severity == Severity::Advice);
    advice.map(|finding| (finding.metric, finding.rule)).collect()
}

fn promtool(page: &str) -> BTreeSet<(String, &'static str)> {
    let mut child = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool");
    child.stdin.take().expect("its stdin").write_all(page.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let advice = said.lines().filter_map(|line| line.split_once(' ')).map(|(metric, text)| {
        let rule = RULES.iter().find(|(words, _)| text.contains(words)).map(|(_, rule)| *rule);
        (
            metric.to_owned(),
            rule.unwrap_or_else(|| panic!("an advice that has no rule here: {metric} {text}")),
        )
    });
    advice.collect()
}
