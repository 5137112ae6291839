//! The messages of remote write, 1.0 and 2.0.

use std::collections::HashMap;

use prost::Message;

use super::samples::SeriesSample;

/// The versions of the protocol.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Version {
    One,
    Two,
}

impl Version {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::One => "application/x-protobuf",
            Self::Two => "application/x-protobuf;proto=io.prometheus.write.v2.Request",
        }
    }

    /// The value of the header `X-Prometheus-Remote-Write-Version`.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::One => "0.1.0",
            Self::Two => "2.0.0",
        }
    }

    /// The message with these samples, not yet compressed.
    pub(super) fn encode(self, samples: &[SeriesSample]) -> Vec<u8> {
        match self {
            Self::One => one(samples).encode_to_vec(),
            Self::Two => two(samples).encode_to_vec(),
        }
    }
}

fn one(samples: &[SeriesSample]) -> WriteRequest {
    let label = |(name, value): (&str, &str)| Label { name: name.to_owned(), value: value.to_owned() };
    let series = samples.iter().map(|sample| TimeSeries {
        labels: sample.labels.iter().map(label).collect(),
        samples: vec![Sample { value: sample.value, timestamp: sample.at_ms }],
    });
    WriteRequest { timeseries: series.collect() }
}

fn two(samples: &[SeriesSample]) -> Request {
    // The first symbol is the empty one.
    let mut symbols = vec![String::new()];
    let mut known: HashMap<&str, u32> = HashMap::from([("", 0)]);
    let mut symbol = |text| {
        *known.entry(text).or_insert_with(|| {
            symbols.push(str::to_owned(text));
            u32::try_from(symbols.len() - 1).unwrap_or_default()
        })
    };
    let series = samples.iter().map(|sample| TimeSeriesTwo {
        labels_refs: sample.labels.iter().flat_map(|(name, value)| [name, value]).map(&mut symbol).collect(),
        samples: vec![Sample { value: sample.value, timestamp: sample.at_ms }],
    });
    let timeseries = series.collect();
    Request { symbols, timeseries }
}

/// `prometheus.WriteRequest`
#[derive(Clone, PartialEq, Message)]
pub(super) struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    pub(super) timeseries: Vec<TimeSeries>,
}

/// `prometheus.TimeSeries`
#[derive(Clone, PartialEq, Message)]
pub(super) struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    pub(super) labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    pub(super) samples: Vec<Sample>,
}

/// `prometheus.Label`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Label {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

/// `prometheus.Sample`, and `io.prometheus.write.v2.Sample`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Sample {
    #[prost(double, tag = "1")]
    pub(super) value: f64,
    #[prost(int64, tag = "2")]
    pub(super) timestamp: i64,
}

/// `io.prometheus.write.v2.Request`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Request {
    #[prost(string, repeated, tag = "4")]
    pub(super) symbols: Vec<String>,
    #[prost(message, repeated, tag = "5")]
    pub(super) timeseries: Vec<TimeSeriesTwo>,
}

/// `io.prometheus.write.v2.TimeSeries`
#[derive(Clone, PartialEq, Message)]
pub(super) struct TimeSeriesTwo {
    /// Names and values in turn, as places in the list of symbols.
    #[prost(uint32, repeated, tag = "1")]
    pub(super) labels_refs: Vec<u32>,
    #[prost(message, repeated, tag = "2")]
    pub(super) samples: Vec<Sample>,
}
