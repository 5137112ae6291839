//! Which format a page has.

use super::parse::Format;

/// The Accept header of a scrape: OpenMetrics first, because it has units, exemplars and created timestamps, then text.
///
/// ```
/// use p95_core::exposition::{ContentType, WireFormat, negotiate};
/// let answer = ContentType::negotiate(negotiate::ACCEPT, &WireFormat::ALL);
/// assert_eq!(answer.format, WireFormat::OpenMetrics100);
/// ```
pub const ACCEPT: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.8,\
application/openmetrics-text;version=0.0.1;q=0.7,\
text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,\
text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/// The Accept header of a scrape that asks for native histograms, which protobuf alone carries.
///
/// ```
/// use p95_core::exposition::{ContentType, WireFormat, negotiate};
/// let answer = ContentType::negotiate(negotiate::ACCEPT_NATIVE_HISTOGRAMS, &WireFormat::ALL);
/// assert_eq!(answer.format, WireFormat::Protobuf);
/// ```
#[cfg(feature = "protobuf")]
pub const ACCEPT_NATIVE_HISTOGRAMS: &str = "application/vnd.google.protobuf;\
proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8;q=0.9,\
application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.8,\
application/openmetrics-text;version=0.0.1;q=0.7,\
text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,\
text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

impl Format {
    /// The format that a Content-Type header names. Everything that is not OpenMetrics is read as text, as Prometheus
    /// did it for as long as targets have left the header out.
    pub fn from_content_type(content_type: &str) -> Self {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types() {
        #[track_caller]
        fn check(content_type: &str, expect: Format) {
            assert_eq!(Format::from_content_type(content_type), expect, "{content_type}");
        }
        check("application/openmetrics-text; version=1.0.0; charset=utf-8", Format::OpenMetrics);
        check("Application/OpenMetrics-Text", Format::OpenMetrics);
        check("text/plain; version=0.0.4", Format::Text);
        check("text/html", Format::Text);
        check("", Format::Text);
    }
}
