//! The receiver of remote write.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use p95_core::remote::write::{WriteReport, WriteRequest, WriteVersion};

use super::{Api, now_ms};

/// The largest body, as it is sent and as it is unpacked. Prometheus sends 2,000 samples at a time, some hundred kilobytes.
const MAX_BYTES: usize = 32 << 20;

/// `write`: what others scraped. What fits is kept; where something does not, the answer is 400 and says how much, as the
/// specification wants, so that the sender does not try again.
pub(super) async fn write(State(api): State<Arc<Api>>, request: Request) -> Response {
    match take(&api, request).await {
        Ok((version, report)) => respond(version, &report),
        Err((status, reason)) => (status, reason + "\n").into_response(),
    }
}

/// Why a request is refused whole.
type Refusal = (StatusCode, String);

async fn take(api: &Api, request: Request) -> Result<(WriteVersion, WriteReport), Refusal> {
    let version = version(request.headers())?;
    let too_large = || (StatusCode::PAYLOAD_TOO_LARGE, format!("the body is larger than {MAX_BYTES} bytes"));
    let body = to_bytes(request.into_body(), MAX_BYTES).await.map_err(|_| too_large())?;
    let bad = |error: &dyn std::fmt::Display| (StatusCode::BAD_REQUEST, error.to_string());
    // The length that the body claims is checked before anything is made room for.
    let unpacked_bytes = snap::raw::decompress_len(&body).map_err(|error| bad(&error))?;
    if unpacked_bytes > MAX_BYTES {
        return Err(too_large());
    }
    let read = move |body: Bytes| -> Result<WriteRequest, String> {
        let unpacked = snap::raw::Decoder::new().decompress_vec(&body).map_err(|error| error.to_string())?;
        WriteRequest::read(version, &unpacked).map_err(|error| error.to_string())
    };
    let source = api.engine.source();
    let written = tokio::task::spawn_blocking(move || Ok(source.write(&read(body)?, now_ms()))).await;
    let report = written.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok((version, report.map_err(|error: String| bad(&error))?))
}

/// The version that the headers announce.
fn version(headers: &HeaderMap) -> Result<WriteVersion, Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let unsupported = |what: &str| (StatusCode::UNSUPPORTED_MEDIA_TYPE, what.to_owned());
    if text(CONTENT_ENCODING) != "snappy" {
        return Err(unsupported("expected `Content-Encoding: snappy`"));
    }
    let mut parts = text(CONTENT_TYPE).split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let message = parts.find_map(|part| part.strip_prefix("proto=")).unwrap_or("prometheus.WriteRequest");
    match (media_type, message) {
        ("application/x-protobuf", "prometheus.WriteRequest") => Ok(WriteVersion::V1),
        ("application/x-protobuf", "io.prometheus.write.v2.Request") => Ok(WriteVersion::V2),
        _ => Err(unsupported(
            "expected `Content-Type: application/x-protobuf`, with `proto=prometheus.WriteRequest` or \
             `proto=io.prometheus.write.v2.Request`",
        )),
    }
}

/// Tells a sender of version 2.0 what was written; without these headers it takes the receiver for one of 1.0.
fn respond(version: WriteVersion, report: &WriteReport) -> Response {
    let refused = report.refused();
    let mut response = if refused == 0 {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let reason = format!(
            "{refused} samples were refused: {} out of order, {} with another value at their time, {} too old\n",
            report.out_of_order, report.conflicting, report.too_old
        );
        (StatusCode::BAD_REQUEST, reason).into_response()
    };
    if version == WriteVersion::V2 {
        let headers = response.headers_mut();
        headers.insert("x-prometheus-remote-write-samples-written", report.samples.into());
        headers.insert("x-prometheus-remote-write-histograms-written", report.histograms.into());
        headers.insert("x-prometheus-remote-write-exemplars-written", report.exemplars.into());
    }
    response
}
