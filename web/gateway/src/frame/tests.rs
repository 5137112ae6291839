//! Frames, as they are read.

use p95_core::model::Labels;

use super::*;
use crate::options::Limits;
use crate::reject::{Reason, Reject};

fn limits() -> Limits {
    Limits { labels: 3, name_bytes: 20, label_value_bytes: 8, delta: 1e6, ..Limits::default() }
}

fn read_frame(app: &str, exposition: &str) -> Result<Frame, Reject> {
    let envelope = Envelope { session: SessionId(1), sequence: 1, app: app.to_owned() };
    let limits = limits();
    let metrics = ["n*".to_owned(), "exact".to_owned(), "p95_*".to_owned()];
    read(envelope, exposition.as_bytes(), NameRules { limits: &limits, metrics: &metrics })
}

#[test]
fn what_a_frame_may_not_be() {
    #[track_caller]
    fn check(exposition: &str, expect: Reason) {
        let reject = read_frame("", exposition).unwrap_err();
        assert_eq!(reject.reason, expect, "{exposition}: {reject}");
    }
    let counter = |sample: &str| format!("# TYPE n counter\n{sample}\n# EOF\n");
    check("", Reason::Exposition);
    check("# TYPE n counter\nn_total 1\n", Reason::Exposition);
    check("# TYPE n counter\nn_total 1\n# EOF\nn_total 1\n", Reason::Exposition);
    check(&counter("n_total 1e400"), Reason::Exposition);
    check(&counter("n_total{a=\"1\",a=\"2\"} 1"), Reason::Exposition);
    for bad in ["NaN", "+Inf", "-1", "1000001", "-Inf"] {
        check(&counter(&format!("n_total {bad}")), Reason::Value);
        check(&format!("# TYPE n summary\nn_count 1\nn_sum {bad}\n# EOF\n"), Reason::Value);
    }
    check(&counter("n_created 1"), Reason::Value);
    check(&counter("n_total 1 1700000000"), Reason::Timestamp);
    check(&counter("n_total 1\nn_total 1"), Reason::Duplicate);
    check(&counter("n_total{__a=\"1\"} 1"), Reason::LabelName);
    check(&counter("n_total{\"ä\"=\"1\"} 1"), Reason::LabelName);
    check(&counter("n_total{le=\"1\"} 1"), Reason::LabelName);
    check(&counter("n_total{quantile=\"1\"} 1"), Reason::LabelName);
    check(&counter("n_total{aaaaaaaaaaaaaaaaaaaaa=\"1\"} 1"), Reason::LabelName);
    check(&counter("n_total{a=\"123456789\"} 1"), Reason::LabelLength);
    check(&counter("n_total{a=\"1\",b=\"1\",c=\"1\",d=\"1\"} 1"), Reason::LabelCount);
    check("n 1\n# EOF\n", Reason::Type);
    check("# TYPE n gaugehistogram\nn_bucket{le=\"+Inf\"} 1\n# EOF\n", Reason::Type);
    check("# TYPE n summary\nn{quantile=\"0.5\"} 1\nn_count 1\nn_sum 1\n# EOF\n", Reason::Type);
    check("# TYPE n gauge\nn NaN\n# EOF\n", Reason::Value);
    check("# TYPE n gauge\nn +Inf\n# EOF\n", Reason::Value);
    check("# TYPE other gauge\nother 1\n# EOF\n", Reason::MetricName);
    check("# TYPE \"n ä\" gauge\n{\"n ä\"} 1\n# EOF\n", Reason::MetricName);
    check("# TYPE naaaaaaaaaaaaaaaaaaaa gauge\nnaaaaaaaaaaaaaaaaaaaa 1\n# EOF\n", Reason::MetricName);
    check("# TYPE p95_gateway_x gauge\np95_gateway_x 1\n# EOF\n", Reason::MetricName);

    let histogram = |buckets: &str| format!("# TYPE n histogram\n{buckets}\n# EOF\n");
    let whole = "n_bucket{le=\"1\"} 2\nn_bucket{le=\"+Inf\"} 3\nn_count 3\nn_sum 4";
    assert!(read_frame("", &histogram(whole)).is_ok());
    for (from, to, expect) in [
        ("n_bucket{le=\"+Inf\"} 3\n", "", Reason::Schema),
        ("n_bucket{le=\"1\"} 2", "n_bucket{le=\"1\"} 4", Reason::Value),
        ("n_bucket{le=\"1\"} 2", "n_bucket{le=\"1\"} -2", Reason::Value),
        ("n_count 3", "n_count 4", Reason::Value),
        ("n_count 3\n", "", Reason::Value),
        ("\nn_sum 4", "", Reason::Value),
        ("n_bucket{le=\"1\"} 2", "n_bucket{le=\"1\"} 2\nn_bucket{le=\"1.0\"} 2", Reason::Duplicate),
        (
            "n_sum 4",
            "n_sum 4\nn_bucket{a=\"1\",le=\"2\"} 1\nn_bucket{a=\"1\",le=\"+Inf\"} 1\nn_count{a=\"1\"} 1\nn_sum{a=\"1\"} 1",
            Reason::Schema,
        ),
    ] {
        assert!(whole.contains(from), "{from}");
        check(&histogram(&whole.replace(from, to)), expect);
    }
}

#[test]
fn a_place_in_the_exposition_counts_the_first_line() {
    let reject = read_frame("", "# TYPE n counter\nn_total x\n# EOF\n").unwrap_err();
    assert!(reject.to_string().starts_with("line 3, "), "{reject}");
}

#[test]
fn every_type_is_read() {
    let page = "# TYPE n_c counter\n# HELP n_c Counted.\nn_c_total{a=\"1\"} 2\nn_c_created{a=\"1\"} 5\nn_c_total 0\n\
                # TYPE n_g gauge\nn_g -3.5\n\
                # TYPE n_i info\nn_i_info{v=\"1\"} 1\nn_i_info{v=\"2\"} 1\n\
                # TYPE n_s stateset\nn_s{n_s=\"on\"} 1\nn_s{n_s=\"off\"} 0\n\
                # TYPE n_y summary\nn_y_count 2\nn_y_sum 3\n\
                # TYPE n_h histogram\nn_h_bucket{le=\"1\"} 1\nn_h_bucket{le=\"+Inf\"} 2\nn_h_count 2\nn_h_sum 9\n\
                # TYPE n_empty counter\n# EOF\n";
    let frame = read_frame("shop", page).unwrap();
    let labels = |pairs: &[(&str, &str)]| Labels::from_pairs(pairs.iter().copied().chain([("app", "shop")]));
    let points: Vec<(&str, Vec<(Labels, Delta)>)> =
        frame.families.iter().map(|family| (family.name.as_str(), family.points.clone())).collect();
    let infos = vec![labels(&[("v", "1")]), labels(&[("v", "2")])];
    assert_eq!(
        points,
        [
            ("n_c", vec![(labels(&[("a", "1")]), Delta::Counter(2.0)), (labels(&[]), Delta::Counter(0.0))]),
            ("n_g", vec![(labels(&[]), Delta::Gauge(-3.5))]),
            ("n_i", vec![(labels(&[]), Delta::Info(infos))]),
            (
                "n_s",
                vec![
                    (labels(&[("n_s", "on")]), Delta::Gauge(1.0)),
                    (labels(&[("n_s", "off")]), Delta::Gauge(0.0)),
                ]
            ),
            ("n_y", vec![(labels(&[]), Delta::Summary { count: 2.0, sum: 3.0 })]),
            ("n_h", vec![(labels(&[]), Delta::Histogram { cumulative: vec![1.0, 2.0], sum: 9.0 })]),
        ]
    );
    assert_eq!(frame.families[0].head.help, "Counted.");
    assert_eq!(frame.families[5].bounds, [1.0, f64::INFINITY]);
}

#[test]
fn the_label_of_the_app_is_the_gateways() {
    let page = "# TYPE n counter\nn_total{app=\"mine\"} 1\n# EOF\n";
    assert_eq!(read_frame("shop", page).unwrap_err().reason, Reason::LabelName);
    assert_eq!(read_frame("", page).unwrap().families[0].points[0].0.get("app"), Some("mine"));
}
