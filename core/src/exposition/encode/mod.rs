//! Metrics as text: OpenMetrics 1.0 and Prometheus' text formats 0.0.4 and 1.0.0, which differ in what
//! [`Escaping`](super::Escaping) the reader allows.

mod encoder;
mod escape;
mod families;
mod format;
mod history;
mod lines;
mod name;
mod number;
mod prepared;
mod visit;

pub use encoder::Encoder;
pub use format::{Format, OPENMETRICS_CONTENT_TYPE, TEXT_CONTENT_TYPE};
pub use history::HistoryLines;
#[cfg(feature = "protobuf")]
pub(super) use name::{FamilyName, type_suffix};
pub use number::PushFloat;
pub use prepared::{PreparedFamily, PreparedSeries};
pub use visit::{
    BucketValue, CounterValue, ExemplarValue, FamilyHead, HistogramValue, LabelPairs, SummaryValue, Visitor,
};
