//! Families from protobuf.

use hashbrown::HashSet;
use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use super::message::{self, LabelPair};
use super::{native, value};
use crate::exposition::families::{
    Bucket, Counter, Exemplar, Families, Family, Histogram, Metric, Quantile, Summary, Value, settle,
};
use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, Metadata, MetricType};

/// A page that is no protobuf, or none of metrics: where, and what was expected.
///
/// ```
/// use p95_core::exposition::protobuf;
/// let error = protobuf::decode(b"not protobuf").unwrap_err();
/// assert_eq!(error.offset, 0);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("byte {offset}: {message}")]
pub struct DecodeError {
    /// Where the family or metric begins that cannot be read, in bytes from the page's start.
    pub offset: usize,
    /// What was expected there.
    pub message: String,
}

/// Reads a page of messages `io.prometheus.client.MetricFamily`, each behind its length.
///
/// What is in memory at any time is bounded by a fixed multiple of the page, at most 200 bytes for each of its: metrics are
/// read one by one, and nothing is made of what a message claims to hold. Of metrics with one label set and time, the first is kept, as in text.
///
/// ```
/// use p95_core::exposition::protobuf;
///
/// // A family: 5 bytes, the name "up", the type gauge.
/// let read = protobuf::decode(b"\x06\x0a\x02up\x18\x01")?;
/// assert_eq!(&*read.families[0].metadata.name, "up");
/// # Ok::<(), protobuf::DecodeError>(())
/// ```
///
/// # Errors
/// Where a message is cut off, malformed, or makes no sense as a metric.
pub fn decode(page: &[u8]) -> Result<Families, DecodeError> {
    let mut families = Families::default();
    let mut reader = Reader { page };
    let mut rest = page;
    while !rest.is_empty() {
        let message = reader.delimited(&mut rest)?;
        let family = reader.family(message, &mut families.duplicates)?;
        families.families.push(family);
    }
    Ok(families)
}

/// Reads below a page, whose start errors count from.
struct Reader<'a> {
    page: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A message behind its length.
    fn delimited(&mut self, rest: &mut &'a [u8]) -> Result<&'a [u8], DecodeError> {
        let start = *rest;
        let length = decode_varint(rest).map_err(|error| self.error(start, error.to_string()))?;
        let length = usize::try_from(length).ok().filter(|length| *length <= rest.len());
        let (message, behind) = length.and_then(|length| rest.split_at_checked(length)).ok_or_else(|| {
            self.error(start, "expected the whole of a message: the page may have been cut off")
        })?;
        *rest = behind;
        Ok(message)
    }

    fn family(&mut self, message: &'a [u8], duplicates: &mut u64) -> Result<Family, DecodeError> {
        let (mut name, mut help, mut unit) = ("", "", "");
        let mut type_number = 0;
        let mut metrics = Vec::new();
        let mut rest = message;
        while !rest.is_empty() {
            let start = rest;
            let (tag, wire_type) =
                decode_key(&mut rest).map_err(|error| self.error(start, error.to_string()))?;
            match (tag, wire_type) {
                (1, WireType::LengthDelimited) => name = self.text(&mut rest)?,
                (2, WireType::LengthDelimited) => help = self.text(&mut rest)?,
                (3, WireType::Varint) => {
                    type_number =
                        decode_varint(&mut rest).map_err(|error| self.error(start, error.to_string()))?;
                }
                // The type may stand behind the metrics.
                (4, WireType::LengthDelimited) => metrics.push(self.delimited(&mut rest)?),
                (5, WireType::LengthDelimited) => unit = self.text(&mut rest)?,
                _ => skip_field(wire_type, tag, &mut rest, DecodeContext::default())
                    .map_err(|error| self.error(start, error.to_string()))?,
            }
        }
        if name.is_empty() {
            return Err(self.error(message, "expected a family with a name"));
        }
        let metric_type = value::type_of(type_number)
            .ok_or_else(|| self.error(message, format!("expected a known type, found {type_number}")))?;
        let metadata = Metadata { name: name.into(), metric_type, unit: unit.into(), help: help.into() };
        let metrics = self.metrics(metric_type, metrics, duplicates)?;
        Ok(Family { metadata, metrics })
    }

    fn metrics(
        &self,
        metric_type: MetricType,
        messages: Vec<&'a [u8]>,
        duplicates: &mut u64,
    ) -> Result<Vec<Metric>, DecodeError> {
        let mut seen = HashSet::new();
        let mut metrics = Vec::new();
        for bytes in messages {
            let message =
                message::Metric::decode(bytes).map_err(|error| self.error(bytes, error.to_string()))?;
            let mut metric = metric(metric_type, &message).map_err(|reason| self.error(bytes, reason))?;
            if !seen.insert((metric.labels.clone(), metric.timestamp_ms)) {
                *duplicates += 1;
                continue;
            }
            *duplicates += settle(&mut metric.value) as u64;
            metrics.push(metric);
        }
        Ok(metrics)
    }

    fn text(&mut self, rest: &mut &'a [u8]) -> Result<&'a str, DecodeError> {
        let bytes = self.delimited(rest)?;
        std::str::from_utf8(bytes).map_err(|_| self.error(bytes, "expected UTF-8: these bytes are none"))
    }

    /// An error at the first of `bytes`, which are a part of the page.
    fn error(&self, bytes: &[u8], message: impl Into<String>) -> DecodeError {
        let offset = bytes.as_ptr().addr().saturating_sub(self.page.as_ptr().addr());
        DecodeError { offset: offset.min(self.page.len()), message: message.into() }
    }
}

fn metric(metric_type: MetricType, message: &message::Metric) -> Result<Metric, &'static str> {
    const NO_VALUE: &str = "expected a value of the family's type";
    let number = |number: &Option<message::Number>| {
        number.map(|number| number.value.unwrap_or_default()).ok_or(NO_VALUE)
    };
    let value = match metric_type {
        MetricType::Counter => Value::Counter(counter(message.counter.as_ref().ok_or(NO_VALUE)?)?),
        MetricType::Gauge | MetricType::Info | MetricType::StateSet => Value::Gauge(number(&message.gauge)?),
        MetricType::Unknown => Value::Unknown(number(&message.untyped)?),
        MetricType::Summary => Value::Summary(summary(message.summary.as_ref().ok_or(NO_VALUE)?)?),
        MetricType::Histogram => {
            Value::Histogram(histogram(message.histogram.as_ref().ok_or(NO_VALUE)?, false)?)
        }
        MetricType::GaugeHistogram => {
            Value::GaugeHistogram(histogram(message.histogram.as_ref().ok_or(NO_VALUE)?, true)?)
        }
    };
    Ok(Metric { labels: labels(&message.label)?, timestamp_ms: message.timestamp_ms, value })
}

fn counter(message: &message::Counter) -> Result<Counter, &'static str> {
    Ok(Counter {
        total: message.value,
        created_ms: message.created_timestamp.as_ref().map(value::millis),
        exemplar: message.exemplar.as_ref().map(exemplar).transpose()?,
    })
}

fn summary(message: &message::Summary) -> Result<Summary, &'static str> {
    let quantiles = message.quantile.iter().map(|quantile| Quantile {
        quantile: quantile.quantile.unwrap_or_default(),
        value: quantile.value.unwrap_or_default(),
    });
    let quantiles: Vec<Quantile> = quantiles.collect();
    if quantiles.iter().any(|quantile| quantile.quantile.is_nan()) {
        return Err("expected a quantile that is a number");
    }
    Ok(Summary {
        quantiles,
        sum: message.sample_sum,
        count: message.sample_count.map(|count| count as f64),
        created_ms: message.created_timestamp.as_ref().map(value::millis),
    })
}

fn histogram(message: &message::Histogram, is_gauge: bool) -> Result<Histogram, &'static str> {
    let count = value::count(message.sample_count, message.sample_count_float);
    let buckets = message.bucket.iter().map(|bucket| {
        let upper_bound = bucket.upper_bound.unwrap_or_default();
        if upper_bound.is_nan() {
            return Err("expected a bucket whose bound is a number");
        }
        Ok(Bucket {
            upper_bound,
            cumulative_count: value::count(bucket.cumulative_count, bucket.cumulative_count_float)
                .unwrap_or_default(),
            exemplar: bucket.exemplar.as_deref().map(exemplar).transpose()?,
        })
    });
    Ok(Histogram {
        buckets: buckets.collect::<Result<_, _>>()?,
        sum: message.sample_sum,
        count,
        created_ms: message.created_timestamp.as_ref().map(value::millis),
        native: native::read(message, is_gauge, count)?.map(Box::new),
        native_exemplars: message.exemplars.iter().map(exemplar).collect::<Result<_, _>>()?,
    })
}

fn exemplar(message: &message::Exemplar) -> Result<Exemplar, &'static str> {
    Ok(Exemplar {
        labels: labels(&message.label)?,
        value: message.value.unwrap_or_default(),
        timestamp_ms: message.timestamp.as_ref().map(value::millis),
    })
}

fn labels(message: &[LabelPair]) -> Result<Labels, &'static str> {
    let pairs = message
        .iter()
        .map(|pair| (pair.name.as_deref().unwrap_or_default(), pair.value.as_deref().unwrap_or_default()));
    let mut pairs: Vec<(&str, &str)> = pairs.collect();
    pairs.sort_unstable();
    if pairs.iter().any(|(name, _)| name.is_empty() || *name == METRIC_NAME) {
        return Err("expected labels with names other than __name__");
    }
    if pairs.array_windows().any(|[(a, _), (b, _)]| a == b) {
        return Err("expected each label once");
    }
    pairs.retain(|(_, value)| !value.is_empty());
    Ok(Labels::from_sorted(&mut String::new(), pairs).unwrap_or_default())
}
