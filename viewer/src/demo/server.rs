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
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Shop;

/// The running demo; it stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Demo {
    url: String,
    server: JoinHandle<()>,
}

impl Demo {
    /// Opens the shop on a free loopback port. Has to be called within a tokio runtime.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let shop = Arc::new(Mutex::new(Shop::open(now_ms()).context("the demo's metrics")?));
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

async fn metrics_page(State(shop): State<Arc<Mutex<Shop>>>, headers: HeaderMap) -> impl IntoResponse {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = shop.lock().unwrap_or_else(PoisonError::into_inner).page(accept, now_ms());
    ([(header::CONTENT_TYPE, page.content_type)], page.body)
}

/// Milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
