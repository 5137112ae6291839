//! Which files are good: what p95 says beside `promtool check rules`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use p95_core::promql::ParseOptions;
use p95_core::rules::read_rules;
use p95_tests::requires;
use p95_tests::requires::not_run;

/// Groups that both take.
const GOOD: &[&str] = &[
    "",
    "# nothing",
    "groups:",
    "groups: []",
    "groups: [{name: a}]",
    "groups: [{name: a, interval: 1m30s, limit: 5, rules: []}]",
    "groups: [{name: a, rules: [{record: 'a:b', expr: 'sum by (job) (up)', labels: {x: 1, y: yes, z: }}]}]",
    "groups: [{name: a, rules: [{record: a, expr: up, for: 0s}]}]",
    "groups: [{name: a, rules: [{record: a, expr: 1}, {record: a, expr: 2}]}]",
    "groups: [{name: a, rules: [{alert: any name, expr: up == 0, for: 5m, keep_firing_for: 1h}]}]",
    "groups: [{name: a, rules: [{record: a, expr: 'up[5m]'}]}]",
    "groups: [&g {name: a, rules: &r [{record: a, expr: up}]}, {name: b, rules: *r}]",
];

/// Groups that both refuse.
const BAD: &[&str] = &[
    "- a",
    "groups: 3",
    "group: []",
    "groups: [",
    "groups: [{rules: []}]",
    "groups: [{name: ''}]",
    "groups: [{name: a}, {name: a}]",
    "groups: [{name: a, name: b}]",
    "groups: [{name: a, interval: 5}]",
    "groups: [{name: a, interval: 1m1h}]",
    "groups: [{name: a, limit: many}]",
    "groups: [{name: a, rule: []}]",
    "groups: [{name: a, rules: [{}]}]",
    "groups: [{name: a, rules: [{expr: up}]}]",
    "groups: [{name: a, rules: [{record: a}]}]",
    "groups: [{name: a, rules: [{record: a, expr: ''}]}]",
    "groups: [{name: a, rules: [{record: a, alert: b, expr: up}]}]",
    "groups: [{name: a, rules: [{record: a, expr: 'sum('}]}]",
    "groups: [{name: a, rules: [{record: a, expr: 'rate(up)'}]}]",
    "groups: [{name: a, rules: [{record: a, expr: 'nope(up)'}]}]",
    "groups: [{name: a, rules: [{record: 'a{b=\"c\"}', expr: up}]}]",
    "groups: [{name: a, rules: [{record: a, expr: up, for: 5m}]}]",
    "groups: [{name: a, rules: [{record: a, expr: up, keep_firing_for: 5m}]}]",
    "groups: [{name: a, rules: [{record: a, expr: up, annotations: {b: c}}]}]",
    "groups: [{name: a, rules: [{record: a, expr: up, labels: {__name__: b}}]}]",
    "groups: [{name: a, rules: [{record: a, expr: up, labels: [b]}]}]",
    "groups: [{name: a, rules: [{alert: a, expr: up, for: soon}]}]",
    "groups: [{name: a, rules: [{alert: a, expr: up, severity: high}]}]",
];

/// Files on which p95 and promtool 2.42 differ: what is found, whether p95 takes it, and why.
const DEPARTURES: &[(&str, bool, &str)] = &[
    ("groups: [{name: a, query_offset: 1m}]", true, "Prometheus has it since 2.53"),
    ("groups: [{name: a, labels: {team: shop}}]", true, "Prometheus has it since 3.0"),
    (
        "groups: [{name: a, rules: [{record: a-b, expr: up}]}]",
        true,
        "names are UTF-8 since 3.0: it is advice",
    ),
    (
        "groups: [{name: a, rules: [{record: a, expr: up, labels: {b-c: d}}]}]",
        true,
        "names are UTF-8 since 3.0",
    ),
];

/// Templates of labels and annotations that both take, or both refuse.
const TEMPLATES: &[(&str, bool)] = &[
    ("", true),
    ("{{ $value }} {{ .Labels.job }} {{ $externalLabels.region }} {{ $externalURL }} {{ $ }}", true),
    ("{{ if gt $value 1.0 }}a{{ else if true }}b{{ else }}c{{ end }}", true),
    ("{{ range $i, $s := query `up` }}{{ $s.Value }}{{ break }}{{ else }}none{{ end }}", true),
    ("{{ with $x := 1 }}{{ $x }}{{ end }}{{- /* why */ -}}", true),
    ("{{ $x := 'a' }}{{ $x = 0x1F }}{{ (query \"up\" | first).Labels.job }}", true),
    (
        "{{ humanize 1 }}{{ humanize1024 1 }}{{ humanizeDuration 1 }}{{ humanizePercentage 1 }}{{ humanizeTimestamp 1 }}",
        true,
    ),
    (
        "{{ title `a` }}{{ toUpper `a` }}{{ toLower `a` }}{{ match `a` `b` }}{{ reReplaceAll `a` `b` `c` }}",
        true,
    ),
    (
        "{{ first (query `a`) | value }}{{ query `a` | first | label `b` }}{{ query `a` | sortByLabel `b` | len }}",
        true,
    ),
    (
        "{{ strvalue (query `a` | first) }}{{ args 1 2 }}{{ safeHtml `a` }}{{ graphLink `a` }}{{ tableLink `a` }}",
        true,
    ),
    (
        "{{ externalURL }}{{ pathPrefix }}{{ stripPort `a:1` }}{{ stripDomain `a.b` }}{{ parseDuration `5m` }}{{ toTime 1 }}",
        true,
    ),
    (
        "{{ and 1 2 }}{{ or 1 2 }}{{ not 1 }}{{ eq 1 2 }}{{ ne 1 2 }}{{ lt 1 2 }}{{ le 1 2 }}{{ gt 1 2 }}{{ ge 1 2 }}",
        true,
    ),
    (
        "{{ print 1 }}{{ printf `%v` 1 }}{{ println 1 }}{{ html `a` }}{{ urlquery `a` }}{{ index $labels `a` }}",
        true,
    ),
    ("{{ $vale }}", false),
    ("{{ humanise $value }}", false),
    ("{{ $value", false),
    ("{{ end }}", false),
    ("{{ if true }}", false),
    ("{{ if true }}a{{ else }}b{{ else }}c{{ end }}", false),
    ("{{ \"a }}", false),
    ("{{ ) }}", false),
    ("{{ $value | 5 }}", false),
    ("{{ }}", false),
    ("{{ break }}", false),
    ("{{ $x, $y := 1 }}", false),
    ("{{ 08x }}", false),
];

fn p95_takes(text: &str) -> bool {
    read_rules(text, &ParseOptions::default()).errors().next().is_none()
}

fn promtool_takes(folder: &Path, text: &str) -> bool {
    let file = folder.join("rules.yml");
    fs::write(&file, text).expect("a file in a temporary folder");
    let output = Command::new("promtool").args(["check", "rules"]).arg(&file).output().expect("promtool");
    output.status.success()
}

/// Each file is good or bad, by p95 and by promtool.
fn compare(files: impl Iterator<Item = (String, bool, bool)>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    for (text, expect_p95, expect_promtool) in files {
        let found = (p95_takes(&text), promtool_takes(folder.path(), &text));
        if found != (expect_p95, expect_promtool) {
            wrong.push(format!("{text}: p95 {}, promtool {}", found.0, found.1));
        }
    }
    assert!(wrong.is_empty(), "whether they take it:\n{}", wrong.join("\n"));
}

#[test]
fn files_are_good_and_bad_as_for_promtool() {
    if !requires("promtool") {
        return;
    }
    let good = GOOD.iter().map(|text| ((*text).to_owned(), true, true));
    let bad = BAD.iter().map(|text| ((*text).to_owned(), false, false));
    let departures = DEPARTURES.iter().map(|(text, p95, _)| ((*text).to_owned(), *p95, !p95));
    compare(good.chain(bad).chain(departures));
}

#[test]
fn templates_are_good_and_bad_as_for_promtool() {
    if !requires("promtool") {
        return;
    }
    compare(TEMPLATES.iter().map(|(template, is_good)| {
        let rule = serde_json::json!({ "alert": "a", "expr": "up", "annotations": { "b": template } });
        let file = serde_json::json!({ "groups": [{ "name": "g", "rules": [rule] }] });
        (file.to_string(), *is_good, *is_good)
    }));
}

/// Files of the corpora on which p95 and promtool 2.42 differ: the end of a path, whether p95 takes it, and why.
const CORPORA_DEPARTURES: &[(&str, bool, &str)] = &[];

#[test]
fn files_that_people_use_are_good_and_bad_as_for_promtool() {
    let Some(corpora) = std::env::var_os("P95_CORPORA").map(PathBuf::from) else {
        return not_run("corpora: not run: P95_CORPORA names no folder");
    };
    if !requires("promtool") {
        return;
    }
    let files = yaml_files(&corpora.join("rules"));
    assert!(files.len() > 10, "{} files of rules", files.len());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a file of the corpora");
        let found = (p95_takes(&text), promtool_takes(folder.path(), &text));
        let departure = CORPORA_DEPARTURES.iter().find(|(name, ..)| file.ends_with(name));
        let is_explained = departure.map_or(found.0 == found.1, |(_, p95, _)| found == (*p95, !p95));
        if !is_explained {
            let findings = read_rules(&text, &ParseOptions::default()).findings;
            wrong.push(format!(
                "{}: p95 {}, promtool {}: {:?}",
                file.display(),
                found.0,
                found.1,
                findings.first()
            ));
        }
    }
    assert!(wrong.is_empty(), "whether they take it:\n{}", wrong.join("\n"));
}

/// The YAML files in a folder and those below it.
fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the corpora") {
        let path = entry.expect("a file of the corpora").path();
        if path.is_dir() {
            found.extend(yaml_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}
