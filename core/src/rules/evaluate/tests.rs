//! Rules over a store, evaluation by evaluation.

use std::time::Duration;

use super::*;
use crate::model::select::{Select as _, TimeRange};
use crate::model::{Labels, Matcher, is_stale};
use crate::promql::ParseOptions;
use crate::promql::eval::EngineOptions;
use crate::rules::read_rules;
use crate::store::{Store, StoreOptions};

const MINUTE_MS: i64 = 60_000;

/// A sample: metric, labels, value.
type Sample<'a> = (&'a str, &'a [(&'a str, &'a str)], f64);

/// A group over a store of its own.
struct World {
    store: Store,
    group: GroupEvaluator,
}

impl World {
    /// The fields of the group, and its rules.
    #[track_caller]
    fn new(group: &str) -> Self {
        let read = read_rules(&format!("groups:\n- name: g\n{group}"), &ParseOptions::default());
        assert_eq!(read.findings, []);
        let group = read.groups.into_iter().next().unwrap();
        let origin = Origin { file: "rules.yml".to_owned(), ..Origin::default() };
        let group = GroupEvaluator::new(group, &origin, MINUTE_MS).unwrap();
        Self { store: Store::new(StoreOptions::default()), group }
    }

    /// Puts the samples of a time, such as `a{l="1"} 2`, into the store, and evaluates the group.
    fn step(&mut self, minute: i64, samples: &[Sample]) -> GroupStatus {
        for (name, labels, value) in samples {
            let mut labels = Labels::from_pairs(labels.iter().copied()).to_builder();
            let id = self.store.series_for(&labels.set("__name__", name).build());
            self.store.append(id, minute * MINUTE_MS, *value);
        }
        // Nothing is looked back for, so that what is not there is gone.
        let options = EngineOptions { lookback_ms: 1, ..EngineOptions::default() };
        let mut rules = StoreRules { store: &mut self.store, options: &options };
        self.group.evaluate(&mut rules, minute * MINUTE_MS, || Duration::ZERO);
        self.group.status()
    }

    /// The samples of a metric, as minute and value; `stale` for a marker.
    fn written(&self, name: &str) -> Vec<String> {
        let range = TimeRange { start_ms: i64::MIN / 2, end_ms: i64::MAX / 2 };
        let mut found = self.store.select(&[Matcher::equal("__name__", name)], range, 1_000).unwrap();
        found.sort_by(|a, b| a.labels.cmp(&b.labels));
        let samples = |series: &crate::model::select::SelectedSeries| {
            let shown = series.samples.floats.iter().map(|sample| {
                let value =
                    if is_stale(sample.value) { "stale".to_owned() } else { sample.value.to_string() };
                format!("{}:{value}", sample.timestamp_ms as f64 / MINUTE_MS as f64)
            });
            Vec::from_iter(shown).join(" ")
        };
        found.iter().map(|series| format!("{} {}", series.labels, samples(series))).collect()
    }
}

#[test]
fn a_recording_rule_writes_series_and_ends_them() {
    let mut world =
        World::new("  rules:\n  - record: s\n    expr: sum by (l, m) (a) * 2\n    labels: {m: '', n: x}\n");
    world.step(1, &[("a", &[("l", "1"), ("m", "2")], 3.0), ("a", &[("l", "2")], 4.0)]);
    world.step(2, &[("a", &[("l", "2")], 5.0)]);
    let status = world.step(3, &[("a", &[("l", "1"), ("m", "2")], 6.0)]);
    assert_eq!(
        world.written("s"),
        [r#"s{l="1", n="x"} 1:6 2:stale 3:12"#, r#"s{l="2", n="x"} 1:8 2:10 3:stale"#]
    );
    assert_eq!(
        (status.rules[0].health, status.evaluations_total, status.failures_total),
        (RuleHealth::Good, 3, 0)
    );
}

#[test]
fn rules_see_what_those_before_them_wrote() {
    let mut world = World::new(
        "  rules:\n  - record: b\n    expr: a + 1\n  - record: c\n    expr: b * 10\n  - record: t\n    expr: time()\n",
    );
    world.step(1, &[("a", &[], 1.0)]);
    assert_eq!(
        (world.written("c"), world.written("t")),
        (vec!["c 1:20".to_owned()], vec!["t 1:60".to_owned()])
    );
}

#[test]
fn what_fails_says_why_and_leaves_what_was_written() {
    #[track_caller]
    fn check(group: &str, expect_error: &str, expect_written: &[&str]) {
        let mut world = World::new(group);
        world.step(1, &[("a", &[("l", "1")], 1.0)]);
        let status = world.step(2, &[("a", &[("l", "1")], 1.0), ("a", &[("l", "2")], 2.0)]);
        let rule = &status.rules[0];
        assert_eq!((rule.health, rule.last_error.as_deref()), (RuleHealth::Bad, Some(expect_error)));
        assert_eq!((status.evaluations_total, status.failures_total), (2, 1));
        assert_eq!(world.written("s"), expect_written);
        assert_eq!(world.step(3, &[]).rules[0].last_error, None);
    }
    check(
        "  rules:\n  - record: s\n    expr: a\n    labels: {l: x}\n",
        "vector contains metrics with the same labelset after applying rule labels: s{l=\"x\"}",
        &["s{l=\"x\"} 1:1"],
    );
    check(
        "  limit: 1\n  rules:\n  - record: s\n    expr: a\n",
        "exceeded limit of 1 with 2 series",
        &["s{l=\"1\"} 1:1"],
    );
    check("  limit: 1\n  rules:\n  - alert: s\n    expr: a\n", "exceeded limit of 1 with 2 alerts", &[]);
    check(
        "  rules:\n  - alert: s\n    expr: a\n    labels: {l: x}\n",
        "vector contains metrics with the same labelset after applying alert labels: {alertname=\"s\", l=\"x\"}",
        &[],
    );
    check(
        "  rules:\n  - record: s\n    expr: a * on() a\n",
        "found duplicate series for the match group {} on the right hand-side of the operation: [{__name__=\"a\", l=\"1\"}, \
         {__name__=\"a\", l=\"2\"}];many-to-many matching not allowed: matching labels must be unique on one side",
        &["s 1:1"],
    );
}

#[test]
fn an_alert_waits_fires_and_is_kept() {
    /// Where the element is, minute by minute, and the state after each.
    #[track_caller]
    fn check(fields: &str, found: &str, expect: &str) {
        let mut world = World::new(&format!("  rules:\n  - alert: A\n    expr: a > 0\n{fields}"));
        let mut states = String::new();
        for (minute, is_found) in found.chars().enumerate() {
            let element: Sample = ("a", &[("l", "1")], 1.0);
            let samples = if is_found == 'x' { &[element][..] } else { &[] };
            let status = world.step(i64::try_from(minute).unwrap(), samples);
            states.push(match status.rules[0].state().unwrap() {
                AlertState::Inactive => '.',
                AlertState::Pending => 'p',
                AlertState::Firing => 'F',
            });
        }
        assert_eq!(states, expect, "{fields} {found}");
    }
    check("", "x.xx", "F.FF");
    check("    for: 2m\n", "xxxx.xx.", "ppFF.pp.");
    check("    for: 90s\n", "xxx", "ppF");
    check("    keep_firing_for: 2m\n", "x.x....x", "FFFFF..F");
    check("    for: 1m\n    keep_firing_for: 1m\n", "x.xx..x", "p.pFF.p");
}

#[test]
fn alerts_are_series_too() {
    let mut world = World::new(
        "  query_offset: 1m\n  rules:\n  - alert: A\n    expr: a > 0\n    for: 1m\n    labels: {severity: '{{ if gt $value 1.0 }}high{{ end }}', job: ''}\n    annotations: {text: '{{ $labels.l }}: {{ $value }} {{ humanize $labels.l }}'}\n",
    );
    world.step(1, &[("a", &[("l", "x"), ("job", "j")], 2.0)]);
    // The queries look a minute back.
    world.step(2, &[("a", &[("l", "x"), ("job", "j")], 2.0)]);
    let status = world.step(3, &[]);
    let alert = &status.rules[0].alerts()[0];
    assert_eq!(alert.labels.to_string(), r#"{alertname="A", l="x", severity="high"}"#);
    assert_eq!(
        alert.annotations["text"],
        "<error expanding template: position 1:34: humanize: \"x\" is no number>"
    );
    assert_eq!((alert.state, alert.active_at_ms, alert.value), (AlertState::Firing, 2 * MINUTE_MS, 2.0));
    world.step(4, &[]);
    assert_eq!(
        world.written("ALERTS"),
        [
            r#"ALERTS{alertname="A", alertstate="firing", l="x", severity="high"} 2:1 3:stale"#,
            r#"ALERTS{alertname="A", alertstate="pending", l="x", severity="high"} 1:1 2:stale"#,
        ]
    );
    assert_eq!(
        world.written("ALERTS_FOR_STATE"),
        [r#"ALERTS_FOR_STATE{alertname="A", l="x", severity="high"} 1:120 2:120 3:stale"#]
    );
}

#[test]
fn templates_ask_the_store() {
    let mut world = World::new(
        "  rules:\n  - alert: A\n    expr: a > 0\n    annotations:\n      all: '{{ range query \"sort(b)\" }}{{ .Labels.l }}={{ .Value }} {{ end }}{{ with query \"nothing\" }}{{ . }}{{ else }}none{{ end }}'\n      bad: '{{ query \"b[1m]\" }}'\n",
    );
    let samples: &[Sample] = &[("a", &[], 1.0), ("b", &[("l", "1")], 5.0), ("b", &[("l", "2")], 4.0)];
    let status = world.step(1, samples);
    let annotations = &status.rules[0].alerts()[0].annotations;
    assert_eq!(annotations["all"], "2=4 1=5 none");
    assert!(annotations["bad"].ends_with("neither an instant vector nor a number>"), "{annotations:?}");
}

#[test]
fn a_group_that_ends_ends_its_series() {
    let mut world = World::new("  rules:\n  - record: s\n    expr: a\n");
    world.step(1, &[("a", &[], 1.0)]);
    let options = EngineOptions::default();
    world.group.stop(&mut StoreRules { store: &mut world.store, options: &options }, 2 * MINUTE_MS);
    assert_eq!(world.written("s"), ["s 1:1 2:stale"]);
    let status = world.step(5, &[]);
    assert_eq!(status.missed_total, 3);
}
