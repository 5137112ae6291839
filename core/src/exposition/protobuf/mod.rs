//! The protobuf format: messages `io.prometheus.client.MetricFamily`, each behind its length. It alone carries native
//! histograms.
//!
//! ```
//! use p95_core::exposition::{families, parse, protobuf};
//!
//! let page = b"# TYPE jobs counter\njobs_total{queue=\"a\"} 3\n# EOF\n";
//! let families = families::read(page, parse::Format::OpenMetrics)?;
//! let body = protobuf::encode(&families);
//! let read = protobuf::decode(&body)?;
//! assert_eq!(&*read.families[0].metadata.name, "jobs_total");
//! assert_eq!(read.families[0].metrics, families.families[0].metrics);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod encode;
mod message;
mod native;
#[cfg(test)]
mod tests;
mod value;
mod wire;

pub use decode::{DecodeError, decode};
pub use encode::{ProtobufEncoder, encode};
