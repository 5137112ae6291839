//! What templates become: p95 says it, and `promtool test rules` checks it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use p95_core::model::Labels;
use p95_core::promql::ParseOptions;
use p95_core::promql::eval::EngineOptions;
use p95_core::rules::{Alert, GroupEvaluator, Origin, StoreRules, read_rules};
use p95_core::store::{Store, StoreOptions};
use p95_tests::requires;
use serde_json::{Value, json};

/// The values of the series `v`.
const VALUES: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "0.5",
    "0.05",
    "-0.00042",
    "59.99999",
    "60",
    "3599.5",
    "-62.5",
    "93784",
    "999.96",
    "1000",
    "1023",
    "1024",
    "12345",
    "123456.789",
    "1234567",
    "-1e9",
    "1e21",
    "1e30",
    "5e-10",
    "1e-30",
    "1435065584.128",
    "NaN",
    "Inf",
    "-Inf",
];

/// Templates, each of which is expanded for each value.
const TEMPLATES: &[&str] = &[
    "{{ $value }} {{ .Value }} {{ print $value }} {{ printf \"%v\" $value }}",
    "{{ humanize $value }} {{ $value | humanize1024 }}",
    "{{ humanizePercentage $value }}",
    // Beyond that, Go's answer depends on the processor.
    "{{ if lt $value 1e15 }}{{ humanizeDuration $value }}{{ end }} {{ humanizeDuration \"-Inf\" }}",
    "{{ if lt $value 1e15 }}{{ if gt $value -1e9 }}{{ humanizeTimestamp $value }} {{ toTime $value }}{{ end }}{{ end }}",
    "{{ printf \"%.2f|%8.1f|%-9.3g|%e|%+.1f|%g|%08.2f\" $value $value $value $value $value $value $value }}",
    "{{ printf \"%d %s %q %t\" $value $value $value $value }}",
    "{{ if eq $value 1.0 }}one{{ else if ge $value 1000.0 }}many{{ else }}some{{ end }}",
    "{{ and $value \"b\" }} {{ or $value \"c\" }} {{ not $value }}",
    "{{ $labels.n }} {{ .Labels.n }} {{ $labels.none }}| {{ index $labels \"n\" }} {{ len $labels }} {{ $labels }}",
    "{{ title \"a slow-coach o'clock x_y\" }} {{ toUpper $labels.n }} {{ toLower \"ÀB\" }}",
    "{{ range query \"sort(w)\" }}{{ .Labels.host }}={{ .Value }};{{ end }}",
    "{{ range $i, $s := query \"w\" | sortByLabel \"host\" }}{{ $i }}{{ label \"host\" $s }}{{ value $s }} {{ end }}",
    "{{ with query \"none\" }}a{{ else }}nothing{{ end }} {{ query \"sum(w)\" | first | value }}",
    "{{ (query \"max(w)\" | first).Value | humanize }} {{ range query \"3 + 4\" }}{{ . }}{{ end }}",
    "{{ range query \"w\" | sortByLabel \"host\" }}{{ stripPort .Labels.host }} {{ stripDomain .Labels.host }} {{ end }}",
    "{{ reReplaceAll \"(.).*?o\" \"<$1>\" \"hello foo\" }} {{ match \"^h.*o$\" \"hello\" }} {{ match \"\\\\d\" \"a\" }}",
    "{{- \" a \" -}} \n b {{ `c\\n` }} {{ 'd' }} {{ 0x10 }} {{ 1_000 }} {{ 1e3 }} {{ \"\\u00e9\\x41\\t|\" }}",
    "{{ print 1 2 \"a\" \"b\" 3 true }} {{ println \"x\" 1 }}{{ html \"<a href='x'>\" }} {{ urlquery \"a b&ü\" }}",
    "{{ $x := 1 }}{{ range $k, $v := args \"p\" 2 }}{{ $x = $v }}{{ $k }}{{ end }}{{ $x }} {{ (args \"p\" 2).arg0 }}",
    "{{ printf \"%5d|%-5d|%05d|%x|%X|%o|%b|%c|%U\" 42 42 42 255 255 8 5 65 }}",
    "{{ printf \"%s %d\" \"a\" }} {{ printf \"%s\" \"a\" \"b\" 1 }} {{ printf \"%d%%\" 5 }} {{ printf \"%\" }} {{ printf \"%.2s|%6s|%-6s|\" \"abc\" \"d\" \"e\" }}",
    "{{ graphLink \"up{job=\\\"a b\\\"} > 1\" }} {{ tableLink \"up\" }} {{ safeHtml \"<b>\" }} {{ parseDuration \"1h30m\" }}",
    "{{ range $i, $s := query \"w\" | sortByLabel \"host\" }}{{ if $i }}{{ break }}{{ end }}{{ $s.Labels.host }}{{ end }}",
    "{{ eq \"a\" \"b\" \"a\" }} {{ ne 1 2 }} {{ le \"a\" \"b\" }} {{ gt 2 1 }} {{ lt 1.5 1.5 }} {{ eq true true }}",
];

/// The series besides: name, labels, value.
const OTHERS: [(&str, &str); 3] =
    [("shop.example.org:8000", "3"), ("10.0.0.1:9100", "1.5"), ("[::1]:80", "2")];

/// The file of rules: one alert, which is all of the series `v`.
fn rule_file(template: &str) -> Value {
    let annotations = json!({ "text": template });
    let rule = json!({ "alert": "All", "expr": "v", "labels": { "text": "{{ $value | printf \"%.1f\" }}" }, "annotations": annotations });
    json!({ "groups": [{ "name": "g", "rules": [rule] }] })
}

/// What p95 makes of them.
fn alerts(rules: &str) -> Vec<Alert> {
    let read = read_rules(rules, &ParseOptions::default());
    assert_eq!(read.findings, []);
    let group = read.groups.into_iter().next().expect("a group");
    let mut group = GroupEvaluator::new(group, &Origin::default(), 60_000).expect("a usable group");
    let mut store = Store::new(StoreOptions::default());
    let mut append = |labels: [(&str, &str); 2], value: &str| {
        let id = store.series_for(&Labels::from_pairs(labels));
        store.append(id, 0, value.parse().expect("a number"));
    };
    for (at, value) in VALUES.iter().enumerate() {
        append([("__name__", "v"), ("n", &at.to_string())], value);
    }
    for (host, value) in OTHERS {
        append([("__name__", "w"), ("host", host)], value);
    }
    let options = EngineOptions::default();
    group.evaluate(&mut StoreRules { store: &mut store, options: &options }, 0, || Duration::ZERO);
    let status = group.status();
    let rule = status.rules.first().expect("a rule");
    assert_eq!(rule.last_error, None);
    rule.alerts().to_vec()
}

/// A unit test that expects these alerts.
fn unit_test(alerts: &[Alert]) -> Value {
    let series = |series: String, value: &str| json!({ "series": series, "values": value });
    let values = VALUES.iter().enumerate().map(|(at, value)| series(format!("v{{n=\"{at}\"}}"), value));
    let others = OTHERS.iter().map(|(host, value)| series(format!("w{{host=\"{host}\"}}"), value));
    let input = Vec::from_iter(values.chain(others));
    let expected = alerts.iter().map(|alert| {
        let labels = alert.labels.iter().filter(|(name, _)| *name != "alertname");
        let labels: serde_json::Map<String, Value> =
            labels.map(|(name, value)| (name.to_owned(), json!(value))).collect();
        json!({ "exp_labels": labels, "exp_annotations": alert.annotations })
    });
    let test = json!({ "eval_time": "0m", "alertname": "All", "exp_alerts": expected.collect::<Vec<_>>() });
    json!({ "rule_files": ["rules.yml"], "tests": [{ "interval": "1m", "input_series": input, "alert_rule_test": [test] }] })
}

fn promtool(folder: &Path, alerts: &[Alert]) -> Output {
    let file = folder.join("test.yml");
    fs::write(&file, unit_test(alerts).to_string()).expect("a file in a temporary folder");
    Command::new("promtool").args(["test", "rules"]).arg(file).output().expect("promtool")
}

#[test]
fn templates_become_what_promtool_expects() {
    if !requires("promtool") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    for template in TEMPLATES {
        let rules = rule_file(template).to_string();
        fs::write(folder.path().join("rules.yml"), &rules).expect("a file in a temporary folder");
        let mut alerts = alerts(&rules);
        assert_eq!(alerts.len(), VALUES.len());
        let output = promtool(folder.path(), &alerts);
        let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            wrong.push(format!("{template}\n{said}"));
        }

        let text = alerts.iter_mut().find_map(|alert| alert.annotations.get_mut("text"));
        text.expect("an annotation").push('x');
        assert!(!promtool(folder.path(), &alerts).status.success(), "promtool sees a wrong expectation");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
