//! The vocabulary that everything else speaks: label sets, samples, families, time.

#[cfg(any(feature = "promql", feature = "store"))]
pub(crate) mod compensated;
pub mod duration;
pub mod exemplar;
pub mod family;
pub mod histogram;
pub mod labels;
#[cfg(any(feature = "promql", feature = "store"))]
pub mod matcher;
pub mod sample;
#[cfg(any(feature = "promql", feature = "store"))]
pub mod select;

pub use exemplar::Exemplar;
pub use family::{Metadata, MetricType};
pub use histogram::NativeHistogram;
pub use labels::{Labels, LabelsBuilder};
#[cfg(any(feature = "promql", feature = "store"))]
pub use matcher::{MatchOp, Matcher};
pub use sample::{FloatSample, HistogramSample, STALE_NAN, SampleValue, Samples, is_stale};
