//! The `data` object of Prometheus' query API.

use std::io;

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
    let sample = series.samples.last()?;
    Some(json!({ "metric": series.labels, "value": pair(*sample) }))
}

fn matrix_element(series: &Series) -> Value {
    let values: Vec<Value> = series.samples.iter().map(|sample| pair(*sample)).collect();
    json!({ "metric": series.labels, "values": values })
}

fn pair((timestamp_ms, value): (i64, f64)) -> Value {
    json!([seconds(timestamp_ms), format_float(value)])
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
                samples: vec![(1_435_781_451_781, f64::NAN)],
            }]),
            r#"{"result":[{"metric":{"__name__":"up","job":"a\"b"},"value":[1435781451.781,"NaN"]}],"resultType":"vector"}"#,
        );
        check(
            &Answer::Matrix(vec![Series { labels, samples: vec![(1_000, 1.0), (2_500, 0.1)] }]),
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
        check(&Answer::Vector(Vec::new()), r#"{"result":[],"resultType":"vector"}"#);
    }
}
