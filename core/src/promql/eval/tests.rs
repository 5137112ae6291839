//! One line a case: a query over a few series, and its answer.

use super::*;
use crate::model::select::Interruption;
use crate::model::{Labels, Matcher, Samples};
use crate::promql::select::{SelectError, SelectedSeries, TimeRange};
use crate::promql::{ParseOptions, parse};

/// A sample every 15 s from 0 on.
struct Fixed(Vec<(Labels, Vec<f64>)>);

impl Select for Fixed {
    fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
        _: usize,
    ) -> Result<Vec<SelectedSeries>, SelectError> {
        let chosen =
            self.0.iter().filter(|(labels, _)| matchers.iter().all(|matcher| matcher.matches(labels)));
        let series = chosen.map(|(labels, values)| {
            let samples = (0..).map(|step| step * 15_000).zip(values);
            let floats = samples
                .filter(|(at_ms, _)| (range.start_ms..=range.end_ms).contains(at_ms))
                .map(|(timestamp_ms, value)| FloatSample { timestamp_ms, value: *value })
                .collect();
            let samples = Samples { floats, histograms: Vec::new() };
            SelectedSeries { labels: labels.clone(), samples, ..SelectedSeries::default() }
        });
        Ok(series.filter(|series| !series.samples.is_empty()).collect())
    }
}

fn shop() -> Fixed {
    let series =
        |pairs: &[(&str, &str)], values: &[f64]| (Labels::from_pairs(pairs.iter().copied()), values.to_vec());
    Fixed(vec![
        series(
            &[("__name__", "hits_total"), ("status", "200"), ("route", "/a")],
            &[0.0, 150.0, 300.0, 450.0, 600.0],
        ),
        series(
            &[("__name__", "hits_total"), ("status", "500"), ("route", "/a")],
            &[0.0, 15.0, 30.0, 5.0, 20.0],
        ),
        series(&[("__name__", "owner"), ("route", "/a"), ("team", "x")], &[1.0; 5]),
        series(&[("__name__", "lat_bucket"), ("le", "1.0")], &[0.0, 1.0, 2.0, 3.0, 4.0]),
        series(&[("__name__", "lat_bucket"), ("le", "2.0")], &[0.0, 3.0, 6.0, 9.0, 12.0]),
        series(&[("__name__", "lat_bucket"), ("le", "+Inf")], &[0.0, 4.0, 8.0, 12.0, 16.0]),
    ])
}

/// The answer at 60 s: `labels value`, in the answer's order.
#[track_caller]
fn check(query: &str, expect: &[&str]) {
    let expr = parse(query, &ParseOptions::default()).unwrap();
    let shown = match instant(&shop(), &expr, 60_000, &EngineOptions::default()) {
        Ok(evaluated) => match evaluated.value {
            QueryValue::Scalar(sample) => vec![sample.value.to_string()],
            QueryValue::String(text) => vec![text],
            QueryValue::Vector(samples) => {
                samples.iter().map(|one| format!("{} {}", one.labels, one.sample.value)).collect()
            }
            QueryValue::Matrix(series) => {
                series.iter().map(|one| format!("{} x{}", one.labels, one.samples.len())).collect()
            }
        },
        Err(error) => vec![error.message],
    };
    assert_eq!(shown, expect, "{query}");
}

#[test]
fn rates_follow_resets() {
    check("rate(hits_total{status=\"200\"}[30s])", &["{route=\"/a\", status=\"200\"} 10"]);
    check("increase(hits_total{status=\"500\"}[45s])", &["{route=\"/a\", status=\"500\"} 30"]);
    check(
        "resets(hits_total[5m])",
        &["{route=\"/a\", status=\"200\"} 0", "{route=\"/a\", status=\"500\"} 1"],
    );
}

#[test]
fn vectors_match() {
    check("sum(hits_total)", &["{} 620"]);
    check(
        "sum by (route) (hits_total) * on (route) group_left (team) owner",
        &["{route=\"/a\", team=\"x\"} 620"],
    );
    check("hits_total > 100", &["hits_total{route=\"/a\", status=\"200\"} 600"]);
    check("hits_total > bool 100", &["{route=\"/a\", status=\"200\"} 1", "{route=\"/a\", status=\"500\"} 0"]);
    check(
        "hits_total / ignoring (status) hits_total",
        &[
            "found duplicate series for the match group {route=\"/a\"} on the right hand-side of the operation: \
         [{__name__=\"hits_total\", route=\"/a\", status=\"200\"}, {__name__=\"hits_total\", route=\"/a\", status=\"500\"}];\
         many-to-many matching not allowed: matching labels must be unique on one side",
        ],
    );
    check(
        "hits_total and on (route) owner",
        &["hits_total{route=\"/a\", status=\"200\"} 600", "hits_total{route=\"/a\", status=\"500\"} 20"],
    );
    check("topk(1, hits_total)", &["hits_total{route=\"/a\", status=\"200\"} 600"]);
    check("absent(nothing{a=\"b\"})", &["{a=\"b\"} 1"]);
}

#[test]
fn quantiles_of_rates() {
    check("histogram_quantile(0.5, rate(lat_bucket[1m]))", &["{} 1.5"]);
}

#[test]
fn times_and_subqueries() {
    check("hits_total{status=\"200\"} offset 30s", &["hits_total{route=\"/a\", status=\"200\"} 300"]);
    check("hits_total{status=\"200\"} @ 15", &["hits_total{route=\"/a\", status=\"200\"} 150"]);
    check("max_over_time(sum(hits_total)[30s:15s])", &["{} 620"]);
    check("hits_total{status=\"200\"}[30s]", &["hits_total{route=\"/a\", status=\"200\"} x2"]);
    check("time()", &["60"]);
}

#[test]
fn a_query_that_costs_too_much_is_refused_before_it_runs() {
    check(
        "sum_over_time(sum_over_time(owner[1y:1ms])[1y:1ms])",
        &["a subquery of 31536000000 steps is more than max_samples=50000000 allows"],
    );
}

#[test]
fn windows_that_overlap_too_much_are_refused() {
    let expr = parse("sum_over_time(owner[5m])", &ParseOptions::default()).unwrap();
    let with_limit = |max_window_samples| {
        let options = EngineOptions { max_window_samples, ..EngineOptions::default() };
        range(&shop(), &expr, 15_000, 60_000, 15_000, &options).map_err(|error| error.kind)
    };
    // Windows of 2, 3, 4 and 5 samples.
    assert!(with_limit(14).is_ok());
    assert_eq!(with_limit(13), Err(EvalErrorKind::Limit));
}

#[test]
fn labels_of_matches_are_right_at_every_step() {
    let expr = parse("hits_total / on (route) group_left (team) owner", &ParseOptions::default()).unwrap();
    let answer = range(&shop(), &expr, 0, 60_000, 15_000, &EngineOptions::default()).unwrap();
    let QueryValue::Matrix(series) = answer.value else { panic!("no matrix") };
    let shown: Vec<_> = series.iter().map(|one| format!("{} x{}", one.labels, one.samples.len())).collect();
    let expect = ["200", "500"].map(|status| format!("{{route=\"/a\", status=\"{status}\", team=\"x\"}} x5"));
    assert_eq!(shown, expect);
}

/// The message of the error that `query` ends in, at 60 s, under the options.
#[track_caller]
fn refusal(query: &str, options: &EngineOptions) -> String {
    let expr = parse(query, &ParseOptions::experimental()).unwrap();
    let error = instant(&shop(), &expr, 60_000, options).unwrap_err();
    assert_eq!(error.kind, EvalErrorKind::Limit, "{query}");
    error.message
}

#[test]
fn what_costs_too_much_is_refused_before_it_runs() {
    let steps = "steps is more than max_samples=50000000 allows";
    let windows = "more than max_window_samples=4000000000 allows";
    #[track_caller]
    fn check(query: &str, expect: &str) {
        let message = refusal(query, &EngineOptions::default());
        assert!(message.contains(expect), "{query}: {message}");
    }
    check("sum_over_time(sum_over_time(up[1y:1ms])[1y:1ms])", steps);
    check("sum_over_time(vector(1)[292y:1ms])", steps);
    check("max_over_time(max_over_time(hits_total[1d:1s])[1d:1s])", windows);
    check("1 + sum(rate(max_over_time(hits_total[1d:1s])[1d:1s]))", windows);
    // Nothing is selected, but that is not known before.
    check("max_over_time(max_over_time(nothing[10d:1s])[10d:1s] @ 0)", windows);
}

#[test]
fn every_function_is_evaluated() {
    use crate::promql::ast::{Function, ValueType};
    for &function in Function::ALL {
        let signature = function.signature();
        let arg = |position: usize| match signature.arg_type(position) {
            Some(ValueType::Matrix) => "hits_total[1m]",
            Some(ValueType::Scalar) => "0.5",
            Some(ValueType::String) => "\"l\"",
            _ if function == Function::Info && position == 1 => "{version=~\".*\"}",
            _ => "hits_total",
        };
        let args: Vec<_> = (0..signature.min_args).map(arg).collect();
        let query = format!("{function}({})", args.join(", "));
        let expr = parse(&query, &ParseOptions::experimental()).unwrap();
        if let Err(error) = instant(&shop(), &expr, 60_000, &EngineOptions::default()) {
            assert!(error.message.contains("same labelset"), "{query}: {error}");
        }
    }
}

#[test]
fn names_go_at_once_unless_asked_to_stay() {
    let at_end = EngineOptions { delayed_name_removal: true, ..EngineOptions::default() };
    let labels = |query: &str, options: &EngineOptions| {
        let expr = parse(query, &ParseOptions::default()).unwrap();
        let QueryValue::Vector(found) = instant(&shop(), &expr, 60_000, options).unwrap().value else {
            panic!("{query}")
        };
        found.into_iter().map(|sample| sample.labels.to_string()).collect::<Vec<_>>()
    };
    let query = r#"label_replace(abs(owner), "was", "$1", "__name__", "(.+)")"#;
    assert_eq!(labels(query, &EngineOptions::default()), [r#"{route="/a", team="x"}"#]);
    assert_eq!(labels(query, &at_end), [r#"{route="/a", team="x", was="owner"}"#]);
}

/// A source that gives the query up when it has been asked that often.
struct Impatient {
    data: Fixed,
    asked: std::cell::Cell<u32>,
    patience: u32,
}

impl Select for Impatient {
    fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
        max_samples: usize,
    ) -> Result<Vec<SelectedSeries>, SelectError> {
        self.data.select(matchers, range, max_samples)
    }

    fn interruption(&self) -> Option<Interruption> {
        self.asked.set(self.asked.get() + 1);
        (self.asked.get() > self.patience).then_some(Interruption::TimedOut)
    }
}

#[test]
fn a_query_can_be_given_up_at_each_node_and_each_series() {
    let expr = parse("sum(rate(hits_total[1m])) + vector(1)", &ParseOptions::default()).unwrap();
    let ask = |patience| {
        let source = Impatient { data: shop(), asked: Default::default(), patience };
        let answer = instant(&source, &expr, 60_000, &EngineOptions::default());
        (source.asked.get(), answer)
    };
    let (asked, answer) = ask(u32::MAX);
    assert!(answer.is_ok());
    // The sum of two, each of them a call, and two series.
    assert!(asked >= 6, "asked {asked} times");
    for patience in 0..asked {
        let error = ask(patience).1.unwrap_err();
        assert_eq!(error.kind, EvalErrorKind::Interrupted(Interruption::TimedOut));
    }
}
