//! `p95 serve`: no window; Prometheus' HTTP API over what is scraped.

use std::process::ExitCode;

use anyhow::Context;
use p95_engine::{Command, EngineHandle, RuleFile, api_router};
use tokio::net::TcpListener;

use super::ServeArgs;
use super::stop::asked_to_stop;

/// Serves until the program is told to end; requests that have begun are answered.
///
/// # Errors
/// Where the address cannot be had.
pub(super) fn run(args: &ServeArgs, files: Vec<RuleFile>, engine: EngineHandle) -> anyhow::Result<ExitCode> {
    let address = args.listen;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen at {address}; --listen takes another address, with port 0 for a free one")
        })?;
        let address = listener.local_addr()?;
        let (interval_ms, external_url) = (args.evaluation_interval_ms, format!("http://{address}"));
        engine.send(Command::SetRules { files, interval_ms, external_url });
        let router = api_router(engine, address, args.receive_remote_write)?;
        eprintln!("p95: Prometheus' HTTP API at http://{address}/api/v1; a data source for Grafana is http://{address}");
        axum::serve(listener, router).with_graceful_shutdown(asked_to_stop()?).await?;
        Ok(ExitCode::SUCCESS)
    })
}
