//! Errors in the shape and with the status codes of Prometheus.

use std::fmt::Display;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{QueryFailure, QueryFailureKind};

/// Why a request has no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ApiError {
    status: StatusCode,
    /// Prometheus' word for the kind of error.
    kind: &'static str,
    message: String,
}

impl ApiError {
    /// A parameter that is missing or wrong.
    pub(super) fn bad_data(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: "bad_data", message: message.into() }
    }

    /// The parameter `name` is wrong.
    pub(super) fn parameter(name: &str, why: impl Display) -> Self {
        Self::bad_data(format!("invalid parameter {name:?}: {why}"))
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, kind: "not_found", message: message.into() }
    }

    pub(super) fn internal(message: impl Display) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, kind: "internal", message: message.to_string() }
    }

    /// A query that was given as `parameter` has no answer.
    pub(super) fn failed(parameter: &str, failure: QueryFailure) -> Self {
        let (status, kind) = match failure.kind {
            QueryFailureKind::Query => return Self::parameter(parameter, failure),
            QueryFailureKind::Execution => (StatusCode::UNPROCESSABLE_ENTITY, "execution"),
            QueryFailureKind::TimedOut => (StatusCode::SERVICE_UNAVAILABLE, "timeout"),
            QueryFailureKind::Cancelled => (StatusCode::SERVICE_UNAVAILABLE, "canceled"),
            QueryFailureKind::Unavailable => return Self::internal(failure),
        };
        Self { status, kind, message: failure.message }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "status": "error", "errorType": self.kind, "error": self.message });
        (self.status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}
