//! `GET /metrics`: everything, in the format that is asked for.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use p95_core::exposition::encode::{Encoder, Format, Visitor};
use p95_core::exposition::protobuf::ProtobufEncoder;
use p95_core::exposition::{ContentType, WireFormat};

use super::Service;
use crate::ledger::Mark;
use crate::state::PageRules;

/// Shows the page. What it shows is on the disk, unless that refuses: a restart takes nothing back.
pub(super) async fn get(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    if let Err(reject) = service.guard.may_read(&headers) {
        return service.refused(&reject);
    }
    // A list may come in several headers, which mean the same as one with commas.
    let accept: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let content_type = ContentType::negotiate(&accept.join(","), &WireFormat::ALL);
    let (body, mark) = service.page(content_type);
    service.ledger.kept_or_late(mark).await;
    ([(header::CONTENT_TYPE, content_type.to_string())], body).into_response()
}

impl Service {
    /// The page in this format.
    pub(crate) fn page(&self, content_type: ContentType) -> (Vec<u8>, Mark) {
        let text = |format| {
            let mut encoder = Encoder::with_escaping(format, content_type.escaping);
            let mark = self.visit(&mut encoder, format == Format::OpenMetrics);
            (encoder.finish().into_bytes(), mark)
        };
        match content_type.format {
            WireFormat::Text004 | WireFormat::Text100 => text(Format::Text),
            WireFormat::OpenMetrics001 | WireFormat::OpenMetrics100 => text(Format::OpenMetrics),
            WireFormat::Protobuf => {
                let mut encoder = ProtobufEncoder::new(content_type.escaping);
                let mark = self.visit(&mut encoder, true);
                (encoder.finish(), mark)
            }
        }
    }

    fn visit(&self, encoder: &mut dyn Visitor, has_created: bool) -> Mark {
        let now_ms = self.now_ms();
        // The gateway's own gauges ask the ledger, so they come before it is held.
        self.own.registry.visit(now_ms, encoder);
        let rules = PageRules {
            gauges: &self.options.gauges,
            live_before_ms: self.live_before_ms(now_ms),
            has_created,
        };
        let ((), mark) = self.ledger.show(|state| state.visit(rules, encoder));
        mark
    }
}
