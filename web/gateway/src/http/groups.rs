//! `/metrics/job/<job>{/<label>/<value>}`: Pushgateway's protocol.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use p95_core::model::Labels;

use super::{PeerAddress, Service, body};
use crate::push::{self, PushFormat, group_of_path};
use crate::reject::Reject;
use crate::state::Change;

/// The part of the path in front of the group.
const PREFIX: &str = "/metrics/";

/// `PUT` replaces the group's metrics, `POST` those of the same names, `DELETE` deletes the group.
pub(super) async fn change(
    State(service): State<Arc<Service>>,
    PeerAddress(peer): PeerAddress,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let path = uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let is_delete = method == Method::DELETE;
    let done = async {
        service.guard.may_push(&headers)?;
        service.rates.address(peer)?;
        let group = group_of_path(path, service.rules())?;
        if is_delete {
            return service.delete(group).await;
        }
        service.push(group, method == Method::PUT, &headers, body).await
    };
    match done.await {
        Ok(()) => {
            service.own.pushes.inc([method.as_str()]);
            // As Pushgateway answers.
            (if is_delete { StatusCode::ACCEPTED } else { StatusCode::OK }).into_response()
        }
        Err(reject) => service.refused(&reject),
    }
}

impl Service {
    async fn delete(&self, group: Labels) -> Result<(), Reject> {
        let mark =
            self.ledger.change(|state| Ok(state.has_group(&group).then_some(Change::Delete { group })))?;
        self.ledger.kept(mark).await
    }

    async fn push(
        &self,
        group: Labels,
        replaces_all: bool,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<(), Reject> {
        let pushed = self.read_and_push(group.clone(), replaces_all, headers, body).await;
        if pushed.is_err() {
            let at_ms = self.now_ms();
            // What fails here was to say that something failed, and that is said already.
            let _ = self
                .ledger
                .change(|state| Ok(state.has_group(&group).then_some(Change::PushFailed { group, at_ms })));
        }
        pushed
    }

    async fn read_and_push(
        &self,
        group: Labels,
        replaces_all: bool,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<(), Reject> {
        let body = body::read(headers, body, &self.options.limits).await?;
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let format = PushFormat::of(content_type.unwrap_or_default());
        let push = push::read(group, replaces_all, &body, format, self.rules())?;
        let now_ms = self.now_ms();
        let plan = |state: &crate::state::State| {
            state.plan_push(push, now_ms, &self.options.limits).map(|push| Some(Change::Push(push)))
        };
        let mark = self.ledger.change(plan)?;
        self.ledger.kept(mark).await
    }
}
