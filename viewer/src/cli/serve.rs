//! `p95 serve`: no window; Prometheus' HTTP API over what is scraped.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use p95_engine::{EngineHandle, api_router};
use tokio::net::TcpListener;

use super::stop::asked_to_stop;

/// Serves until the program is told to end; requests that have begun are answered.
///
/// # Errors
/// Where the address cannot be had.
pub(super) fn run(
    address: SocketAddr,
    receives_writes: bool,
    engine: EngineHandle,
) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen at {address}; --listen takes another address, with port 0 for a free one")
        })?;
        let address = listener.local_addr()?;
        let router = api_router(engine, address, receives_writes)?;
        eprintln!("p95: Prometheus' HTTP API at http://{address}/api/v1; a data source for Grafana is http://{address}");
        axum::serve(listener, router).with_graceful_shutdown(asked_to_stop()?).await?;
        Ok(ExitCode::SUCCESS)
    })
}
