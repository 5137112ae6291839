//! Rules that p95 and a Prometheus evaluate over the same page.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use p95_tests::{Page, PageServer, http, p95_binary, requires};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::peers::prometheus;
use crate::served::{PATIENCE, Served, encoded};

const RULES: &str = r#"
groups:
- name: recorded
  interval: 500ms
  rules:
  - record: shop:errors:sum
    expr: sum by (shop) (errors)
    labels: {team: sea, kind: ''}
  - record: shop:errors:twice
    expr: shop:errors:sum * 2
  - record: shop:bad
    expr: errors * on(shop) errors
- name: alerts
  interval: 500ms
  rules:
  - alert: TooMany
    expr: shop:errors:sum > 10
    labels: {severity: '{{ if gt $value 100.0 }}page{{ else }}mail{{ end }}', shop: ''}
    annotations:
      summary: '{{ $labels.shop }} has {{ $value | humanize }} errors ({{ printf "%.1f" .Value }})'
      routes: '{{ range query "sort_desc(errors)" }}{{ .Labels.route }}={{ .Value }} {{ end }}'
      broken: '{{ query "errors{shop=\"none\"}" | first | value }}'
  - alert: Slow
    expr: errors > 5
    for: 1h
  - alert: Kept
    expr: errors{route="/b"} > 50
    keep_firing_for: 1h
  - alert: Never
    expr: errors < 0
- name: limited
  interval: 500ms
  limit: 1
  rules:
  - record: shop:limited
    expr: errors
  - alert: Limited
    expr: errors
"#;

/// A page that is bad until it is mended.
fn page(is_mended: &AtomicBool) -> Page {
    let values = if is_mended.load(Ordering::Relaxed) { [1, 2] } else { [70, 60] };
    let [a, b] = values;
    Page::text(format!(
        "errors{{shop=\"tea\",route=\"/a\",kind=\"x\"}} {a}\nerrors{{shop=\"tea\",route=\"/b\",kind=\"x\"}} {b}\n"
    ))
}

/// Both, with the same rules over the same page.
struct Pair {
    is_mended: Arc<AtomicBool>,
    _page: PageServer,
    served: Served,
    prometheus_port: u16,
    _prometheus: p95_tests::Program,
    _folders: [TempDir; 2],
}

impl Pair {
    fn start() -> anyhow::Result<Self> {
        let is_mended = Arc::new(AtomicBool::new(false));
        let shown = Arc::clone(&is_mended);
        let server = PageServer::start(move |_| page(&shown))?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("rules.yml");
        fs::write(&file, RULES)?;
        let file = file.to_str().context("a path in UTF-8")?;
        let config = format!(
            "rule_files: ['{file}']\nscrape_configs:\n- job_name: p95\n  scrape_interval: 500ms\n  scrape_timeout: 500ms\n  \
             static_configs:\n  - targets: ['127.0.0.1:{}']\n",
            server.port()
        );
        let (program, prometheus_port, prometheus_folder) = prometheus(&config)?;
        let served = Served::with(&[&server.url("/metrics"), "--rules", file])?;
        Ok(Self {
            is_mended,
            _page: server,
            served,
            prometheus_port,
            _prometheus: program,
            _folders: [folder, prometheus_folder],
        })
    }

    /// What both answer to a call, without what no two servers agree on.
    fn both(&self, call: &str) -> anyhow::Result<[Value; 2]> {
        let ask = |port| -> anyhow::Result<Value> {
            let answer = http::get(&http::url(port, call))?;
            let mut answer: Value = serde_json::from_str(&answer.body)?;
            comparable(&mut answer);
            Ok(answer)
        };
        Ok([ask(self.served.port)?, ask(self.prometheus_port)?])
    }

    /// Waits until both answer a query alike, and with something.
    fn wait_until_same_values(&self, query: &str) -> anyhow::Result<()> {
        let values = |answer: &Value| -> BTreeSet<String> {
            let found = answer.pointer("/data/result").and_then(Value::as_array).cloned().unwrap_or_default();
            let part =
                |series: &Value, pointer| series.pointer(pointer).map(Value::to_string).unwrap_or_default();
            found.iter().map(|series| part(series, "/metric") + &part(series, "/value/1")).collect()
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let call = format!("/api/v1/query?query={}", encoded(query));
            let answers =
                [self.served.port, self.prometheus_port].map(|port| http::get(&http::url(port, &call)));
            let mut found = Vec::new();
            for answer in answers {
                found.push(values(&serde_json::from_str(&answer?.body)?));
            }
            if found.first() == found.last() && found.iter().all(|values| !values.is_empty()) {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{query}: {found:?}");
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Waits until both give the same answer, which has so many firing alerts.
    fn wait_until_equal(&self, call: &str, firing: usize) -> anyhow::Result<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let [ours, theirs] = self.both(call)?;
            if ours == theirs && ours.to_string().matches("\"state\":\"firing\"").count() == firing {
                return Ok(ours);
            }
            ensure!(Instant::now() < deadline, "{call}: ours\n{ours:#}\nand theirs\n{theirs:#}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// Takes out times, durations and the words of errors, and puts lists in order. Groups of which nothing is wanted are left
/// out since Prometheus 3.
fn comparable(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in ["activeAt", "evaluationTime", "lastEvaluation", "keepFiringSince"] {
                if let Some(field) = fields.get_mut(name) {
                    *field = json!("some");
                }
            }
            for (name, field) in fields.iter_mut() {
                if let Some(text) = field.as_str() {
                    let words = text.split(':').next().unwrap_or_default();
                    let is_error = name == "lastError" || text.starts_with("<error expanding template: ");
                    if is_error {
                        *field = json!(words);
                    }
                }
            }
            fields.values_mut().for_each(comparable);
        }
        Value::Array(elements) => {
            elements.retain(|element| element.get("rules").is_none_or(|rules| *rules != json!([])));
            elements.iter_mut().for_each(comparable);
            elements.sort_by_key(Value::to_string);
        }
        _ => {}
    }
}

#[test]
fn alerts_and_rules_are_those_of_prometheus() {
    if !requires("prometheus") {
        return;
    }
    let pair = Pair::start().unwrap();
    let alerts = pair.wait_until_equal("/api/v1/alerts", 2).unwrap();
    let names: BTreeSet<&str> = alerts["data"]["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|alert| alert["labels"]["alertname"].as_str())
        .collect();
    assert_eq!(names, BTreeSet::from(["Kept", "Slow", "TooMany"]));
    // Each alert stands in its rule, which is firing too.
    for (call, firing) in [("rules", 4), ("rules?type=alert", 4), ("rules?type=record", 0)] {
        pair.wait_until_equal(&format!("/api/v1/{call}"), firing).unwrap();
    }
    for query in ["shop:errors:twice", "ALERTS", "count(ALERTS_FOR_STATE)"] {
        pair.wait_until_same_values(query).unwrap();
    }

    pair.is_mended.store(true, Ordering::Relaxed);
    let kept = pair.wait_until_equal("/api/v1/alerts", 1).unwrap();
    assert_eq!(kept["data"]["alerts"][0]["labels"]["alertname"], "Kept");
    assert_eq!(kept["data"]["alerts"][0]["keepFiringSince"], "some");
    pair.wait_until_same_values("ALERTS").unwrap();
}

/// What a filter leaves, as `group: rule, rule`.
fn names(served: &Served, call: &str) -> anyhow::Result<Vec<String>> {
    let data = served.data(&format!("/api/v1/rules?{call}"))?;
    let list =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let name = |value: &Value| value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let shown = |group: &Value| {
        let rules = Vec::from_iter(list(group, "rules").iter().map(name));
        format!("{}: {}", name(group), rules.join(", "))
    };
    Ok(list(&data, "groups").iter().map(shown).collect())
}

#[test]
fn rules_can_be_filtered_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop rules.yml");
    fs::write(&file, RULES).unwrap();
    let path = file.to_str().unwrap();
    let served = Served::with(&["--demo", "--rules", path]).unwrap();
    let file = encoded(path);
    let alerts = "alerts: TooMany, Slow, Kept, Never";
    let recorded = "recorded: shop:errors:sum, shop:errors:twice, shop:bad";
    let check = |call: &str, expect: &[&str]| assert_eq!(names(&served, call).unwrap(), expect, "{call}");
    check("", &[alerts, "limited: shop:limited, Limited", recorded]);
    check("type=alert", &[alerts, "limited: Limited"]);
    check("type=record", &["limited: shop:limited", recorded]);
    check("rule_group[]=recorded&rule_group[]=none", &[recorded]);
    check("rule_name[]=Slow&rule_name[]=Limited", &["alerts: Slow", "limited: Limited"]);
    check(&format!("file[]={file}&type=record&rule_name[]=shop:bad"), &["recorded: shop:bad"]);
    check("file[]=none", &[]);
    let response = served.get("/api/v1/rules?type=both").unwrap();
    assert_eq!(response.status, 400, "{}", response.body);
    let shown = served.data("/api/v1/rules?exclude_alerts=true&rule_name[]=Slow").unwrap();
    assert_eq!(shown["groups"][0]["rules"][0].get("alerts"), None);

    served.wait_for("count(ALERTS) or on() vector(0)").unwrap();
    let deadline = Instant::now() + PATIENCE;
    let group = format!("{{rule_group=\"{path};recorded\"}}");
    loop {
        let page = served.get("/metrics").unwrap().body;
        let count = |name: &str| {
            let line = page.lines().find_map(|line| line.strip_prefix(&format!("{name}{group} ")));
            line.unwrap().parse::<f64>().unwrap()
        };
        if count("p95_rule_evaluations_total") >= 6.0 {
            assert_eq!(count("p95_rule_evaluation_failures_total"), 0.0);
            assert!(page.contains("p95_alerts{state=\"firing\"} 0.0\n"), "{page}");
            break;
        }
        assert!(Instant::now() < deadline, "{page}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn rules_with_mistakes_are_refused_before_anything_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yml");
    let check = |text: Option<&str>, expect: &str| {
        let _ = fs::remove_file(&file);
        if let Some(text) = text {
            fs::write(&file, text).unwrap();
        }
        let mut command = Command::new(p95_binary().unwrap());
        let output = command
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--rules"])
            .arg(&file)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(expect), "{said}");
    };
    check(None, "cannot read ");
    check(
        Some("groups:\n- name: a\n  rules:\n  - record: b\n    expr: sum(\n"),
        "rules.yml:5:15: error: group \"a\", rule \"b\": ",
    );
}
