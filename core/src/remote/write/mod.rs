//! Remote write, 1.0 and 2.0: series with samples on their way from one Prometheus-compatible program to another.
//!
//! The bodies are protobuf; what carries them compresses them with snappy. Source: the specifications `Prometheus Remote-Write
//! 1.0` and `2.0`.

mod histogram;
mod message;
mod read;
mod store;

use std::sync::Arc;

use crate::model::{FloatSample, HistogramSample, Labels, Metadata};

pub use store::WriteReport;

/// The versions of remote write.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum WriteVersion {
    /// `prometheus.WriteRequest`: every series spells its labels out.
    V1,
    /// `io.prometheus.write.v2.Request`: labels are numbers in a table of texts; metadata and start times travel along.
    V2,
}

/// What a request carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteRequest {
    /// Series with samples.
    pub series: Vec<WrittenSeries>,
    /// What families say of themselves.
    pub metadata: Vec<Metadata>,
}

/// A series of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WrittenSeries {
    /// Its labels, the metric's name among them.
    pub labels: Labels,
    /// Its samples.
    pub samples: Vec<FloatSample>,
    /// Its native histograms.
    pub histograms: Vec<HistogramSample>,
    /// Since when it has counted, in milliseconds since the Unix epoch, where that is known.
    pub start_ms: Option<i64>,
}

/// What is wrong with a request.
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
}

/// The type of a family as remote write numbers it.
fn metadata(name: &str, type_number: i32, unit: &str, help: &str) -> Metadata {
    use crate::model::MetricType as Type;
    let metric_type = match type_number {
        1 => Type::Counter,
        2 => Type::Gauge,
        3 => Type::Histogram,
        4 => Type::GaugeHistogram,
        5 => Type::Summary,
        6 => Type::Info,
        7 => Type::StateSet,
        _ => Type::Unknown,
    };
    Metadata { name: Arc::from(name), metric_type, unit: Arc::from(unit), help: Arc::from(help) }
}

#[cfg(test)]
mod tests;
