//! Why a request is refused.

use std::fmt;

/// A refusal: its reason, for the counter and the status, and one line for who asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Reject {
    pub(crate) reason: Reason,
    message: String,
}

impl Reject {
    pub(crate) fn new(reason: Reason, message: impl fmt::Display) -> Self {
        Self { reason, message: message.to_string() }
    }
}

/// Shorthand for `Err(Reject::new(…))`.
pub(crate) fn refuse<T>(reason: Reason, message: impl fmt::Display) -> Result<T, Reject> {
    Err(Reject::new(reason, message))
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident $label:literal $status:literal,)*) => {
        /// The kinds of refusals: the label `reason` of `p95_gateway_rejected_total`, and the HTTP status.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(crate) enum Reason { $($(#[$doc])* $variant,)* }

        impl Reason {
            /// All of them, so that each can be seen at 0.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The value of the label.
            pub(crate) fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// The HTTP status of the answer.
            pub(crate) fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }
        }
    };
}

reasons! {
    /// The body is longer than allowed as it was sent.
    BodySize "body_size" 413,
    /// The body is longer than allowed once it is unpacked.
    UnpackedSize "unpacked_size" 413,
    /// The body is packed in a way that is unknown or broken.
    Encoding "encoding" 400,
    /// The body did not arrive in time, or broke off.
    Timeout "timeout" 408,
    /// The frame's first line is none.
    Envelope "envelope" 400,
    /// The exposition breaks its format.
    Exposition "exposition" 400,
    /// The path of a group is none.
    Path "path" 400,
    /// A family is of a type that cannot be added up.
    Type "type" 400,
    /// A family's type or bounds are not those that it had before.
    Schema "schema" 400,
    /// A metric's name is not allowed.
    MetricName "metric_name" 400,
    /// A label's name is not allowed.
    LabelName "label_name" 400,
    /// A series has too many labels.
    LabelCount "label_count" 400,
    /// A label's value is too long.
    LabelLength "label_length" 400,
    /// A number is negative, not finite or too large.
    Value "value" 400,
    /// A sample has a time of its own.
    Timestamp "timestamp" 400,
    /// A series stands twice.
    Duplicate "duplicate" 400,
    /// The metric has as many series as it may have.
    SeriesPerMetric "series_per_metric" 400,
    /// There are as many series as there may be.
    Series "series" 400,
    /// There are as many values of gauges as there may be: one for each series and page.
    GaugeValues "gauge_values" 503,
    /// There are as many pages as can be remembered.
    Sessions "sessions" 503,
    /// A page's sequence numbers have too many gaps.
    Sequence "sequence" 400,
    /// The address sends too often.
    AddressRate "address_rate" 429,
    /// The app sends too often.
    AppRate "app_rate" 429,
    /// The page's origin is not on the list.
    Origin "origin" 403,
    /// The request is meant for another host.
    Host "host" 421,
    /// The viewer asks for a page that is not on the list.
    Target "target" 403,
    /// The token is missing or wrong.
    Token "token" 401,
    /// What was accepted cannot be kept, because the disk is full or broken.
    Storage "storage" 503,
}
