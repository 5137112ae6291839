//! Native histograms: what one is, and what can be done with it.

#[cfg(any(feature = "promql", feature = "store"))]
mod arithmetic;
mod bounds;
mod display;
mod native;
#[cfg(feature = "promql")]
mod quantile;
#[cfg(any(feature = "promql", feature = "store"))]
mod reset;
#[cfg(any(feature = "promql", feature = "store"))]
mod resolution;
#[cfg(feature = "protobuf")]
mod spans;
#[cfg(test)]
mod tests;
#[cfg(feature = "promql")]
mod trim;

#[cfg(any(feature = "promql", feature = "store"))]
pub use arithmetic::{Added, HistogramSum, IncompatibleBuckets};
pub use bounds::BucketSpan;
#[cfg(feature = "promql")]
pub(crate) use display::General;
pub use native::{Bucket, NativeHistogram, ResetHint};
#[cfg(feature = "promql")]
pub use quantile::{NanObservations, OfHistogram};
#[cfg(feature = "protobuf")]
pub(crate) use spans::buckets_of_spans;
#[cfg(feature = "promql")]
pub use trim::KeptSide;
