//! The `data` object of Prometheus' query API.

use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, IntoDeserializer};

use super::histogram::HistogramText;
use super::number::{NumberText, TimeMs};
use crate::model::{FloatSample, HistogramSample, Labels, Samples};
use crate::promql::eval::{MatrixSeries, QueryValue, VectorSample};

/// The answer to a query, as [`QueryData`](crate::remote::QueryData) writes it.
///
/// ```
/// use p95_core::promql::eval::QueryValue;
/// use p95_core::remote::read::QueryAnswer;
///
/// let json = r#"{"resultType": "vector", "result": [{"metric": {"a": "b"}, "value": [1.5, "+Inf"]}]}"#;
/// let QueryAnswer(QueryValue::Vector(samples)) = serde_json::from_str(json)? else { panic!("another type") };
/// assert_eq!(samples[0].labels.to_string(), r#"{a="b"}"#);
/// assert_eq!((samples[0].sample.timestamp_ms, samples[0].sample.value), (1_500, f64::INFINITY));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct QueryAnswer(pub QueryValue);

#[derive(serde::Deserialize)]
struct Data {
    #[serde(rename = "resultType")]
    result_type: ResultType,
    result: Content,
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum ResultType {
    Scalar,
    String,
    Vector,
    Matrix,
}

/// What stands in `result`, whose type may be told only after it.
enum Content {
    Pair(TimeMs, String),
    Series(Vec<Series>),
}

/// An element of a vector or of a matrix.
#[derive(serde::Deserialize)]
struct Series {
    #[serde(default)]
    metric: Labels,
    value: Option<(TimeMs, NumberText)>,
    histogram: Option<(TimeMs, HistogramText)>,
    #[serde(default)]
    values: Vec<(TimeMs, NumberText)>,
    #[serde(default)]
    histograms: Vec<(TimeMs, HistogramText)>,
}

impl<'de> Deserialize<'de> for QueryAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Data { result_type, result } = Data::deserialize(deserializer)?;
        let value = match (result_type, result) {
            (ResultType::Scalar, Content::Pair(TimeMs(timestamp_ms), text)) => {
                let number = text.parse();
                let value = number.map_err(|_| de::Error::custom(format_args!("{text:?} is no number")))?;
                QueryValue::Scalar(FloatSample { timestamp_ms, value })
            }
            (ResultType::String, Content::Pair(_, text)) => QueryValue::String(text),
            (ResultType::Vector, Content::Series(series)) => QueryValue::Vector(
                series.into_iter().map(Series::into_sample).collect::<Option<_>>().ok_or_else(|| {
                    de::Error::custom("an element of a vector has neither \"value\" nor \"histogram\"")
                })?,
            ),
            (ResultType::Matrix, Content::Series(series)) => {
                QueryValue::Matrix(series.into_iter().map(Series::into_series).collect())
            }
            _ => return Err(de::Error::custom("\"resultType\" and \"result\" do not fit each other")),
        };
        Ok(Self(value))
    }
}

impl Series {
    fn into_sample(self) -> Option<VectorSample> {
        let labels = self.metric;
        match (self.value, self.histogram) {
            (Some((time, value)), _) => {
                Some(VectorSample { labels, sample: float((time, value)), histogram: None })
            }
            (None, Some((TimeMs(timestamp_ms), HistogramText(histogram)))) => Some(VectorSample {
                labels,
                sample: FloatSample { timestamp_ms, value: f64::NAN },
                histogram: Some(Arc::new(histogram)),
            }),
            (None, None) => None,
        }
    }

    fn into_series(self) -> MatrixSeries {
        let histogram = |(TimeMs(timestamp_ms), HistogramText(histogram))| HistogramSample {
            timestamp_ms,
            histogram: Arc::new(histogram),
        };
        let samples = Samples {
            floats: self.values.into_iter().map(float).collect(),
            histograms: self.histograms.into_iter().map(histogram).collect(),
        };
        MatrixSeries { labels: self.metric, samples }
    }
}

fn float((TimeMs(timestamp_ms), NumberText(value)): (TimeMs, NumberText)) -> FloatSample {
    FloatSample { timestamp_ms, value }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> de::Visitor<'de> for List {
            type Value = Content;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of series, or a time and a text")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
                let mut all = match list.next_element()? {
                    None => return Ok(Content::Series(Vec::new())),
                    Some(First::Series(series)) => vec![*series],
                    Some(First::Time(time)) => {
                        let text = list.next_element()?.ok_or_else(|| de::Error::invalid_length(1, &self))?;
                        return Ok(Content::Pair(time, text));
                    }
                };
                while let Some(series) = list.next_element()? {
                    all.push(series);
                }
                Ok(Content::Series(all))
            }

            fn visit_unit<E>(self) -> Result<Content, E> {
                Ok(Content::Series(Vec::new()))
            }
        }

        deserializer.deserialize_any(List)
    }
}

/// The first element of a result, which tells a list of series from a pair.
enum First {
    Time(TimeMs),
    Series(Box<Series>),
}

impl<'de> Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> de::Visitor<'de> for Either {
            type Value = First;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a series or a time")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<First, A::Error> {
                let series = Series::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(First::Series(Box::new(series)))
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<First, E> {
                TimeMs::deserialize(seconds.into_deserializer()).map(First::Time)
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<First, E> {
                TimeMs::deserialize(seconds.into_deserializer()).map(First::Time)
            }

            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<First, E> {
                TimeMs::deserialize(seconds.into_deserializer()).map(First::Time)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NativeHistogram;
    use crate::model::histogram::Bucket;
    use crate::remote::QueryData;

    #[track_caller]
    fn check(value: &QueryValue) {
        let json = serde_json::to_string(&QueryData { value, at_ms: 0 }).unwrap();
        let QueryAnswer(found) = serde_json::from_str(&json).unwrap();
        // NaN is no equal of itself.
        assert_eq!(format!("{found:?}"), format!("{value:?}"), "{json}");
    }

    fn floats(values: &[f64]) -> Samples {
        let sample =
            |(at, value): (usize, &f64)| FloatSample { timestamp_ms: 1_500 * at as i64, value: *value };
        Samples { floats: values.iter().enumerate().map(sample).collect(), histograms: Vec::new() }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let labels = Labels::from_pairs([("__name__", "up"), ("job", "a\"b\n\u{1b}é")]);
        let float = FloatSample { timestamp_ms: 1_435_781_451_781, value: f64::NAN };
        check(&QueryValue::Scalar(FloatSample { timestamp_ms: -1_500, value: f64::NEG_INFINITY }));
        check(&QueryValue::String("\u{1b}\"".into()));
        check(&QueryValue::Vector(Vec::new()));
        check(&QueryValue::Matrix(Vec::new()));
        check(&QueryValue::Vector(vec![VectorSample {
            labels: labels.clone(),
            sample: float,
            histogram: None,
        }]));
        let samples = floats(&[0.1, -0.0, 1e21, 5e-324, f64::INFINITY, f64::NAN, f64::MAX]);
        let other = MatrixSeries { labels: Labels::empty(), samples: floats(&[1.0]) };
        check(&QueryValue::Matrix(vec![MatrixSeries { labels, samples }, other]));
    }

    #[test]
    fn native_histograms_are_read_back() {
        let histogram = NativeHistogram {
            schema: 2,
            zero_threshold: 0.001,
            zero_count: 1.0,
            count: 6.5,
            sum: -0.5,
            positive: vec![Bucket { index: 1, count: 2.5 }, Bucket { index: 3, count: 0.5 }],
            negative: vec![Bucket { index: -7, count: 3.0 }],
            ..NativeHistogram::default()
        };
        let sample = FloatSample { timestamp_ms: 1_000, value: f64::NAN };
        check(&QueryValue::Vector(vec![VectorSample {
            labels: Labels::empty(),
            sample,
            histogram: Some(Arc::new(histogram.clone())),
        }]));
        let histograms = vec![HistogramSample { timestamp_ms: 7, histogram: Arc::new(histogram) }];
        let samples = Samples { histograms, ..floats(&[1.0]) };
        check(&QueryValue::Matrix(vec![MatrixSeries { labels: Labels::empty(), samples }]));
    }

    #[test]
    fn the_type_may_stand_behind_the_result() {
        let json =
            r#"{"result":[{"values":[[1,"2"]],"metric":{}}],"resultType":"matrix","analysis":{"a":1}}"#;
        let QueryAnswer(found) = serde_json::from_str(json).unwrap();
        let samples =
            Samples { floats: vec![FloatSample { timestamp_ms: 1_000, value: 2.0 }], ..Samples::default() };
        assert_eq!(found, QueryValue::Matrix(vec![MatrixSeries { labels: Labels::empty(), samples }]));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        #[track_caller]
        fn check(json: &str, expect: &str) {
            let error = serde_json::from_str::<QueryAnswer>(json).unwrap_err().to_string();
            assert!(error.contains(expect), "{json}: {error}");
        }
        check("{}", "missing field `resultType`");
        check(r#"{"resultType":"odd","result":[]}"#, "unknown variant `odd`");
        check(r#"{"resultType":"scalar","result":[]}"#, "do not fit");
        check(r#"{"resultType":"scalar","result":[1,"x"]}"#, "\"x\" is no number");
        check(r#"{"resultType":"vector","result":[{"metric":{}}]}"#, "neither \"value\" nor \"histogram\"");
        check(r#"{"resultType":"matrix","result":[{"metric":{},"values":[[1]]}]}"#, "");
        check(r#"{"resultType":"matrix","result":[{"metric":{},"values":[[1e300,"1"]]}]}"#, "is no time");
        check(r#"{"resultType":"matrix","result":[{"metric":{"a":1},"values":[]}]}"#, "");
        check(r#"{"resultType":"matrix","result":"x"}"#, "a list of series, or a time and a text");
    }
}
