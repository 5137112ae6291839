//! Comma-separated values: a column for the time in seconds, one for each label, one for the value.

use std::io;

use p95_core::remote::format_float;

use super::answer::{Answer, format_value};
use super::escape::escape;

/// Writes a header, then a row for each sample.
pub(super) fn write(out: &mut dyn io::Write, answer: &Answer) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    let names = answer.label_names();
    let header = ["timestamp"].into_iter().chain(names.iter().copied()).chain(["value"]);
    rows.write_record(header.map(|name| escape(name).into_owned())).map_err(io::Error::other)?;
    match answer {
        Answer::Scalar { timestamp_ms, value } => {
            rows.write_record([seconds(*timestamp_ms), format_float(*value)]).map_err(io::Error::other)?;
        }
        Answer::Text { timestamp_ms, value } => {
            rows.write_record([seconds(*timestamp_ms), escape(value).into_owned()])
                .map_err(io::Error::other)?;
        }
        Answer::Vector(_) | Answer::Matrix(_) => {}
    }
    for series in answer.series() {
        for (timestamp_ms, value) in &series.samples {
            let labels =
                names.iter().map(|name| escape(series.labels.get(name).unwrap_or_default()).into_owned());
            let row = [seconds(*timestamp_ms)].into_iter().chain(labels).chain([format_value(value)]);
            rows.write_record(row).map_err(io::Error::other)?;
        }
    }
    rows.flush()
}

/// A time in seconds with its milliseconds.
fn seconds(timestamp_ms: i64) -> String {
    format!("{}.{:03}", timestamp_ms.div_euclid(1000), timestamp_ms.rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use p95_core::model::{Labels, SampleValue};

    use super::*;
    use crate::output::answer::Series;

    #[test]
    fn every_label_has_its_column() {
        let answer = Answer::Vector(vec![
            Series {
                labels: Labels::from_pairs([("__name__", "a"), ("x", "1,2\n")]),
                samples: vec![(1_500, SampleValue::Float(0.5))],
            },
            Series {
                labels: Labels::from_pairs([("__name__", "b"), ("y", "\u{1b}")]),
                samples: vec![(2_000, SampleValue::Float(7.0))],
            },
        ]);
        let mut out = Vec::new();
        write(&mut out, &answer).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "timestamp,__name__,x,y,value\n1.500,a,\"1,2\\n\",,0.5\n2.000,b,,\\u{1b},7\n"
        );
    }
}
