//! Refusals as HTTP answers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Service;
use crate::reject::Reject;

/// How long one that is told to try later should wait.
const RETRY_AFTER_SECS: HeaderValue = HeaderValue::from_static("5");

impl Service {
    /// Counts the refusal, and says it in one line.
    pub(crate) fn refused(&self, reject: &Reject) -> Response {
        self.own.reject(reject);
        tracing::debug!("refused ({}): {reject}", reject.reason.label());
        let status = StatusCode::from_u16(reject.reason.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, format!("{}\n", one_line(&reject.to_string()))).into_response();
        let headers = response.headers_mut();
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, RETRY_AFTER_SECS);
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}

/// A text without what would act on a terminal or break a line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
