//! What a registry refuses, and what it shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::{Counter, CounterFn, Gauge, Histogram, Info, StateSet, Summary};
use super::*;
use crate::model::{Labels, MetricType};

/// One family of each type, with everything that needs an escape.
fn everything() -> Registry {
    let mut registry = Registry::default();
    let hits = Descriptor::new("hits_total", "Hits \"of\"\nall \\ kinds.");
    registry.register_family(hits, ["page"], Counter::default).unwrap().with(["a\"b\\c\nd"]).inc_by(3);
    registry.register(Descriptor::new("load", ""), Gauge::default()).unwrap().set(-0.5);
    let latency = Descriptor::new("latency_seconds", "Time.").with_unit("seconds");
    let latency = registry.register_family(latency, ["route"], || Histogram::new([0.1, 1.0])).unwrap();
    latency.with(["/"]).observe(0.5);
    latency.with(["/"]).observe(3.0);
    let size = Descriptor::new("size_bytes", "Size.");
    registry.register(size, Summary::new([0.5], 60_000)).unwrap().observe(7.0, 0);
    let build = Info::new(Labels::from_pairs([("version", "1.0")]));
    registry.register(Descriptor::new("build_info", "Build."), build).unwrap();
    let breaker = StateSet::new(["closed", "open"]);
    registry.register(Descriptor::new("breaker", "Breaker."), breaker).unwrap().set_only("open");
    registry
}

#[test]
fn every_type_as_openmetrics() {
    let expect = r#"# HELP hits Hits \"of\"\nall \\ kinds.
# TYPE hits counter
hits_total{page="a\"b\\c\nd"} 3.0
# TYPE load gauge
load -0.5
# HELP latency_seconds Time.
# TYPE latency_seconds histogram
# UNIT latency_seconds seconds
latency_seconds_bucket{route="/",le="0.1"} 0
latency_seconds_bucket{route="/",le="1.0"} 1
latency_seconds_bucket{route="/",le="+Inf"} 2
latency_seconds_count{route="/"} 2
latency_seconds_sum{route="/"} 3.5
# HELP size_bytes Size.
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 7.0
size_bytes_count 1
size_bytes_sum 7.0
# HELP build Build.
# TYPE build info
build_info{version="1.0"} 1
# HELP breaker Breaker.
# TYPE breaker stateset
breaker{breaker="closed"} 0
breaker{breaker="open"} 1
# EOF
"#;
    assert_eq!(everything().encode(Format::OpenMetrics, 0), expect);
}

#[test]
fn text_names_families_as_their_samples_and_knows_fewer_types() {
    let text = everything().encode(Format::Text, 0);
    for line in [
        "# HELP hits_total Hits \"of\"\\nall \\\\ kinds.",
        "# TYPE hits_total counter",
        "# TYPE build_info gauge",
        "# TYPE breaker gauge",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("# UNIT") && !text.contains("# EOF"), "{text}");
}

#[test]
fn bad_names_are_refused() {
    #[track_caller]
    fn check(name: &str, unit: &str, labels: [&str; 2], expect: &str) {
        let mut registry = everything();
        let descriptor = Descriptor::new(name, "").with_unit(unit);
        let found = registry.register_family(descriptor, labels, || Histogram::new([1.0]));
        assert_eq!(found.map(|_| ()).map_err(|error| error.to_string()), Err(expect.to_owned()));
    }
    let label = "is no label name: use letters, digits and _, no digit first and no __ at the start";
    let taken = "give the family another name";
    check(
        "a b",
        "",
        ["x", "y"],
        "\"a b\" is no metric name: use letters, digits, _ and :, and no digit first",
    );
    check("a", "", ["x", "y z"], &format!("\"y z\" {label}"));
    check("a", "", ["__x", "y"], &format!("\"__x\" {label}"));
    check("a", "", ["x", "x"], "the label \"x\" is taken: give it another name");
    check("a", "", ["x", "le"], "the label \"le\" is taken: give it another name");
    check("load", "", ["x", "y"], &format!("there are series named \"load\" already: {taken}"));
    check("hits", "", ["x", "y"], &format!("there are series named \"hits\" already: {taken}"));
    check("a", "seconds", ["x", "y"], "the name \"a\" has to end with its unit: a_seconds");
}

#[test]
fn series_of_two_families_never_share_a_name() {
    let mut registry = everything();
    let clash = registry.register(Descriptor::new("latency_seconds_bucket", ""), Gauge::default());
    assert_eq!(clash.map(|_| ()), Err(RegisterError::Duplicate("latency_seconds_bucket".to_owned())));
}

#[test]
fn a_scope_adds_its_prefix_and_labels() {
    let mut registry = Registry::default();
    let mut shop = registry.scope("shop").with_label("zone", "eu").with_label("unset", "");
    let hits = shop.register_family(Descriptor::new("hits", ""), ["page"], Counter::default).unwrap();
    hits.inc(["/"]);
    shop.register(Descriptor::new("load", ""), Gauge::default()).unwrap();
    let page = registry.encode(Format::Text, 0);
    assert!(page.contains("shop_hits_total{zone=\"eu\",page=\"/\"} 1.0\n"), "{page}");
    assert!(page.contains("shop_load{zone=\"eu\"} 0.0\n"), "{page}");

    let taken = registry.scope("").with_label("page", "1").register_family(
        Descriptor::new("n", ""),
        ["page"],
        Counter::default,
    );
    assert_eq!(taken.map(|_| ()), Err(RegisterError::TakenLabel("page".to_owned())));
    let invalid = registry.scope("a b").register(Descriptor::new("n", ""), Gauge::default());
    assert_eq!(invalid.map(|_| ()), Err(RegisterError::InvalidName("a b_n".to_owned())));
    let own = registry.register(Descriptor::new("p95_rejected_updates", ""), Counter::default());
    assert_eq!(own.map(|_| ()), Err(RegisterError::Duplicate("p95_rejected_updates".to_owned())));
}

#[test]
fn labels_of_an_info_are_checked_too() {
    #[track_caller]
    fn check(name: &str, expect: RegisterError) {
        let mut registry = Registry::default();
        let info = Info::new(Labels::from_pairs([(name, "1")]));
        let found = registry.scope("").with_label("zone", "eu").register(Descriptor::new("build", ""), info);
        assert_eq!(found.map(|_| ()), Err(expect));
    }
    check("a b", RegisterError::InvalidLabel("a b".to_owned()));
    check("__a", RegisterError::InvalidLabel("__a".to_owned()));
    check("zone", RegisterError::TakenLabel("zone".to_owned()));
}

/// Shows what it is told to, right or wrong.
struct Told(fn(&mut Collected<'_>));

impl Collector for Told {
    fn describe(&self) -> Vec<(Descriptor, MetricType)> {
        vec![
            (Descriptor::new("disk_reads", ""), MetricType::Counter),
            (Descriptor::new("disk_free_bytes", "").with_unit("bytes"), MetricType::Gauge),
            (Descriptor::new("disk_seconds", ""), MetricType::Histogram),
        ]
    }

    fn collect(&self, _now_ms: i64, shown: &mut Collected<'_>) {
        (self.0)(shown);
    }
}

#[test]
fn a_collector_cannot_break_the_exposition() {
    #[track_caller]
    fn check(told: fn(&mut Collected<'_>), expect: &[&str], expect_refused: u64) {
        let mut registry = Registry::default();
        registry.scope("my").with_label("host", "a").register_collector(Told(told)).unwrap();
        let page = registry.encode(Format::Text, 0);
        let mut found: Vec<&str> = page.lines().filter(|line| !line.starts_with('#')).collect();
        let refused = format!(
            "p95_rejected_updates_total{{family=\"my_disk_reads\",reason=\"collector\"}} {expect_refused}.0"
        );
        assert_eq!(found.pop_if(|line| **line == *refused).is_some(), expect_refused > 0, "{page}");
        assert_eq!(found, expect, "{page}");
    }
    check(
        |shown| {
            shown.family("disk_free_bytes");
            shown.gauge(&[("disk", "a")], 1.0);
            shown.gauge(&[("disk", "b")], f64::NAN);
            shown.family("disk_reads");
            shown.counter(&[], 3.0);
        },
        &[
            "my_disk_free_bytes{host=\"a\",disk=\"a\"} 1.0",
            "my_disk_free_bytes{host=\"a\",disk=\"b\"} NaN",
            "my_disk_reads_total{host=\"a\"} 3.0",
        ],
        0,
    );
    let kept = &["my_disk_free_bytes{host=\"a\",x=\"1\",y=\"2\"} 1.0"];
    check(
        |shown| {
            shown.family("disk_free_bytes");
            shown.gauge(&[("x", "1"), ("y", "2")], 1.0);
            shown.gauge(&[("y", "2"), ("x", "1")], 2.0);
            shown.gauge(&[("host", "b")], 2.0);
            shown.gauge(&[("not a name", "")], 2.0);
            shown.counter(&[("z", "")], 2.0);
            shown.family("disk_free_bytes");
            shown.gauge(&[("z", "")], 2.0);
        },
        kept,
        6,
    );
    check(|shown| shown.family("load"), &[], 1);
    check(|shown| shown.gauge(&[], 1.0), &[], 1);
    check(
        |shown| {
            shown.family("disk_reads");
            shown.counter(&[], -1.0);
            shown.counter(&[], f64::NAN);
            shown.family("disk_seconds");
            shown.metric(&[("le", "1")], &Histogram::new([]));
            shown.metric(&[], &Gauge::default());
        },
        &[],
        4,
    );
}

#[test]
fn a_collector_is_registered_whole_or_not_at_all() {
    let mut registry = Registry::default();
    registry.register(Descriptor::new("disk_seconds_count", ""), Gauge::default()).unwrap();
    let clash = registry.register_collector(Told(|_| ()));
    assert_eq!(clash, Err(RegisterError::Duplicate("disk_seconds_count".to_owned())));
    registry.register(Descriptor::new("disk_reads", ""), Counter::default()).unwrap();
}

#[test]
fn callbacks_are_asked_each_time_and_cannot_break_the_exposition() {
    let mut registry = Registry::default();
    let asked = Arc::new(AtomicU64::new(0));
    let next = {
        let asked = Arc::clone(&asked);
        move || [1.0, f64::NAN, -1.0, 4.0][asked.fetch_add(1, Ordering::Relaxed) as usize]
    };
    registry.register(Descriptor::new("n", ""), CounterFn::new(next)).unwrap();
    let samples = || {
        let page = registry.encode(Format::Text, 0);
        page.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("; ")
    };
    let refused = "p95_rejected_updates_total{family=\"n\",reason=";
    assert_eq!(samples(), "n_total 1.0");
    assert_eq!(samples(), format!("{refused}\"nan\"}} 1.0"));
    assert_eq!(samples(), format!("{refused}\"negative\"}} 1.0; {refused}\"nan\"}} 1.0"));
    assert!(samples().starts_with("n_total 4.0; "));
}
