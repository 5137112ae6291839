//! Pages in, series out.

use std::time::Duration;

use super::relabel::{Action, RelabelConfig, RelabelRules};
use super::*;
use crate::exposition::parse::Format::{self, OpenMetrics, Text};
use crate::model::select::{Select, TimeRange};
use crate::model::{Labels, Matcher, MetricType, is_stale};
use crate::store::{Store, StoreOptions};

/// What a scrape takes where it does not matter.
const ELAPSED: Duration = Duration::from_millis(250);
const ALWAYS: TimeRange = TimeRange { start_ms: i64::MIN, end_ms: i64::MAX };

/// A target `{instance="i", job="j"}` and its store.
struct Bench {
    store: Store,
    scraper: Scraper,
    format: Format,
}

impl Bench {
    fn new(options: ScrapeOptions) -> Self {
        let target = Labels::from_pairs([("instance", "i"), ("job", "j")]);
        let store = Store::new(StoreOptions::default());
        Self { store, scraper: Scraper::new(target, options), format: Text }
    }

    fn scrape(&mut self, at_secs: i64, page: &str) -> Result<ScrapeReport, ScrapeError> {
        self.scraper.ingest(&mut self.store, page.as_bytes(), self.format, at_secs * 1000, || ELAPSED)
    }

    /// The samples of all series of a name: `{labels but the target's} value@secs …`, `stale` for the marker.
    fn samples(&self, name: &str) -> Vec<String> {
        let found = self.store.select(&[Matcher::equal("__name__", name)], ALWAYS, usize::MAX).unwrap();
        let mut lines = found
            .iter()
            .map(|series| {
                let labels = series.labels.filter(|name| !matches!(name, "__name__" | "instance" | "job"));
                let floats = series.samples.floats.iter().map(|sample| {
                    let value =
                        if is_stale(sample.value) { "stale".to_owned() } else { sample.value.to_string() };
                    format!("{value}@{}", sample.timestamp_ms as f64 / 1000.0)
                });
                let floats = floats.collect::<Vec<_>>().join(" ");
                if labels.is_empty() { floats } else { format!("{labels} {floats}") }
            })
            .collect::<Vec<_>>();
        lines.sort();
        lines
    }
}

/// Scrapes the pages a second apart, and expects the samples of the metric `m`.
#[track_caller]
fn check(pages: &[&str], expect: &[&str]) {
    let mut bench = Bench::new(ScrapeOptions::default());
    for (at_secs, page) in (1..).zip(pages) {
        bench.scrape(at_secs, page).unwrap();
    }
    assert_eq!(bench.samples("m"), expect, "{pages:?}");
}

#[test]
fn series_appear_end_and_return() {
    check(&["m 1", "m 2", "m 3"], &["1@1 2@2 3@3"]);
    check(&["m 1", "", "m 3"], &["1@1 stale@2 3@3"]);
    check(&["m 1", "", ""], &["1@1 stale@2"]);
    check(&["m{a=\"1\"} 1\nm{a=\"2\"} 1", "m{a=\"2\"} 2"], &["{a=\"1\"} 1@1 stale@2", "{a=\"2\"} 1@1 2@2"]);
    // An ordinary NaN is data.
    check(&["m NaN", "m 1"], &["NaN@1 1@2"]);
}

#[test]
fn any_order_and_any_spelling_is_the_same_series() {
    let (ab, ba) = ("m{a=\"1\",b=\"2\"} ", "m{b=\"2\",a=\"1\"} ");
    check(&[&format!("{ab}1"), &format!("{ba}2"), &format!("{ab}3")], &["{a=\"1\", b=\"2\"} 1@1 2@2 3@3"]);
    let lines = |order: &[usize]| order.iter().map(|i| format!("m{{i=\"{i}\"}} {i}\n")).collect::<String>();
    let pages = [lines(&[0, 1, 2, 3]), lines(&[3, 1, 0, 2]), lines(&[1, 3]), lines(&[0, 1, 2, 3])];
    check(
        &pages.each_ref().map(String::as_str),
        &[
            "{i=\"0\"} 0@1 0@2 stale@3 0@4",
            "{i=\"1\"} 1@1 1@2 1@3 1@4",
            "{i=\"2\"} 2@1 2@2 stale@3 2@4",
            "{i=\"3\"} 3@1 3@2 3@3 3@4",
        ],
    );
    // A name that begins another name.
    check(&["m 1\nm_b 2", "m_b 2\nm 1", "m{} 3"], &["1@1 1@2 3@3"]);
}

#[test]
fn the_first_of_duplicates_is_stored_and_the_rest_are_counted() {
    let mut bench = Bench::new(ScrapeOptions::default());
    for at_secs in 1..4 {
        let page = "m{a=\"1\",b=\"2\"} 1\nm{b=\"2\",a=\"1\"} 2\nm{a=\"1\",b=\"2\"} 3\nn 1\n";
        let report = bench.scrape(at_secs, page).unwrap();
        assert_eq!((report.samples, report.duplicates), (4, 2));
        assert_eq!(report.series_added, if at_secs == 1 { 2 } else { 0 });
        assert_eq!(report.dropped.total(), 0);
    }
    bench.scrape(4, "n 1\n").unwrap();
    assert_eq!(bench.samples("m"), ["{a=\"1\", b=\"2\"} 1@1 1@2 1@3 stale@4"]);
}

#[test]
fn a_scrape_says_how_it_went() {
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.scrape(1, "m 1\nn 1").unwrap();
    bench.scrape(2, "m 1\nn 1\no 1").unwrap();
    bench.scrape(3, "m 1\nn{").unwrap_err();
    bench.scraper.fail(&mut bench.store, 4_000, || Duration::from_secs(10));
    bench.scrape(5, "m 1").unwrap();
    bench.scraper.stop(&mut bench.store, 6_000);
    assert_eq!(bench.samples("up"), ["1@1 1@2 0@3 0@4 1@5 stale@6"]);
    assert_eq!(bench.samples("scrape_samples_scraped"), ["2@1 3@2 1@3 0@4 1@5 stale@6"]);
    assert_eq!(
        bench.samples("scrape_samples_post_metric_relabeling"),
        bench.samples("scrape_samples_scraped")
    );
    assert_eq!(bench.samples("scrape_series_added"), ["2@1 1@2 0@3 0@4 1@5 stale@6"]);
    assert_eq!(bench.samples("scrape_duration_seconds"), ["0.25@1 0.25@2 0.25@3 10@4 0.25@5 stale@6"]);
    assert_eq!(bench.samples("m"), ["1@1 1@2 stale@3 1@5 stale@6"]);
    assert_eq!(bench.samples("n"), ["1@1 1@2 stale@3"]);
}

#[test]
fn a_page_is_taken_whole_or_not_at_all() {
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.scrape(1, "m{i=\"0\"} 1\n").unwrap();
    let series_before = bench.store.stats().series;
    let error = bench.scrape(2, "m{i=\"0\"} 2\nm{i=\"1\"} 2\nm{i=\"2\"} two\n").unwrap_err();
    assert!(error.to_string().starts_with("line 3, column 10: "), "{error}");
    assert_eq!(bench.store.stats().series, series_before);
    assert_eq!(bench.samples("m"), ["{i=\"0\"} 1@1 stale@2"]);
    bench.scrape(3, "m{i=\"0\"} 3\nm{i=\"2\"} 3\nm{i=\"1\"} 3\n").unwrap();
    assert_eq!(bench.samples("m"), ["{i=\"0\"} 1@1 stale@2 3@3", "{i=\"1\"} 3@3", "{i=\"2\"} 3@3"]);
}

#[test]
fn clashing_labels() {
    #[track_caller]
    fn check(honor_labels: bool, series: &str, expect: &str) {
        let mut bench = Bench::new(ScrapeOptions { honor_labels, ..ScrapeOptions::default() });
        bench.scrape(1, &format!("{series} 1\n")).unwrap();
        let found = bench.store.series(&[Matcher::equal("__name__", "m")], ALWAYS);
        assert_eq!(found[0].to_string(), expect);
    }
    check(false, "m", r#"m{instance="i", job="j"}"#);
    check(false, r#"m{job="x"}"#, r#"m{exported_job="x", instance="i", job="j"}"#);
    check(
        false,
        r#"m{job="x",exported_job="y"}"#,
        r#"m{exported_exported_job="x", exported_job="y", instance="i", job="j"}"#,
    );
    check(false, r#"m{job=""}"#, r#"m{instance="i", job="j"}"#);
    check(true, r#"m{job="x"}"#, r#"m{instance="i", job="x"}"#);
    check(true, r#"m{job=""}"#, r#"m{instance="i", job="j"}"#);
    check(false, r#"m{a="q\"\\\n"}"#, r#"m{a="q\"\\\n", instance="i", job="j"}"#);
    check(false, r#"{"m", "l.x"="1"}"#, r#"m{instance="i", job="j", "l.x"="1"}"#);
}

#[test]
fn bounds_are_spelled_alike() {
    #[track_caller]
    fn check(page: &str, name: &str, label: &str, expect: &[&str]) {
        let mut bench = Bench::new(ScrapeOptions::default());
        bench.scrape(1, page).unwrap();
        assert_eq!(bench.store.label_values(label, &[Matcher::equal("__name__", name)]), expect);
    }
    let histogram =
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_bucket{le=\"x\"} 1\n";
    check(histogram, "h_bucket", "le", &["+Inf", "1.0", "x"]);
    check(
        "# TYPE s summary\ns{quantile=\"1\"} 1\ns{quantile=\"0.50\"} 1\n",
        "s",
        "quantile",
        &["0.5", "1.0"],
    );
    // Only where the type says that these are bounds.
    check("m{le=\"1\",quantile=\"1\"} 1\n", "m", "le", &["1"]);
    check("# TYPE h histogram\nm{le=\"1\"} 1\n", "m", "le", &["1"]);
    check("# TYPE \"h.a\" histogram\n{\"h.a_bucket\",le=\"1\"} 1\n", "h.a_bucket", "le", &["1.0"]);
}

#[test]
fn timestamps_in_the_page() {
    let mut bench = Bench::new(ScrapeOptions::default());
    let hour = 3600;
    let mut scrape = |at_secs: i64, page: &str| bench.scrape(at_secs, page).unwrap().dropped;
    assert_eq!(scrape(10 * hour, "m 1 35999500"), Dropped::default());
    // The same sample again is no loss, another value is one, and so is an earlier one.
    assert_eq!(scrape(10 * hour + 1, "m 1 35999500"), Dropped::default());
    assert_eq!(scrape(10 * hour + 2, "m 2 35999500"), Dropped { conflicting: 1, ..Dropped::default() });
    assert_eq!(scrape(10 * hour + 3, "m 2 35999499\nn 1"), Dropped { out_of_order: 1, ..Dropped::default() });
    assert_eq!(scrape(10 * hour + 4, "m 2 1000\nn 2"), Dropped { too_old: 1, ..Dropped::default() });
    assert_eq!(
        scrape(10 * hour + 5, "m 2 36605001\nn 3"),
        Dropped { too_far_ahead: 1, ..Dropped::default() }
    );
    assert_eq!(scrape(10 * hour + 6, "m 2 36606000\nn 4"), Dropped::default());
    // A series with its own timestamps gets no stale marker.
    assert_eq!(scrape(10 * hour + 7, ""), Dropped::default());
    assert_eq!(bench.samples("m"), ["1@35999.5 2@36606"]);
    assert_eq!(bench.samples("n"), ["1@36003 2@36004 3@36005 4@36006 stale@36007"]);

    let mut bench = Bench::new(ScrapeOptions { honor_timestamps: false, ..ScrapeOptions::default() });
    bench.scrape(1, "m 1 500").unwrap();
    assert_eq!(bench.samples("m"), ["1@1"]);
}

#[test]
fn a_clock_that_jumps_back_loses_samples_but_never_runs_backwards() {
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.scrape(7200, "m 100").unwrap();
    let report = bench.scrape(3600, "m 101").unwrap();
    assert_eq!(report.dropped.out_of_order, 1);
    bench.scrape(3601, "").unwrap();
    bench.scraper.fail(&mut bench.store, 3_602_000, || ELAPSED);
    bench.scrape(7201, "m 102").unwrap();
    assert_eq!(bench.samples("m"), ["100@7200 102@7201"]);
    assert_eq!(bench.samples("up"), ["1@7200 1@7201"]);
    assert!(bench.store.stats().out_of_order_total > 0);
}

#[test]
fn every_limit_names_itself_its_value_and_the_offender() {
    #[track_caller]
    fn check(limits: ScrapeLimits, good: &str, bad: &str, expect: &str) {
        let mut bench = Bench::new(ScrapeOptions { limits, ..ScrapeOptions::default() });
        bench.scrape(1, good).unwrap();
        assert_eq!(bench.scrape(2, bad).unwrap_err().to_string(), expect);
        assert_eq!(bench.samples("up"), ["1@1 0@2"]);
        assert_eq!(bench.samples("m"), ["1@1 stale@2"]);
    }
    let none = ScrapeLimits::default();
    check(
        ScrapeLimits { body_size_limit: Some(4), ..none },
        "m 1\n",
        "m 10\n",
        "body_size_limit exceeded: the page has 5 bytes, more than 4",
    );
    check(
        ScrapeLimits { sample_limit: Some(1), ..none },
        "m 1\n",
        "m 1\nn{a=\"1\"} 1\n",
        "sample_limit exceeded: the page has more than 1 samples; the first beyond is n{a=\"1\"}",
    );
    check(
        ScrapeLimits { label_limit: Some(3), ..none },
        "m 1\n",
        "m 1\nm{a=\"1\"} 1\n",
        r#"label_limit exceeded: 4 labels, more than 3, in m{a="1", instance="i", job="j"}"#,
    );
    check(
        ScrapeLimits { label_name_length_limit: Some(8), ..none },
        "m 1\n",
        "m 1\nm{abcdefghi=\"1\"} 1\n",
        r#"label_name_length_limit exceeded: 9 bytes, more than 8, in label "abcdefghi" of m"#,
    );
    check(
        ScrapeLimits { label_value_length_limit: Some(2), ..none },
        "m 1\n",
        "m 1\nm{a=\"123\"} 1\n",
        r#"label_value_length_limit exceeded: 3 bytes, more than 2, in label "a" of m"#,
    );
}

#[test]
fn a_page_cannot_write_what_the_scrape_writes() {
    let mut bench = Bench::new(ScrapeOptions::default());
    let report = bench.scrape(1, "up 0\nm 1\n").unwrap();
    assert_eq!(report.duplicates, 1);
    assert_eq!(bench.samples("up"), ["1@1"]);
}

#[test]
fn metadata_is_kept() {
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.format = OpenMetrics;
    let page = "# TYPE m_seconds counter\n# UNIT m_seconds seconds\n# HELP m_seconds How \\\\ long.\nm_seconds_total 1\n# EOF\n";
    assert_eq!(bench.scrape(1, page).unwrap().metadata_changed, 1);
    assert_eq!(bench.scrape(2, page).unwrap().metadata_changed, 0);
    let metadata = bench.store.metadata_of("m_seconds").unwrap();
    assert_eq!(metadata.metric_type, MetricType::Counter);
    assert_eq!((&*metadata.unit, &*metadata.help), ("seconds", "How \\ long."));
    assert_eq!(bench.store.metadata().count(), 1);
}

#[test]
fn created_timestamps_are_start_timestamps() {
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.format = OpenMetrics;
    let page = |created: &str| {
        format!(
            "# TYPE c counter\nc_total{{a=\"1\"}} 5\nc_created{{a=\"1\"}} {created}\nc_total{{a=\"2\"}} 5\n\
             # TYPE h histogram\nh_created 7.5\nh_bucket{{le=\"1.0\"}} 1\nh_bucket{{le=\"+Inf\"}} 1\nh_count 1\nh_sum 1\n# EOF\n"
        )
    };
    bench.scrape(100, &page("50.5")).unwrap();
    bench.scrape(101, &page("50.5")).unwrap();
    bench.scrape(102, &page("101.5")).unwrap();
    let starts = |name: &str| {
        let found = bench.store.select(&[Matcher::equal("__name__", name)], ALWAYS, 100).unwrap();
        found.into_iter().map(|series| series.start_timestamps_ms).collect::<Vec<_>>()
    };
    assert_eq!(starts("c_total"), [vec![50_500, 50_500, 101_500], vec![]]);
    assert_eq!(starts("h_bucket"), [vec![7_500; 3], vec![7_500; 3]]);
    assert_eq!(starts("h_count"), [vec![7_500; 3]]);
    assert_eq!(bench.samples("c_created"), ["{a=\"1\"} 50.5@100 50.5@101 101.5@102"]);
}

#[test]
fn many_series_come_and_go_without_a_trace() {
    let mut bench = Bench::new(ScrapeOptions::default());
    for round in 0..20 {
        let page = (0..500).map(|i| format!("m{{id=\"{round}-{i}\"}} 1\n")).collect::<String>();
        let report = bench.scrape(round + 1, &page).unwrap();
        let ended = if round == 0 { 0 } else { 500 };
        assert_eq!((report.series_added, report.series_ended), (500, ended));
        assert!(bench.scraper.cache.entries().len() <= 2 * 500 + 1024 + 500);
    }
    let series = bench.samples("m");
    assert_eq!(series.len(), 10_000);
    assert!(series.iter().filter(|line| line.ends_with("stale@20")).count() == 500);
}

#[test]
fn a_series_that_retention_took_comes_back() {
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.store = Store::new(StoreOptions { memory_cap_bytes: 100, ..StoreOptions::default() });
    for at_secs in 1..10 {
        let report = bench.scrape(at_secs, "m 1\nn 2\n").unwrap();
        assert_eq!(report.dropped.total(), 0);
    }
    assert_eq!(bench.store.stats().evicted_samples_total, 9 * 7);
}

#[test]
fn both_formats_in_turn() {
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.scrape(1, "m{ a=\"1\" , } 1\n").unwrap();
    bench.format = OpenMetrics;
    bench.scrape(2, "m{ a=\"1\" , } 1\n# EOF\n").unwrap_err();
    bench.scrape(3, "m{a=\"1\"} 1\n# EOF\n").unwrap();
    assert_eq!(bench.samples("m"), ["{a=\"1\"} 1@1 stale@2 1@3"]);
}

#[test]
fn a_steady_page_hashes_nothing() {
    let mut bench = Bench::new(ScrapeOptions::default());
    for at_secs in 1..5 {
        bench.scrape(at_secs, "# TYPE m counter\nm{a=\"1\"} 1\nm{a=\"2\"} 1\n# TYPE n gauge\nn 1\n").unwrap();
        assert!(!bench.scraper.cache.has_table());
    }
    bench.scrape(5, "n 1\nm{a=\"1\"} 1\n").unwrap();
    assert!(bench.scraper.cache.has_table());
}

/// A target's scraper that relabels: `action regex`, on the metric's name where the action looks at values.
fn relabelling(rules: &[(&str, &str)]) -> Bench {
    let config = |(action, regex): &(&str, &str)| {
        let action: Action = action.parse().unwrap();
        let looks_at_values = !matches!(action, Action::LabelDrop | Action::LabelKeep);
        let source_labels = Vec::from_iter(looks_at_values.then(|| "__name__".to_owned()));
        RelabelConfig { source_labels, regex: (*regex).to_owned(), action, ..RelabelConfig::default() }
    };
    let rules = RelabelRules::new(&Vec::from_iter(rules.iter().map(config))).unwrap();
    let mut bench = Bench::new(ScrapeOptions::default());
    bench.scraper = Scraper::new(bench.scraper.target().clone(), ScrapeOptions::default());
    bench.scraper = bench.scraper.with_metric_relabelling(rules);
    bench
}

#[test]
fn relabelling_drops_and_rewrites_before_the_store() {
    let mut bench = relabelling(&[("drop", "debug_.*"), ("labeldrop", "secret")]);
    let page = "m{secret=\"s\",l=\"1\"} 1\ndebug_a 2\ndebug_b{l=\"1\"} 3\n";
    let first = bench.scrape(1, page).unwrap();
    assert_eq!((first.samples, first.kept, first.series_added), (3, 1, 1));
    let second = bench.scrape(2, page).unwrap();
    assert_eq!((second.samples, second.kept, second.series_added, second.series_ended), (3, 1, 0, 0));
    let third = bench.scrape(3, "debug_a 2\n").unwrap();
    assert_eq!((third.samples, third.kept, third.series_ended), (1, 0, 1));
    assert_eq!(bench.samples("m"), [r#"{l="1"} 1@1 1@2 stale@3"#]);
    assert_eq!(bench.samples("debug_a"), [""; 0]);
    assert_eq!(bench.samples("scrape_samples_scraped"), ["3@1 3@2 1@3"]);
    assert_eq!(bench.samples("scrape_samples_post_metric_relabeling"), ["1@1 1@2 0@3"]);
}

#[test]
fn series_that_relabelling_makes_one_are_duplicates() {
    let mut bench = relabelling(&[("labeldrop", "pod")]);
    let report = bench.scrape(1, "m{pod=\"a\"} 1\nm{pod=\"b\"} 2\n").unwrap();
    assert_eq!((report.samples, report.kept, report.duplicates), (2, 2, 1));
    assert_eq!(bench.samples("m"), ["1@1"]);
}

#[test]
fn relabelling_may_not_take_the_name() {
    let mut bench = relabelling(&[("labeldrop", "__name__")]);
    let error = bench.scrape(1, "m{l=\"1\"} 1\n").unwrap_err().to_string();
    assert!(error.contains(r#"leave no metric name to m{l="1"}"#), "{error}");
    assert_eq!(bench.samples("up"), ["0@1"]);
}

#[test]
fn limits_hold_for_what_relabelling_leaves() {
    let mut bench = relabelling(&[("drop", "debug_.*"), ("labeldrop", "long_.*")]);
    bench.scraper.options.limits.sample_limit = Some(1);
    bench.scrape(1, "m 1\ndebug_a 2\ndebug_b 3\n").unwrap();
    let error = bench.scrape(2, "m 1\nn 2\n").unwrap_err().to_string();
    assert!(error.starts_with("sample_limit exceeded"), "{error}");
}

#[test]
fn dropped_series_come_and_go_without_a_trace() {
    let mut bench = relabelling(&[("drop", "debug_.*")]);
    for scrape in 0..20 {
        let churn = (0..500).map(|series| format!("debug_a{{l=\"{scrape}/{series}\"}} 1\n"));
        bench.scrape(scrape, &(String::from("m 1\n") + &churn.collect::<String>())).unwrap();
        assert!(bench.scraper.cache.entries().len() <= 2 * 500 + 1024 + 500);
    }
    assert_eq!(bench.samples("m").len(), 1);
}

#[test]
fn a_page_is_stored_in_steps_and_seen_at_once() {
    let page = (0..100).map(|series| format!("m{{l=\"{series}\"}} 1\n")).collect::<String>();
    let mut bench = Bench::new(ScrapeOptions::default());
    let mut other = Scraper::new(Labels::from_pairs([("instance", "other")]), ScrapeOptions::default());
    let mut read = bench.scraper.read(page.as_bytes(), Text).unwrap();
    for missing in [100, 60, 20] {
        assert_eq!(read.missing(), missing);
        read.create(&mut bench.store, 40);
        // Another target stores its page meanwhile, and the sweep that comes with it takes what is empty.
        other
            .ingest(&mut bench.store, b"n 1\n", Text, 1_000 * 3_600_000 * missing as i64, || ELAPSED)
            .unwrap();
        assert_eq!(
            bench.store.select(&[Matcher::equal("__name__", "m")], ALWAYS, usize::MAX).unwrap().len(),
            0
        );
    }
    assert_eq!(read.missing(), 0);
    let report = read.commit(&mut bench.store, 1_000 * 3_600_000 * 100, || ELAPSED);
    assert_eq!((report.samples, report.series_added), (100, 100));
    assert_eq!(bench.samples("m").len(), 100);
}

#[test]
fn a_page_that_is_not_committed_leaves_nothing() {
    let mut bench = Bench::new(ScrapeOptions::default());
    assert_eq!(bench.scraper.read(b"m 1\n", Text).unwrap().missing(), 1);
    let report = bench.scrape(1, "n 1\n").unwrap();
    assert_eq!((report.samples, report.series_ended), (1, 0));
    assert_eq!((bench.samples("m").len(), bench.samples("n").len()), (0, 1));
}

#[test]
fn exemplars_are_kept_once() {
    let mut bench = Bench::new(ScrapeOptions::default());
    let page = "# TYPE a counter\na_total 3 # {trace=\"8f\"} 1.5\n# EOF\n";
    for at_ms in [1_000, 2_000] {
        bench.scraper.ingest(&mut bench.store, page.as_bytes(), OpenMetrics, at_ms, || ELAPSED).unwrap();
    }
    let found = bench.store.exemplars(&[Matcher::equal("instance", "i")], ALWAYS);
    assert_eq!(found.len(), 1);
    let (labels, sample) = &found[0].exemplars[0];
    assert_eq!(
        (labels.get("trace"), sample.value, sample.timestamp_ms, found[0].exemplars.len()),
        (Some("8f"), 1.5, 1_000, 1)
    );
}
