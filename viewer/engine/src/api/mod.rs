//! Prometheus' HTTP API over the embedded store: what Grafana, promtool and amtool's like ask.
//!
//! | path | what it answers |
//! |---|---|
//! | `/api/v1/query`, `/api/v1/query_range` | PromQL |
//! | `/api/v1/query_exemplars` | the observations behind a query |
//! | `/api/v1/format_query`, `/api/v1/parse_query` | a query, laid out or as a tree |
//! | `/api/v1/series`, `/api/v1/labels`, `/api/v1/label/{name}/values`, `/api/v1/metadata` | what there is |
//! | `/api/v1/targets` | what is scraped |
//! | `/api/v1/rules`, `/api/v1/alerts`, `/api/v1/alertmanagers` | rules, and the alerts that they have; nobody else is told |
//! | `/api/v1/status/buildinfo`, `/api/v1/status/runtimeinfo`, `/api/v1/status/tsdb` | the program and its store |
//! | `/api/v1/write` | remote write 1.0 and 2.0, where it is asked for |
//! | `/federate` | the last samples, for another Prometheus |
//! | `/metrics`, `/-/ready`, `/-/healthy` | this program |

mod answer;
mod error;
mod exemplars;
mod federate;
mod host;
mod listing;
mod own;
mod params;
mod queries;
mod rules;
mod status;
mod targets;
mod tree;
mod write;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use p95_core::instrument::RegisterError;

use crate::EngineHandle;
use error::ApiError;

/// What the handlers share.
#[derive(Clone)]
struct Api {
    engine: EngineHandle,
    /// When the program began to serve, in milliseconds since the Unix epoch.
    started_ms: i64,
}

/// The API over an engine, to be served at `address`.
///
/// Where that is a loopback address, requests that name another host are refused: a web page could send them.
///
/// With `receives_writes`, whoever reaches the address may add samples to the store.
///
/// # Errors
/// Where the program's own metrics cannot be registered.
pub fn api_router(
    engine: EngineHandle,
    address: SocketAddr,
    receives_writes: bool,
) -> Result<Router, RegisterError> {
    let own = own::OwnMetrics::new(engine.clone())?;
    let api = Arc::new(Api { engine, started_ms: now_ms() });
    let writes =
        if receives_writes { Router::new().route("/write", post(write::write)) } else { Router::new() };
    let v1 = writes
        .route("/query", get(queries::instant).post(queries::instant))
        .route("/query_range", get(queries::range).post(queries::range))
        .route("/query_exemplars", get(exemplars::exemplars).post(exemplars::exemplars))
        .route("/format_query", get(queries::format).post(queries::format))
        .route("/parse_query", get(queries::tree).post(queries::tree))
        .route("/series", get(listing::series).post(listing::series))
        .route("/labels", get(listing::label_names).post(listing::label_names))
        .route("/label/{name}/values", get(listing::label_values))
        .route("/metadata", get(listing::metadata))
        .route("/targets", get(targets::targets))
        .route("/rules", get(rules::rules))
        .route("/alerts", get(rules::alerts))
        .route("/alertmanagers", get(targets::alertmanagers))
        .route("/status/buildinfo", get(status::build))
        .route("/status/runtimeinfo", get(status::runtime))
        .route("/status/tsdb", get(status::cardinality))
        .fallback(async || ApiError::not_found("p95 has no such endpoint"));

    Ok(Router::new()
        .nest("/api/v1", v1)
        .route("/federate", get(federate::federate))
        .route("/-/ready", get(async || "p95 is ready.\n"))
        .route("/-/healthy", get(async || "p95 is healthy.\n"))
        .with_state(api)
        .layer(own.layer)
        .route_service("/metrics", own.page)
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(from_fn_with_state(address, host::check)))
}

/// Milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
