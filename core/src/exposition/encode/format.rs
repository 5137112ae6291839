//! The text formats.

/// The `Content-Type` of [`Format::OpenMetrics`].
///
/// ```
/// use p95_core::exposition::encode::{Format, OPENMETRICS_CONTENT_TYPE};
/// assert_eq!(Format::OpenMetrics.content_type(), OPENMETRICS_CONTENT_TYPE);
/// ```
pub const OPENMETRICS_CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The `Content-Type` of [`Format::Text`].
///
/// ```
/// use p95_core::exposition::encode::{Format, TEXT_CONTENT_TYPE};
/// assert_eq!(Format::Text.content_type(), TEXT_CONTENT_TYPE);
/// ```
pub const TEXT_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A text format of metrics.
///
/// ```
/// use p95_core::exposition::encode::{Encoder, Format};
/// assert_eq!(Encoder::new(Format::OpenMetrics).finish(), "# EOF\n");
/// assert_eq!(Encoder::new(Format::Text).finish(), "");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Format {
    /// OpenMetrics 1.0: with units, infos, statesets and an end that shows that nothing is missing.
    OpenMetrics,
    /// Prometheus' text format 0.0.4, which every client reads.
    #[default]
    Text,
}

impl Format {
    /// The `Content-Type` header of an answer in this format.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => OPENMETRICS_CONTENT_TYPE,
            Self::Text => TEXT_CONTENT_TYPE,
        }
    }
}
