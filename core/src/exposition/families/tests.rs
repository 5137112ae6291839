//! One line a case: a page, and the families that are read from it.

use super::*;
use crate::exposition::parse::Format;

/// The families of a page, a line each, then the number of duplicates where there are any.
fn shown(page: &str, format: Format) -> String {
    let read = read(page.as_bytes(), format).unwrap();
    let mut lines: Vec<String> = read.families.iter().map(show).collect();
    if read.duplicates > 0 {
        lines.push(format!("{} duplicates", read.duplicates));
    }
    lines.join("\n")
}

fn show(family: &Family) -> String {
    let mut line = format!("{} {}", family.metadata.metric_type, family.metadata.name);
    for metric in &family.metrics {
        line += &format!(" {}{}", metric.labels, show_value(&metric.value));
        if let Some(timestamp_ms) = metric.timestamp_ms {
            line += &format!("@{timestamp_ms}");
        }
    }
    line
}

fn show_value(value: &Value) -> String {
    let shown = |number: &Option<f64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let created = |ms: &Option<i64>| ms.map_or_else(String::new, |ms| format!(" since {ms}"));
    let exemplar = |exemplar: &Option<Exemplar>| {
        exemplar
            .as_ref()
            .map_or_else(String::new, |e| format!(" # {} {} {:?}", e.labels, e.value, e.timestamp_ms))
    };
    match value {
        Value::Unknown(number) | Value::Gauge(number) | Value::Info(number) => number.to_string(),
        Value::Counter(c) => {
            format!("{}{}{}", shown(&c.total), created(&c.created_ms), exemplar(&c.exemplar))
        }
        Value::Histogram(h) | Value::GaugeHistogram(h) => {
            let buckets = h
                .buckets
                .iter()
                .map(|b| format!("{}:{}{}", b.upper_bound, b.cumulative_count, exemplar(&b.exemplar)));
            let buckets = buckets.collect::<Vec<_>>().join(" ");
            format!("[{buckets}] sum {} count {}{}", shown(&h.sum), shown(&h.count), created(&h.created_ms))
        }
        Value::Summary(s) => {
            let quantiles = s.quantiles.iter().map(|q| format!("{}:{}", q.quantile, q.value));
            let quantiles = quantiles.collect::<Vec<_>>().join(" ");
            format!("[{quantiles}] sum {} count {}{}", shown(&s.sum), shown(&s.count), created(&s.created_ms))
        }
        Value::StateSet(states) => {
            let states = states.iter().map(|s| format!("{}:{}", s.name, s.enabled));
            format!("[{}]", states.collect::<Vec<_>>().join(" "))
        }
    }
}

#[track_caller]
fn text(page: &str, expect: &str) {
    assert_eq!(shown(page, Format::Text), expect, "{page:?}");
}

#[track_caller]
fn open_metrics(page: &str, expect: &str) {
    assert_eq!(shown(&format!("{page}# EOF\n"), Format::OpenMetrics), expect, "{page:?}");
}

#[test]
fn counters() {
    text("# TYPE a_total counter\na_total{b=\"c\"} 1\na_total 2 5\n", r#"counter a_total {b="c"}1 {}2@5"#);
    text("# TYPE a counter\na_total 1\n", "counter a\nunknown a_total {}1");
    open_metrics("# TYPE a counter\na_total 1\na_created 1.5\n", "counter a {}1 since 1500");
    open_metrics(
        "# TYPE a counter\na_total{b=\"c\"} 1 # {t=\"x\"} 0.5 2\na_total{b=\"d\"} 2\na_created{b=\"d\"} 3\na_created{b=\"c\"} 4\n",
        r#"counter a {b="c"}1 since 4000 # {t="x"} 0.5 Some(2000) {b="d"}2 since 3000"#,
    );
    open_metrics("# TYPE a counter\na_created 1.5\n", "counter a {}- since 1500");
}

#[test]
fn histograms_and_summaries() {
    text(
        "# TYPE a histogram\na_bucket{le=\"0.5\"} 1\na_bucket{le=\"+Inf\"} 3\na_sum 2\na_count 3\n",
        "histogram a {}[0.5:1 inf:3] sum 2 count 3",
    );
    open_metrics(
        "# TYPE a histogram\na_bucket{le=\"+Inf\",b=\"c\"} 3\na_bucket{b=\"c\",le=\"1\"} 1 # {} 0.7\na_created{b=\"c\"} 9\n",
        r#"histogram a {b="c"}[1:1 # {} 0.7 None inf:3] sum - count - since 9000"#,
    );
    open_metrics(
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 3\na_gsum -2\na_gcount 3\n",
        "gaugehistogram a {}[inf:3] sum -2 count 3",
    );
    text(
        "# TYPE a summary\na{quantile=\"0.9\"} 2\na{quantile=\"0.5\"} 1\na_sum 4\na_count 5\n",
        "summary a {}[0.5:1 0.9:2] sum 4 count 5",
    );
}

#[test]
fn info_and_state_sets() {
    open_metrics("# TYPE a info\na_info{version=\"1\"} 1\n", r#"info a {version="1"}1"#);
    open_metrics(
        "# TYPE a stateset\na{a=\"on\",b=\"c\"} 1\na{a=\"off\",b=\"c\"} 0\n",
        r#"stateset a {b="c"}[on:true off:false]"#,
    );
}

#[test]
fn metadata() {
    let page = "# HELP a_seconds x\\ny\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# EOF\n";
    let read = read(page.as_bytes(), Format::OpenMetrics).unwrap();
    let metadata = &read.families[0].metadata;
    assert_eq!((&*metadata.help, &*metadata.unit), ("x\ny", "seconds"));
    text("# TYPE \"my.metric\" gauge\n{\"my.metric\",l=\"v\"} 1\n", r#"gauge my.metric {l="v"}1"#);
}

#[test]
fn what_fits_no_family_is_kept() {
    text("a 1\n# TYPE a counter\n", "unknown a {}1");
    text("# TYPE a histogram\na_bucket 1\n", "histogram a\nunknown a_bucket {}1");
    text(
        "# TYPE a histogram\na_bucket{le=\"x\"} 1\na 2\n",
        "histogram a\nunknown a_bucket {le=\"x\"}1\nunknown a {}2",
    );
    text("# TYPE a summary\n# TYPE a_count gauge\na_count 2\n", "summary a\ngauge a_count {}2");
}

#[test]
fn duplicates_are_counted_and_the_first_stays() {
    text("a{b=\"c\",d=\"e\"} 1\na{d=\"e\",b=\"c\"} 2\n", "unknown a {b=\"c\", d=\"e\"}1\n1 duplicates");
    text("a{b=\"\"} 1\na 2\n", "unknown a {}1\n1 duplicates");
    text("a 1 1\na 1 2\n", "unknown a {}1@1 {}1@2");
    text(
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"1.0\"} 2\na_sum 1\na_sum 2\n",
        "histogram a {}[1:1] sum 1 count -\n2 duplicates",
    );
    open_metrics("# TYPE a stateset\na{a=\"x\"} 1\na{a=\"x\"} 0\n", "stateset a {}[x:true]\n1 duplicates");
    open_metrics("# TYPE a counter\na_total 1\na_total 2 # {} 1\n", "counter a {}1\n1 duplicates");
}
