//! Pages in the shape of real services', and the cards they get.

use super::{Card, Chart, Overview, Seen, Window, overview};
use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, LabelsBuilder, Metadata, MetricType};
use crate::promql::{ParseOptions, parse, parse_selector};

const PAGES: [&str; 2] = [include_str!("testdata/node.txt"), include_str!("testdata/server.txt")];

/// The overview of a page; a series is written as PromQL writes a selector of it.
fn overview_of(page: &str, scrapes: u32) -> Overview {
    let mut seen = Seen::default();
    for line in page.lines() {
        if let Some((name, type_name)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            let metric_type = MetricType::from_name(type_name).unwrap();
            seen.add_metadata(&Metadata { name: name.into(), metric_type, unit: "".into(), help: "".into() });
        } else {
            let (series, _) = line.rsplit_once(' ').unwrap();
            let mut labels = LabelsBuilder::default();
            for matcher in parse_selector(series, &ParseOptions::default()).unwrap() {
                labels.set(matcher.name(), matcher.value());
            }
            let labels = labels.build();
            assert!(labels.get(METRIC_NAME).is_some(), "{line}");
            seen.add_series(&labels);
        }
    }
    overview(&seen, Window { interval_ms: 1_000, scrapes, step_ms: 0 })
}

#[track_caller]
fn check(id: &str, expect_chart: Chart, expect_expr: &str) {
    let overviews = PAGES.map(|page| overview_of(page, 4));
    let card: &Card = overviews.iter().flat_map(Overview::cards).find(|card| card.id == id).unwrap();
    let found = (card.face.chart, card.face.queries[0].expr.as_str());
    assert_eq!(found, (expect_chart, expect_expr));
}

#[test]
fn what_each_metric_deserves() {
    check("node_cpu_seconds_total", Chart::Lines, "sum by (mode, cpu) (rate(node_cpu_seconds_total[4s]))");
    check("node_boot_time_seconds", Chart::Age, "time() - (node_boot_time_seconds > 0)");
    check("node_network_up", Chart::Status, "node_network_up");
    check("node_vmstat_pgfault", Chart::Lines, "node_vmstat_pgfault");
    check("go_info", Chart::Table, "go_info");
    check("breaker", Chart::Status, "breaker");
    check("no_type_total", Chart::Lines, "sum(rate(no_type_total[4s]))");
    check("engine_query_duration_seconds", Chart::Lines, "engine_query_duration_seconds");
    check("native_seconds", Chart::Lines, "histogram_quantile(0.5, sum(rate(native_seconds[4s])))");
    check(
        "http_request_duration_seconds",
        Chart::Lines,
        "histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket[4s])))",
    );
    check(
        "lookup_failures_total/error-rate",
        Chart::Lines,
        "100 * (sum(rate(lookup_failures_total[4s])) or 0 * sum(rate(lookups_total[4s]))) / sum(rate(lookups_total[4s]))",
    );
    check("top/targets", Chart::Status, "up");
}

#[test]
fn a_card_says_that_its_metric_is_declared_as_another_type_too() {
    #[track_caller]
    fn check(scrapes: u32, expect: &str) {
        let mut seen = Seen::default();
        let metric_type = MetricType::Counter;
        seen.add_metadata(&Metadata { name: "jobs".into(), metric_type, unit: "".into(), help: "".into() });
        seen.add_other_type("jobs".into(), MetricType::Gauge);
        seen.add_series(&Labels::from_pairs([("__name__", "jobs")]));
        let overview = overview(&seen, Window { interval_ms: 1_000, scrapes, step_ms: 0 });
        let card = overview.cards().find(|card| card.id == "jobs").unwrap();
        assert_eq!(card.note.as_deref(), Some(expect));
    }
    check(4, "also declared as gauge");
    check(1, "rate after the next scrape (1s) · also declared as gauge");
}

#[test]
fn every_query_parses() {
    for (page, scrapes) in PAGES.iter().flat_map(|page| [(page, 1), (page, 2)]) {
        for query in
            overview_of(page, scrapes).cards().flat_map(Card::panels).flat_map(|panel| &panel.queries)
        {
            let parsed = parse(&query.expr, &ParseOptions::default());
            assert!(parsed.is_ok(), "{}: {:?}", query.expr, parsed.err());
        }
    }
}

#[test]
fn runtime_metrics_are_folded_and_come_last() {
    let groups = overview_of(PAGES[0], 4).groups;
    let found: Vec<_> = groups.iter().map(|group| (group.prefix.as_str(), group.folded)).collect();
    assert_eq!(found, [("node", false), ("go", true), ("process", true)]);
}

#[test]
fn before_the_second_scrape_a_histogram_is_since_start_and_a_counter_waits() {
    let overview = overview_of(PAGES[1], 1);
    let note = |id: &str| overview.cards().find(|card| card.id == id).unwrap().note.clone();
    assert_eq!(note("http_request_duration_seconds").as_deref(), Some("since start"));
    assert_eq!(note("http_requests_total").as_deref(), Some("rate after the next scrape (1s)"));
}

#[test]
fn what_has_an_error_rate_on_top_is_not_counted_again_beside_it() {
    let page = "# TYPE a_failures_total counter\na_failures_total 1\n# TYPE a_total counter\na_total 9\n\
                # TYPE b_errors_total counter\nb_errors_total 1\n# TYPE go_errors_total counter\ngo_errors_total 1\n\
                # TYPE hits_total counter\nhits_total{status=\"200\"} 1\nhits_total{status=\"500\"} 1\n";
    let top = overview_of(page, 4).top;
    let ids = Vec::from_iter(top.iter().map(|card| card.id.as_str()));
    assert_eq!(ids, ["a_failures_total/error-rate", "hits_total/error-rate", "top/errors"]);
    let errors = top.last().unwrap().face.queries.iter().map(|query| query.expr.as_str());
    assert_eq!(Vec::from_iter(errors), ["sum(rate(b_errors_total[4s]))"]);
}
