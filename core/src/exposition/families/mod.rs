//! Typed families: the samples of a page, put together into counters, histograms and the like.
//!
//! ```
//! use p95_core::exposition::families::{self, Value};
//! use p95_core::exposition::parse::Format;
//!
//! let page = b"# TYPE jobs counter\njobs_total{queue=\"a\"} 3\njobs_created{queue=\"a\"} 1.5\n# EOF\n";
//! let read = families::read(page, Format::OpenMetrics)?;
//! let Value::Counter(counter) = &read.families[0].metrics[0].value else { panic!("jobs is a counter") };
//! assert_eq!((counter.total, counter.created_ms), (Some(3.0), Some(1500)));
//! # Ok::<(), p95_core::exposition::parse::ParseError>(())
//! ```

mod family;
#[cfg(feature = "parse")]
mod part;
mod project;
#[cfg(feature = "prometheus-parse")]
mod prometheus_parse;
#[cfg(feature = "parse")]
mod read;
#[cfg(any(feature = "parse", feature = "protobuf"))]
mod settle;
#[cfg(feature = "parse")]
#[cfg(test)]
mod tests;

pub use family::{
    Bucket, Counter, Exemplar, Families, Family, Histogram, Metric, Quantile, State, Summary, Value,
};
pub use project::project;
#[cfg(feature = "parse")]
pub use read::read;
#[cfg(any(feature = "parse", feature = "protobuf"))]
pub(super) use settle::settle;
