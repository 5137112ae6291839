//! Why a page could not be had, in the form in which the viewer shows it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Why a page could not be had: how far it came, what happened, what can be done. The viewer's engine reads this form.
#[derive(Debug, Eq, PartialEq, serde::Serialize)]
pub(super) struct Failure {
    #[serde(skip)]
    pub(super) status: u16,
    pub(super) stage: &'static str,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

impl Failure {
    /// A page that was asked for and not given.
    pub(super) fn upstream(stage: &'static str, message: impl Into<String>, hint: &'static str) -> Self {
        Self { status: 502, stage, message: message.into(), hint }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY);
        // Texts alone cannot fail to be written.
        let body = serde_json::to_string(&self).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
    }
}
