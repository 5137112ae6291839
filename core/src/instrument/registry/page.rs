//! The page of a registry, in the format that a client asked for.

use super::Registry;
use crate::exposition::encode::{Encoder, Format};
use crate::exposition::{ContentType, WireFormat};

/// An answer to a scrape.
///
/// ```
/// use p95_core::instrument::{Page, Registry};
///
/// let Page { content_type, body } = Registry::default().page("", 0);
/// assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
/// assert!(body.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The value of the header `Content-Type`.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// The formats that can be written.
const OFFERS: &[WireFormat] = &[
    WireFormat::Text004,
    WireFormat::Text100,
    WireFormat::OpenMetrics001,
    WireFormat::OpenMetrics100,
    #[cfg(feature = "protobuf")]
    WireFormat::Protobuf,
];

impl Registry {
    /// The page at `now_ms`, milliseconds since the Unix epoch, in the format that a request with this header `Accept`
    /// prefers (empty where there is none). Protobuf takes the feature of that name.
    ///
    /// ```
    /// use p95_core::instrument::{Counter, Descriptor, Registry};
    ///
    /// let mut registry = Registry::default();
    /// registry.register(Descriptor::new("hits", ""), Counter::default())?.inc();
    /// let page = registry.page("application/openmetrics-text;version=1.0.0", 0);
    /// assert!(page.content_type.starts_with("application/openmetrics-text; version=1.0.0"));
    /// assert_eq!(page.body, b"# TYPE hits counter\nhits_total 1.0\n# EOF\n");
    /// # Ok::<(), p95_core::instrument::RegisterError>(())
    /// ```
    pub fn page(&self, accept: &str, now_ms: i64) -> Page {
        let answer = ContentType::negotiate(accept, OFFERS);
        let text = |format| {
            let mut encoder = Encoder::with_escaping(format, answer.escaping);
            self.visit(now_ms, &mut encoder);
            encoder.finish().into_bytes()
        };
        let body = match answer.format {
            WireFormat::Text004 | WireFormat::Text100 => text(Format::Text),
            WireFormat::OpenMetrics001 | WireFormat::OpenMetrics100 => text(Format::OpenMetrics),
            WireFormat::Protobuf => self.protobuf(answer, now_ms),
        };
        Page { content_type: answer.to_string(), body }
    }

    #[cfg(feature = "protobuf")]
    fn protobuf(&self, answer: ContentType, now_ms: i64) -> Vec<u8> {
        let mut encoder = crate::exposition::protobuf::ProtobufEncoder::new(answer.escaping);
        self.visit(now_ms, &mut encoder);
        encoder.finish()
    }

    /// It is not among the offers, so nobody asks for it.
    #[cfg(not(feature = "protobuf"))]
    fn protobuf(&self, _answer: ContentType, _now_ms: i64) -> Vec<u8> {
        Vec::new()
    }
}
