//! `POST /p95`: frames of web pages.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{PeerAddress, Service, body};
use crate::frame::{self, Envelope};
use crate::reject::Reject;
use crate::state::Change;

/// Takes a frame: 204 once it lasts, also where it was seen before.
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    PeerAddress(peer): PeerAddress,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match service.frame(peer, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(reject) => service.refused(&reject),
    }
}

impl Service {
    async fn frame(&self, peer: IpAddr, headers: &HeaderMap, body: Body) -> Result<(), Reject> {
        self.guard.may_push(headers)?;
        self.rates.address(peer)?;
        let body = body::read(headers, body, &self.options.limits).await?;
        let (envelope, exposition) = Envelope::read(&body)?;
        self.rates.app(&envelope.app)?;
        let (session, sequence) = (envelope.session, envelope.sequence);
        let frame = frame::read(envelope, exposition, self.rules())?;
        let now_ms = self.now_ms();
        let (mut is_repeated, mut others) = (false, 0);
        let mark = self.ledger.change(|state| {
            is_repeated = state.sessions.has_seen(session, sequence);
            if is_repeated {
                return Ok(None);
            }
            let planned = state.plan_frame(frame, now_ms, &self.options.limits)?;
            others = planned.others;
            Ok(Some(Change::Frame(planned.change)))
        })?;
        // One that is repeated may still be on its way to the disk.
        self.ledger.kept(mark).await?;
        self.own.others.inc_by(others);
        self.own.frames.inc([if is_repeated { "repeated" } else { "applied" }]);
        Ok(())
    }
}
