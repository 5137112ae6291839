//! Remote write, 1.0 and 2.0: series with samples on their way from one Prometheus-compatible program to another.
//!
//! The bodies are protobuf; what carries them compresses them with snappy. Source: the specifications `Prometheus Remote-Write
//! 1.0` and `2.0`.

mod encode;
mod histogram;
mod message;
mod read;
mod store;

use crate::model::{Exemplar, FloatSample, HistogramSample, Labels, Metadata, MetricType};

pub use store::WriteReport;

/// The versions of remote write.
///
/// ```
/// use p95_core::remote::write::WriteVersion;
///
/// assert_eq!(WriteVersion::V1.content_type(), "application/x-protobuf");
/// assert_eq!(WriteVersion::V2.header(), "2.0.0");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum WriteVersion {
    /// `prometheus.WriteRequest`: every series spells its labels out.
    V1,
    /// `io.prometheus.write.v2.Request`: labels are numbers in a table of texts; metadata and start times travel along.
    V2,
}

impl WriteVersion {
    /// The `Content-Type` of a request.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::V1 => "application/x-protobuf",
            Self::V2 => "application/x-protobuf;proto=io.prometheus.write.v2.Request",
        }
    }

    /// The header `X-Prometheus-Remote-Write-Version` of a request.
    pub fn header(self) -> &'static str {
        match self {
            Self::V1 => "0.1.0",
            Self::V2 => "2.0.0",
        }
    }
}

/// What a request carries.
///
/// ```
/// use p95_core::model::{FloatSample, Labels};
/// use p95_core::remote::write::{WriteRequest, WriteVersion, WrittenSeries};
///
/// let series = WrittenSeries {
///     labels: Labels::from_pairs([("__name__", "up"), ("job", "shop")]),
///     samples: vec![FloatSample { timestamp_ms: 1_000, value: 1.0 }],
///     ..WrittenSeries::default()
/// };
/// let request = WriteRequest { series: vec![series], ..WriteRequest::default() };
/// let body = request.encode(WriteVersion::V2);
/// assert_eq!(WriteRequest::read(WriteVersion::V2, &body)?, request);
/// # Ok::<(), p95_core::remote::write::WriteError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteRequest {
    /// Series with samples.
    pub series: Vec<WrittenSeries>,
    /// What families say of themselves.
    pub metadata: Vec<Metadata>,
}

/// A series of a request.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::remote::write::{WriteRequest, WriteVersion, WrittenSeries};
///
/// let labels = Labels::from_pairs([("__name__", "hits_total")]);
/// let series = WrittenSeries { labels, start_ms: Some(500), ..WrittenSeries::default() };
/// let request = WriteRequest { series: vec![series], ..WriteRequest::default() };
/// // Only 2.0 has a place for the start.
/// let reread = |version| WriteRequest::read(version, &request.encode(version));
/// assert_eq!(reread(WriteVersion::V1)?.series[0].start_ms, None);
/// assert_eq!(reread(WriteVersion::V2)?.series[0].start_ms, Some(500));
/// # Ok::<(), p95_core::remote::write::WriteError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenSeries {
    /// Its labels, the metric's name among them.
    pub labels: Labels,
    /// Its samples.
    pub samples: Vec<FloatSample>,
    /// Its native histograms.
    pub histograms: Vec<HistogramSample>,
    /// Its exemplars.
    pub exemplars: Vec<Exemplar>,
    /// Since when it has counted, in milliseconds since the Unix epoch, where that is known.
    pub start_ms: Option<i64>,
}

/// What is wrong with a request.
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::remote::write::{WriteRequest, WriteVersion, WrittenSeries};
///
/// let nameless = WrittenSeries { labels: Labels::from_pairs([("job", "shop")]), ..WrittenSeries::default() };
/// let body = WriteRequest { series: vec![nameless], ..WriteRequest::default() }.encode(WriteVersion::V1);
/// let error = WriteRequest::read(WriteVersion::V1, &body).unwrap_err();
/// assert_eq!(error.to_string(), "series 1: it has no metric name");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// It is no protobuf of this version.
    #[error("not a remote-write request: {0}")]
    Message(#[from] prost::DecodeError),
    /// A label set that no series can have.
    #[error("series {number}: {reason}")]
    Labels {
        /// The series, from 1.
        number: usize,
        /// Why.
        reason: &'static str,
    },
    /// A histogram that cannot be.
    #[error("series {number}: a native histogram: {reason}")]
    Histogram {
        /// The series, from 1.
        number: usize,
        /// Why.
        reason: &'static str,
    },
}

impl WriteRequest {
    /// Reads the protobuf of a request.
    ///
    /// # Errors
    /// Where it is damaged, or says what cannot be.
    pub fn read(version: WriteVersion, bytes: &[u8]) -> Result<Self, WriteError> {
        match version {
            WriteVersion::V1 => read::v1(bytes),
            WriteVersion::V2 => read::v2(bytes),
        }
    }

    /// The protobuf of the request. In 2.0 metadata travels with the series that has its family's name.
    pub fn encode(&self, version: WriteVersion) -> Vec<u8> {
        match version {
            WriteVersion::V1 => encode::v1(self),
            WriteVersion::V2 => encode::v2(self),
        }
    }
}

/// The types in the order in which remote write numbers them.
const TYPES: [MetricType; 8] = [
    MetricType::Unknown,
    MetricType::Counter,
    MetricType::Gauge,
    MetricType::Histogram,
    MetricType::GaugeHistogram,
    MetricType::Summary,
    MetricType::Info,
    MetricType::StateSet,
];

/// The type with a number; an unknown one is of no known type.
fn type_of(number: i32) -> MetricType {
    usize::try_from(number).ok().and_then(|number| TYPES.get(number)).copied().unwrap_or_default()
}

/// The number of a type.
fn type_number(metric_type: MetricType) -> i32 {
    (0..).zip(TYPES).find(|(_, found)| *found == metric_type).map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests;
