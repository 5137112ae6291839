//! The `data` object of Prometheus' query API.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeTuple, Serializer};

use super::float::{FloatText, plain_digits};
use crate::model::histogram::BucketSpan;
use crate::model::{FloatSample, HistogramSample, NativeHistogram, Samples};
use crate::promql::eval::{MatrixSeries, QueryValue, VectorSample};

/// The answer to a query as Prometheus' `query` and `query_range` write it: `{"resultType": …, "result": …}`.
///
/// Numbers are texts, so that `NaN` and `+Inf` come through; times are seconds.
///
/// ```
/// use p95_core::model::FloatSample;
/// use p95_core::promql::eval::QueryValue;
/// use p95_core::remote::QueryData;
///
/// let value = QueryValue::Scalar(FloatSample { timestamp_ms: 1_500, value: f64::INFINITY });
/// let json = serde_json::to_string(&QueryData { value: &value, at_ms: 1_500 })?;
/// assert_eq!(json, r#"{"resultType":"scalar","result":[1.5,"+Inf"]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct QueryData<'a> {
    /// The answer.
    pub value: &'a QueryValue,
    /// The time of the query, which is that of a text, in milliseconds since the Unix epoch.
    pub at_ms: i64,
}

impl Serialize for QueryData<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(2))?;
        match self.value {
            QueryValue::Scalar(sample) => {
                object.serialize_entry("resultType", "scalar")?;
                object.serialize_entry("result", &FloatPair(*sample))?;
            }
            QueryValue::String(text) => {
                object.serialize_entry("resultType", "string")?;
                object.serialize_entry("result", &(Seconds(self.at_ms), text))?;
            }
            QueryValue::Vector(samples) => {
                object.serialize_entry("resultType", "vector")?;
                object.serialize_entry("result", &List(samples, VectorElement))?;
            }
            QueryValue::Matrix(series) => {
                object.serialize_entry("resultType", "matrix")?;
                object.serialize_entry("result", &List(series, MatrixElement))?;
            }
        }
        object.end()
    }
}

/// The elements, each as the wrapper writes it.
struct List<'a, T, W>(&'a [T], fn(&'a T) -> W);

impl<T, W: Serialize> Serialize for List<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for element in self.0 {
            list.serialize_element(&(self.1)(element))?;
        }
        list.end()
    }
}

struct VectorElement<'a>(&'a VectorSample);

impl Serialize for VectorElement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(VectorSample { labels, sample, histogram }) = self;
        let mut object = serializer.serialize_map(Some(2))?;
        object.serialize_entry("metric", labels)?;
        match histogram {
            None => object.serialize_entry("value", &FloatPair(*sample))?,
            Some(histogram) => {
                object.serialize_entry(
                    "histogram",
                    &(Seconds(sample.timestamp_ms), HistogramText(histogram)),
                )?;
            }
        }
        object.end()
    }
}

struct MatrixElement<'a>(&'a MatrixSeries);

impl Serialize for MatrixElement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let MatrixSeries { labels, samples: Samples { floats, histograms } } = self.0;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("metric", labels)?;
        if !floats.is_empty() || histograms.is_empty() {
            object.serialize_entry("values", &List(floats, |sample| FloatPair(*sample)))?;
        }
        if !histograms.is_empty() {
            object.serialize_entry("histograms", &List(histograms, HistogramPair))?;
        }
        object.end()
    }
}

struct FloatPair(FloatSample);

impl Serialize for FloatPair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&Seconds(self.0.timestamp_ms))?;
        pair.serialize_element(&Text(self.0.value))?;
        pair.end()
    }
}

struct HistogramPair<'a>(&'a HistogramSample);

impl Serialize for HistogramPair<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (Seconds(self.0.timestamp_ms), HistogramText(&self.0.histogram)).serialize(serializer)
    }
}

/// Empty buckets and a list of none are left out, as Prometheus leaves them out.
struct HistogramText<'a>(&'a NativeHistogram);

impl Serialize for HistogramText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("count", &Text(self.0.count))?;
        object.serialize_entry("sum", &Text(self.0.sum))?;
        let buckets: Vec<_> =
            self.0.spans().filter(|span| span.count != 0.0).map(|span| bucket(&span)).collect();
        if !buckets.is_empty() {
            object.serialize_entry("buckets", &buckets)?;
        }
        object.end()
    }
}

/// The first number says which bounds belong to the bucket: 0 the upper one, 1 the lower one, 3 both.
fn bucket(span: &BucketSpan) -> (u8, Text, Text, Text) {
    let inclusion = match (span.lower < 0.0, span.upper > 0.0) {
        (true, true) => 3,
        (true, false) => 1,
        (false, true) => 0,
        // The zero bucket without a width.
        (false, false) => 3,
    };
    (inclusion, Text(span.lower), Text(span.upper), Text(span.count))
}

struct Text(f64);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match plain_digits(self.0, &mut zmij::Buffer::new()) {
            Some(digits) => serializer.serialize_str(digits),
            None => serializer.collect_str(&FloatText(self.0)),
        }
    }
}

/// A time in seconds, whole ones without a fraction.
struct Seconds(i64);

impl Serialize for Seconds {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a time in milliseconds has fewer than 53 bits until the year 287396"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.0 as f64 / 1000.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Labels;
    use crate::model::histogram::Bucket;

    #[track_caller]
    fn check(value: &QueryValue, expect: &str) {
        assert_eq!(serde_json::to_string(&QueryData { value, at_ms: 0 }).unwrap(), expect);
    }

    #[test]
    fn shapes_are_those_of_prometheus() {
        let labels = Labels::from_pairs([("__name__", "up"), ("job", "a\"b")]);
        let float = |timestamp_ms, value| FloatSample { timestamp_ms, value };
        let vector = |labels: &Labels, sample, histogram| {
            QueryValue::Vector(vec![VectorSample { labels: labels.clone(), sample, histogram }])
        };
        check(
            &vector(&labels, float(1_435_781_451_781, f64::NAN), None),
            r#"{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a\"b"},"value":[1435781451.781,"NaN"]}]}"#,
        );
        let samples = Samples { floats: vec![float(1_000, 1.0), float(2_500, 0.1)], histograms: Vec::new() };
        check(
            &QueryValue::Matrix(vec![MatrixSeries { labels, samples }]),
            r#"{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a\"b"},"values":[[1,"1"],[2.5,"0.1"]]}]}"#,
        );
        check(&QueryValue::Scalar(float(1_000, 3.0)), r#"{"resultType":"scalar","result":[1,"3"]}"#);
        check(&QueryValue::String("\u{1b}".into()), r#"{"resultType":"string","result":[0,"\u001b"]}"#);
        let histogram = NativeHistogram {
            zero_count: 1.0,
            count: 6.5,
            sum: -0.5,
            positive: vec![Bucket { index: 1, count: 2.5 }, Bucket { index: 2, count: 0.0 }],
            negative: vec![Bucket { index: 0, count: 3.0 }],
            ..NativeHistogram::default()
        };
        check(
            &vector(&Labels::empty(), float(1_000, f64::NAN), Some(Arc::new(histogram))),
            r#"{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"6.5","sum":"-0.5","buckets":[[1,"-1","-0.5","3"],[3,"-0","0","1"],[0,"1","2","2.5"]]}]}]}"#,
        );
        check(&QueryValue::Vector(Vec::new()), r#"{"resultType":"vector","result":[]}"#);
    }
}
