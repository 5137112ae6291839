//! The HTTP server in front of the shop.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;
use p95_core::exposition::encode::Format;
use p95_core::instrument::Registry;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::metrics::Metrics;
use super::simulation::Simulation;

/// Every demo is the same shop.
const SEED: u64 = 95;

/// The running demo; it stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Demo {
    url: String,
    server: JoinHandle<()>,
}

/// What a request needs.
struct Shop {
    registry: Registry,
    simulation: Mutex<Simulation>,
}

impl Demo {
    /// Opens the shop on a free loopback port. Has to be called within a tokio runtime.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let mut registry = Registry::default();
        let metrics = Metrics::register(&mut registry).context("the demo's metrics")?;
        let simulation = Mutex::new(Simulation::new(metrics, SEED, now_ms()));
        let shop = Arc::new(Shop { registry, simulation });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("the demo found no free port on 127.0.0.1")?;
        let address = listener.local_addr().context("the demo's port")?;
        let router = Router::new().route("/metrics", get(metrics_page)).with_state(shop);
        let server = tokio::spawn(async move {
            // axum retries what can fail here, so serving ends only with the task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url: format!("http://{address}/metrics"), server })
    }

    /// The URL of its metrics.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn metrics_page(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> impl IntoResponse {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let format = Format::negotiate(accept);
    let now_ms = now_ms();
    shop.simulation.lock().unwrap_or_else(PoisonError::into_inner).advance_to(now_ms);
    ([(header::CONTENT_TYPE, format.content_type())], shop.registry.encode(format, now_ms))
}

/// Milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
