//! One line a case: a page, and the first rule it breaks.

use crate::exposition::parse::{Format, Parser};

/// The first violation of a page as `line:column rule`, or nothing.
fn first(page: &str, format: Format) -> String {
    let mut parser = Parser::strict(page.as_bytes(), format).unwrap();
    loop {
        match parser.next_event() {
            Ok(Some(_)) => {}
            Ok(None) => return String::new(),
            Err(error) => return format!("{}:{} {}", error.line, error.column, error.rule),
        }
    }
}

#[track_caller]
fn open_metrics(page: &str, expect: &str) {
    assert_eq!(first(&format!("{page}# EOF\n"), Format::OpenMetrics), expect, "{page:?}");
}

#[track_caller]
fn text(page: &str, expect: &str) {
    assert_eq!(first(page, Format::Text), expect, "{page:?}");
}

#[test]
fn what_the_standard_allows() {
    open_metrics("", "");
    open_metrics("a 1\n", "");
    open_metrics("a{b=\"c\\z\",d=\"\"} 1 1.5\n", "");
    open_metrics("# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds \n", "");
    open_metrics("# TYPE a counter\na_total 1 # {id=\"x\"} 0.5 1\na_created 2\n", "");
    open_metrics("# TYPE a counter\na_total{b=\"c\"} 1 1\na_total{b=\"c\"} 2 1.5\na_total{b=\"d\"} 1\n", "");
    open_metrics(
        "# TYPE a histogram\na_bucket{le=\"1e-05\"} 0\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n",
        "",
    );
    open_metrics("# TYPE a histogram\na_bucket{le=\"+Inf\"} 2 1\na_bucket{le=\"+Inf\"} 3 2\n", "");
    open_metrics(
        "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 2\na_gsum -3\na_gcount 2\n",
        "",
    );
    open_metrics("# TYPE a summary\na{quantile=\"0.9\"} 2\na{quantile=\"0.5\"} NaN\na_sum 1\n", "");
    open_metrics("# TYPE a info\na_info{v=\"1\"} 1\n# TYPE b stateset\nb{b=\"on\"} 1\nb{b=\"off\"} 0\n", "");
    text("", "");
    text("\n# a comment\n#TYPE\n a\t1 5 \n", "");
    text("# HELP a x \\\\ \\n\n# TYPE a untyped\na{b=\"\\\"\\n\\\\\",} 1\n", "");
    text("# TYPE a_total counter\na_total -1\n# TYPE a_created gauge\na_created 2\n", "");
    text(
        "# TYPE a histogram\na_bucket{b=\"1\",le=\"+Inf\"} 2\na_bucket{b=\"2\",le=\"+Inf\"} 3\na_count{b=\"1\"} 2\n",
        "",
    );
    text("# TYPE \"my.metric\" gauge\n{\"my.metric\",\"l.x\"=\"v\"} 1\n", "");
}

#[test]
fn spelling() {
    open_metrics("{\"a.b\"} 1\n", "1:2 quoted-name");
    open_metrics("a{\"b.c\"=\"d\"} 1\n", "1:3 quoted-name");
    open_metrics("# TYPE \"a\" gauge\n", "1:8 quoted-name");
    open_metrics("a{b=\"c\",} 1\n", "1:9 grammar");
    open_metrics("a{b=\"c\nd\"} 1\n", "1:7 grammar");
    text("# x\n\na{b=\"c\nd\"} 1\n", "3:7 grammar");
    open_metrics("a{_b=\"c\"} 1\n", "1:3 reserved-name");
    open_metrics("_a 1\n", "1:1 reserved-name");
    open_metrics("# HELP a\n", "1:9 grammar");
    open_metrics("# UNIT a\n", "1:9 grammar");
    open_metrics("# HELP a b\\\n", "1:11 grammar");
    open_metrics("# HELP a b\r\n", "1:11 grammar");
    open_metrics("# TYPE a-b gauge\n", "1:9 grammar");
    open_metrics("# UNIT a_m/s m/s\n", "1:11 grammar");
    open_metrics("# TYPE a counter\na_total 1 # {b=\"c\",} 1\n", "2:20 grammar");
    text("# TYPE a unknown\n", "1:1 grammar");
    text("#\tTYPE \n", "1:8 grammar");
    text("a 1\n# HELP", "2:7 grammar");
    text("# HELP a b\\c\n", "1:11 grammar");
    text("a{b=\"\\t\"} 1\n", "1:6 grammar");
    text("a 1", "1:4 final-line-break");
}

#[test]
fn metadata_and_names() {
    open_metrics("# TYPE a gauge\n# TYPE a gauge\n", "2:1 repeated-metadata");
    open_metrics("# HELP a x\n# HELP a x\n", "2:1 repeated-metadata");
    open_metrics("# TYPE a gauge\na 1\n# HELP a x\n", "3:1 late-metadata");
    open_metrics("a 1\nb 1\na 2\n", "3:1 clashing-name");
    open_metrics("# TYPE a counter\na 1\n", "2:1 clashing-name");
    open_metrics("# TYPE a_created gauge\na_created 1\n# TYPE a counter\na_total 1\n", "3:1 clashing-name");
    open_metrics("# UNIT a_s s\n# TYPE a_s info\na_s_info 1\n", "1:1 unit-of-type");
    text("# TYPE a gauge\n# TYPE a gauge\n", "2:1 repeated-metadata");
    text("a 1\n# TYPE a gauge\n", "2:1 late-metadata");
    text("a 1\nb 1\na{c=\"d\"} 2\n", "3:1 clashing-name");
    text("# TYPE a histogram\na 1\n", "2:1 clashing-name");
}

#[test]
fn values() {
    open_metrics("# TYPE a counter\na_total NaN\n", "2:9 counter-value");
    open_metrics("# TYPE a summary\na_sum -1\n", "2:7 counter-value");
    open_metrics("# TYPE a summary\na_count 0.5\n", "2:9 whole-count");
    open_metrics("# TYPE a stateset\na{a=\"b\"} 2\n", "2:10 state-value");
    open_metrics("# TYPE a info\na_info 0\n", "2:8 info-value");
    open_metrics("# TYPE a summary\na{quantile=\"0.5\"} -1\n", "2:19 quantile-value");
    open_metrics("# TYPE a counter\na_created 1\n", "2:1 counter-total");
}

#[test]
fn labels() {
    open_metrics("# TYPE a histogram\na_bucket 1\n", "2:1 missing-label");
    open_metrics("# TYPE a stateset\na 1\n", "2:1 missing-label");
    open_metrics("# TYPE a histogram\na_bucket{le=\"inf\"} 1\n", "2:1 label-number");
    open_metrics("# TYPE a histogram\na_bucket{le=\"NaN\"} 1\n", "2:1 label-number");
    open_metrics("# TYPE a summary\na{quantile=\"1.1\"} 1\n", "2:1 label-number");
    open_metrics("# TYPE a summary\na_sum{quantile=\"1\"} 1\n", "2:1 label-number");
    text("# TYPE a summary\na 1\n", "2:1 missing-label");
}

#[test]
fn exemplars() {
    open_metrics("a 1 # {} 1\n", "1:5 exemplar-place");
    open_metrics("# TYPE a counter\na_total 1\na_created 1 # {} 1\n", "3:13 exemplar-place");
    let long = format!("# TYPE a counter\na_total 1 2 # {{b=\"{}\"}} 1\n", "é".repeat(128));
    open_metrics(&long, "2:13 exemplar-length");
    open_metrics(&long.replace("éé", "é"), "");
    open_metrics("# TYPE a histogram\na_bucket{le=\"1\"} 1 # {} 1.5\n", "2:20 exemplar-range");
}

#[test]
fn order() {
    open_metrics("# TYPE a gauge\na{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"1\"} 1 5\n", "4:1 grouping");
    open_metrics("# TYPE a gauge\na 1\na 1 5\n", "3:5 timestamp-mix");
    open_metrics("# TYPE a gauge\na 1 5\na 1 4.9\n", "3:5 timestamp-order");
    open_metrics("a 1\na 2\n", "2:1 duplicate");
    open_metrics("a 1 5\na 2 5\n", "2:1 duplicate");
    open_metrics("a{b=\"\"} 1\na 2\n", "2:1 duplicate");
    text("a 1 5\na 2 6\n", "2:1 duplicate");
    text("# TYPE a summary\na{quantile=\"0.9\"} 2\na{quantile=\"0.5\"} 1\n", "3:1 bucket-order");
}

#[test]
fn histograms() {
    #[track_caller]
    fn check(samples: &str, expect: &str) {
        open_metrics(&format!("# TYPE a histogram\n{samples}"), expect);
    }
    check("a_bucket{le=\"2\"} 1\na_bucket{le=\"1\"} 1\n", "3:1 bucket-order");
    check("a_bucket{le=\"1\"} 1\na_bucket{le=\"1.0\"} 1\n", "3:1 bucket-order");
    check("a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n", "3:21 bucket-cumulative");
    check("a_bucket{le=\"1\"} 2\n", "2:1 bucket-infinity");
    check("a_sum 2\na_count 1\n", "2:1 bucket-infinity");
    check("a_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n", "4:9 count-differs");
    check("a_bucket{le=\"+Inf\"} 2\na_sum 1\n", "3:7 sum-and-count");
    check("a_bucket{le=\"+Inf\"} 2\na_count 2\n", "3:9 sum-and-count");
    check("a_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n", "4:7 negative-sum");
    text("# TYPE a histogram\na_bucket{le=\"1\"} 2\na_count 2\n", "2:1 bucket-infinity");
    text("# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_count 3\n", "3:9 count-differs");
    text("# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n", "3:21 bucket-cumulative");
    open_metrics(
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 2\na_gsum -1\na_gcount 2\n",
        "3:8 negative-sum",
    );
}

#[test]
fn known_series_do_not_slip_through() {
    let mut parser = Parser::strict(b"a 1\na 2\n", Format::Text).unwrap();
    assert!(parser.next_event().unwrap().is_some());
    assert!(parser.next_sample_of("a").unwrap().is_none());
    assert!(parser.next_event().is_err());
}
