//! Paths and bodies of Pushgateway's protocol.

use p95_core::model::Labels;

use super::*;
use crate::frame::NameRules;
use crate::options::Limits;
use crate::reject::Reason;

#[test]
fn paths() {
    #[track_caller]
    fn check(path: &str, expect: Option<&[(&str, &str)]>) {
        let limits = Limits::default();
        let group = group_of_path(path, NameRules { limits: &limits, metrics: &[] });
        assert_eq!(group.ok(), expect.map(|pairs| Labels::from_pairs(pairs.iter().copied())), "{path}");
    }
    check("job/a", Some(&[("job", "a")]));
    check("job/a/instance/b", Some(&[("instance", "b"), ("job", "a")]));
    check("job/a%20b%2Fc/x/", Some(&[("job", "a b/c")]));
    check("job@base64/Li4vLi4vZXRj", Some(&[("job", "../../etc")]));
    check("job@base64/YQ==/path@base64/w6Q", Some(&[("job", "a"), ("path", "ä")]));
    check("job/a/x@base64/=", Some(&[("job", "a")]));
    for wrong in [
        "",
        "job",
        "job/",
        "job@base64/=",
        "job/a/b",
        "job/a/",
        "instance/a/job/b",
        "job/a/job/b",
        "job/a/x/1/x/2",
        "job/a/__name__/b",
        "job/a/b-c/d",
        "job/a/%FF/d",
        "job/%FF",
        "job@base64/!",
        "job@base64/_w",
    ] {
        check(wrong, None);
    }
}

#[test]
fn bodies() {
    #[track_caller]
    fn check(body: &str, format: PushFormat, expect: Result<&str, Reason>) {
        let limits = Limits { labels: 3, ..Limits::default() };
        let group = Labels::from_pairs([("job", "a"), ("zone", "b")]);
        let rules = NameRules { limits: &limits, metrics: &[] };
        let read = read(group, true, body.as_bytes(), format, rules);
        assert_eq!(
            read.map(|push| push.text).map_err(|reject| reject.reason),
            expect.map(str::to_owned),
            "{body}"
        );
    }
    use PushFormat::{OpenMetrics, Text};
    check("", Text, Ok(""));
    check("a 1\n", Text, Ok("# TYPE a untyped\na 1.0\n"));
    check("# TYPE a_total counter\na_total 1\n", Text, Ok("# TYPE a_total counter\na_total 1.0\n"));
    check("# TYPE a counter\na_total 1\n", Text, Ok("# TYPE a_total untyped\na_total 1.0\n"));
    check("# TYPE a counter\na_total 1\n# EOF\n", OpenMetrics, Ok("# TYPE a_total counter\na_total 1.0\n"));
    // The name stays.
    check("# TYPE a counter\na{x=\"y\"} 1\n", Text, Ok("# TYPE a untyped\na{x=\"y\"} 1.0\n"));
    // The group's labels prevail.
    check("a{job=\"mine\",x=\"y\"} 1\n", Text, Ok("# TYPE a untyped\na{x=\"y\"} 1.0\n"));
    check("a{job=\"1\"} 1\na{job=\"2\"} 1\n", Text, Err(Reason::Duplicate));
    check("a 1\na 2\n", Text, Err(Reason::Duplicate));
    check("a 1 1700000000000\n", Text, Err(Reason::Timestamp));
    check("a{x=\"1\",y=\"1\"} 1\n", Text, Err(Reason::LabelCount));
    check("{\"ä\"} 1\n", Text, Err(Reason::MetricName));
    check("push_time_seconds 1\n", Text, Err(Reason::MetricName));
    check("p95_gateway_series 1\n", Text, Err(Reason::MetricName));
    check("a{", Text, Err(Reason::Exposition));
    check("a 1\n", OpenMetrics, Err(Reason::Exposition));
}
