//! Metrics as text: OpenMetrics 1.0 and Prometheus' text format 0.0.4.

mod encoder;
mod escape;
mod format;
mod number;
mod visit;

pub use encoder::Encoder;
pub use format::{Format, OPENMETRICS_CONTENT_TYPE, TEXT_CONTENT_TYPE};
pub use visit::{
    CounterValue, ExemplarValue, FamilyHead, HistogramValue, LabelPairs, NativeValue, SummaryValue, Visitor,
};
