//! Rule files, good and bad.

use super::*;
use crate::promql::ParseOptions;

fn findings(file: &str) -> Vec<String> {
    read_rules(file, &ParseOptions::default()).findings.iter().map(ToString::to_string).collect()
}

/// A file with one group of these rules.
fn with_rules(rules: &str) -> String {
    format!("groups:\n- name: g\n  rules:\n{rules}")
}

#[test]
fn all_fields_are_read() {
    let file = "
groups:
- name: shop
  interval: 15s
  query_offset: 1m
  limit: 10
  labels: {team: shop, page: yes}
  rules:
  - record: job:up:sum
    expr: |
      sum by (job) (
        up)
    labels: {team: sea, old: }
  - alert: Down
    expr: 'up == 0'
    for: 5m
    keep_firing_for: 1h30m
    labels: {severity: 1}
    annotations:
      summary: '{{ $labels.instance }} is down'
- name: empty
";
    let read = read_rules(file, &ParseOptions::default());
    assert_eq!(read.findings, []);
    assert_eq!(read.rule_count(), 2);
    let group = &read.groups[0];
    assert_eq!((group.interval_ms, group.query_offset_ms, group.limit), (Some(15_000), 60_000, 10));
    let [record, alert] = &group.rules[..] else { panic!("{group:?}") };
    assert_eq!((record.name.as_str(), record.expr.as_str()), ("job:up:sum", "sum by (job) (\n  up)\n"));
    let labels = |rule: &Rule| format!("{:?}", rule.labels);
    assert_eq!(labels(record), r#"{"old": "", "page": "yes", "team": "sea"}"#);
    assert_eq!(labels(alert), r#"{"page": "yes", "severity": "1", "team": "shop"}"#);
    let RuleKind::Alerting { for_ms, keep_firing_for_ms, annotations } = &alert.kind else {
        panic!("{alert:?}")
    };
    assert_eq!((*for_ms, *keep_firing_for_ms), (300_000, 5_400_000));
    assert_eq!(annotations["summary"], "{{ $labels.instance }} is down");
    for nothing in ["", "# nothing\n", "groups:\n", "groups: []\n", "---\n"] {
        assert_eq!(findings(nothing), [""; 0], "{nothing:?}");
    }
}

#[test]
fn mistakes_have_a_place() {
    #[track_caller]
    fn check(file: &str, expect: &[&str]) {
        assert_eq!(findings(file), expect, "{file}");
    }
    check("group: []\n", &["1:1: error: unknown field \"group\": did you mean groups?"]);
    check("groups:\n- nam: a\n", &["2:3: error: unknown field \"nam\": did you mean name?"]);
    check(
        "groups:\n- name: a\n  rules:\n  - xyz: a\n",
        &[
            "4:5: error: unknown field \"xyz\": there are record, alert, expr, for, keep_firing_for, labels, annotations",
        ],
    );
    check("groups:\n- rules: []\n", &["2:3: error: a group needs a name"]);
    check("groups: 3\n", &["1:9: error: expected sequence start"]);
    check(
        "groups:\n- name: a\n  name: b\n",
        &["3:3: error: duplicate mapping key `name` is not allowed here"],
    );
    check(
        "groups:\n- name: a\n- name: a\n",
        &[
            "3:9: error: group \"a\": the name of a group stands once in a file, and this one stands at 2:9 too",
        ],
    );
    check(
        "groups:\n- name: a\n  interval: 5\n",
        &["3:13: error: group \"a\": interval is no duration, such as 30s or 1h30m: \"5\""],
    );
    check(
        "groups:\n- name: a\n  labels: {__name__: x}\n",
        &["3:12: error: group \"a\": a rule cannot set the label __name__: record or alert is the name"],
    );
    #[track_caller]
    fn check_rule(rule: &str, expect: &[&str]) {
        check(&with_rules(rule), expect);
    }
    check_rule("  - expr: up\n", &["4:5: error: group \"g\": a rule needs record: NAME or alert: NAME"]);
    check_rule(
        "  - record: a\n    alert: b\n    expr: up\n",
        &["4:13: error: group \"g\": a rule has record or alert, and this one has both"],
    );
    check_rule(
        "  - record: a\n",
        &["4:5: error: group \"g\", rule \"a\": a rule needs expr, a PromQL expression"],
    );
    check_rule(
        "  - record: a{b=\"c\"}\n    expr: up\n",
        &[
            "4:13: error: group \"g\", rule \"a{b=\\\"c\\\"}\": the name of a recording rule has no braces: a selector belongs into expr",
        ],
    );
    check_rule(
        "  - record: a-b\n    expr: up\n",
        &[
            "4:13: advice: group \"g\", rule \"a-b\": a name of other characters than [a-zA-Z0-9_:] needs quotes in each query, and Prometheus 3",
        ],
    );
    check_rule(
        "  - record: a\n    expr: up\n    for: 5m\n    annotations: {a: b}\n",
        &[
            "6:10: error: group \"g\", rule \"a\": a recording rule has no for: only alerts have",
            "7:19: error: group \"g\", rule \"a\": a recording rule has no annotations: only alerts have",
        ],
    );
    check_rule(
        "  - alert: a\n    expr: up\n    for: soon\n",
        &["6:10: error: group \"g\", rule \"a\": for is no duration, such as 30s or 1h30m: \"soon\""],
    );
    check_rule(
        "  - alert: a\n    expr: up\n    labels: {x: '{{ $vale }}'}\n",
        &[
            "6:21: error: group \"g\", rule \"a\": the template of \"x\": unknown variable $vale: did you mean $value?",
        ],
    );
    check_rule(
        "  - record: a\n    expr: up\n  - record: a\n    expr: up == 1\n",
        &[
            "6:5: advice: group \"g\", rule \"a\": the rule at 4:5 has the same name and labels: both write the same series",
        ],
    );
}

#[test]
fn a_place_within_an_expression_is_found_in_each_style() {
    #[track_caller]
    fn check(expr: &str, expect: &str) {
        let found = findings(&with_rules(&format!("  - record: a\n    expr: {expr}\n")));
        assert_eq!(found.len(), 1, "{expr}: {found:?}");
        let place = found[0].split(": ").next().unwrap();
        assert_eq!(place, expect, "{expr}: {found:?}");
    }
    check("sum(up) + nope(up)", "5:21");
    check("sum(up)\n      + nope(up)", "6:9");
    check("'up{a=\"''\"} + nope(up)'", "5:25");
    check("\"up{a=\\\"\\u00e9\\\"}\\n + nope(up)\"", "5:33");
    check("|\n      # why\n      up\n        + nope(up)", "8:11");
    check(">-\n      up\n      + nope(up)", "7:9");
    check("|2-\n      \"a\" + nope(up)", "6:13");
    check("&x sum(up) + nope(up)", "5:24");
    check("up +", "5:15");
}
