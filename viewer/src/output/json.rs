//! The `data` object of Prometheus' query API.

use std::io;

use p95_core::model::histogram::BucketSpan;
use p95_core::model::{NativeHistogram, SampleValue};
use serde_json::{Value, json};

use super::escape::escape_json;
use super::{Answer, Series, format_float};

/// Writes the answer as one line of JSON.
pub(super) fn write(out: &mut dyn io::Write, answer: &Answer) -> io::Result<()> {
    let document = data(answer).to_string();
    writeln!(out, "{}", escape_json(&document))
}

fn data(answer: &Answer) -> Value {
    match answer {
        Answer::Scalar { timestamp_ms, value } => {
            json!({ "resultType": "scalar", "result": [seconds(*timestamp_ms), format_float(*value)] })
        }
        Answer::Text { timestamp_ms, value } => {
            json!({ "resultType": "string", "result": [seconds(*timestamp_ms), value] })
        }
        Answer::Vector(series) => {
            let result: Vec<Value> = series.iter().filter_map(vector_element).collect();
            json!({ "resultType": "vector", "result": result })
        }
        Answer::Matrix(series) => {
            let result: Vec<Value> = series.iter().map(matrix_element).collect();
            json!({ "resultType": "matrix", "result": result })
        }
    }
}

fn vector_element(series: &Series) -> Option<Value> {
    let (timestamp_ms, value) = series.samples.last()?;
    Some(match value {
        SampleValue::Float(value) => json!({ "metric": series.labels, "value": pair(*timestamp_ms, *value) }),
        SampleValue::Histogram(value) => {
            json!({ "metric": series.labels, "histogram": histogram_pair(*timestamp_ms, value) })
        }
    })
}

fn matrix_element(series: &Series) -> Value {
    let (mut values, mut histograms) = (Vec::new(), Vec::new());
    for (timestamp_ms, value) in &series.samples {
        match value {
            SampleValue::Float(value) => values.push(pair(*timestamp_ms, *value)),
            SampleValue::Histogram(value) => histograms.push(histogram_pair(*timestamp_ms, value)),
        }
    }
    match (values.is_empty(), histograms.is_empty()) {
        (_, true) => json!({ "metric": series.labels, "values": values }),
        (true, false) => json!({ "metric": series.labels, "histograms": histograms }),
        (false, false) => json!({ "metric": series.labels, "values": values, "histograms": histograms }),
    }
}

fn pair(timestamp_ms: i64, value: f64) -> Value {
    json!([seconds(timestamp_ms), format_float(value)])
}

/// Empty buckets and a list of none are left out, as Prometheus leaves them out.
fn histogram_pair(timestamp_ms: i64, histogram: &NativeHistogram) -> Value {
    let mut shown = json!({ "count": format_float(histogram.count), "sum": format_float(histogram.sum) });
    let buckets: Vec<Value> =
        histogram.spans().filter(|span| span.count != 0.0).map(|span| bucket(&span)).collect();
    if let (Some(shown), false) = (shown.as_object_mut(), buckets.is_empty()) {
        shown.insert("buckets".to_owned(), buckets.into());
    }
    json!([seconds(timestamp_ms), shown])
}

/// The first number says which bounds belong to the bucket: 0 the upper one, 1 the lower one, 3 both.
fn bucket(span: &BucketSpan) -> Value {
    let inclusion = match (span.lower < 0.0, span.upper > 0.0) {
        (true, true) => 3,
        (true, false) => 1,
        (false, true) => 0,
        // The zero bucket without a width.
        (false, false) => 3,
    };
    json!([inclusion, format_float(span.lower), format_float(span.upper), format_float(span.count)])
}

/// A time in seconds, whole ones without a fraction.
#[expect(
    clippy::cast_precision_loss,
    reason = "a time in milliseconds has fewer than 53 bits until the year 287396"
)]
fn seconds(timestamp_ms: i64) -> Value {
    if timestamp_ms % 1000 == 0 { json!(timestamp_ms / 1000) } else { json!(timestamp_ms as f64 / 1000.0) }
}

#[cfg(test)]
mod tests {
    use p95_core::model::Labels;
    use p95_core::model::histogram::Bucket;

    use super::*;

    #[track_caller]
    fn check(answer: &Answer, expect: &str) {
        let mut out = Vec::new();
        write(&mut out, answer).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{expect}\n"));
    }

    #[test]
    fn shapes_are_those_of_prometheus() {
        let labels = Labels::from_pairs([("__name__", "up"), ("job", "a\"b")]);
        check(
            &Answer::Vector(vec![Series {
                labels: labels.clone(),
                samples: vec![(1_435_781_451_781, SampleValue::Float(f64::NAN))],
            }]),
            r#"{"result":[{"metric":{"__name__":"up","job":"a\"b"},"value":[1435781451.781,"NaN"]}],"resultType":"vector"}"#,
        );
        check(
            &Answer::Matrix(vec![Series {
                labels,
                samples: vec![(1_000, SampleValue::Float(1.0)), (2_500, SampleValue::Float(0.1))],
            }]),
            r#"{"result":[{"metric":{"__name__":"up","job":"a\"b"},"values":[[1,"1"],[2.5,"0.1"]]}],"resultType":"matrix"}"#,
        );
        check(
            &Answer::Scalar { timestamp_ms: 1_000, value: 3.0 },
            r#"{"result":[1,"3"],"resultType":"scalar"}"#,
        );
        check(
            &Answer::Text { timestamp_ms: 0, value: "\u{1b}\u{202e}".into() },
            r#"{"result":[0,"\u001b\u202e"],"resultType":"string"}"#,
        );
        check(
            &Answer::Vector(vec![Series {
                labels: Labels::empty(),
                samples: vec![(
                    1_000,
                    SampleValue::from(NativeHistogram {
                        zero_count: 1.0,
                        count: 6.5,
                        sum: -0.5,
                        positive: vec![Bucket { index: 1, count: 2.5 }, Bucket { index: 2, count: 0.0 }],
                        negative: vec![Bucket { index: 0, count: 3.0 }],
                        ..NativeHistogram::default()
                    }),
                )],
            }]),
            r#"{"result":[{"histogram":[1,{"buckets":[[1,"-1","-0.5","3"],[3,"-0","0","1"],[0,"1","2","2.5"]],"count":"6.5","sum":"-0.5"}],"metric":{}}],"resultType":"vector"}"#,
        );
        check(&Answer::Vector(Vec::new()), r#"{"result":[],"resultType":"vector"}"#);
    }
}
