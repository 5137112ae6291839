//! The gateway as a whole.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use p95_core::instrument::Clock;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::forward::Forwarder;
use crate::http::{self, Guard, Rates, Service, Surface};
use crate::ledger::Ledger;
use crate::log::{self, Cause, GatewayError, Log, Recovered};
use crate::options::GatewayOptions;
use crate::own::OwnMetrics;
use crate::state::State;
use crate::viewer::Proxy;

/// How often what was not used for long is let go.
const TIDY_EVERY: Duration = Duration::from_secs(10);

/// A gateway. While it is open, its folder belongs to it.
///
/// [`Gateway::close`] writes everything down; where it is only dropped, whatever was answered with success is kept all
/// the same.
pub struct Gateway {
    service: Arc<Service>,
    writer: Option<JoinHandle<()>>,
    forwarder: Option<Mutex<Forwarder>>,
}

impl Gateway {
    /// Opens a gateway, with everything that its folder holds.
    ///
    /// # Errors
    /// Where the folder cannot be used, or an option makes no sense.
    pub fn open(options: GatewayOptions, clock: impl Clock + Clone + 'static) -> Result<Self, GatewayError> {
        check_endpoint(&options.endpoint)?;
        let guard = Guard::new(&options.access)?;
        let forwarder = options.forward.clone().map(Forwarder::new).transpose()?;
        let viewer = Proxy::new(&options.viewer)?;
        let (state, log) = recovered(&options)?;
        let ledger = Arc::new(Ledger::new(state, log.is_some()));
        let live_ms = http::millis(options.expiry.live);
        let own = OwnMetrics::new(&ledger, live_ms, clock.clone()).map_err(Cause::from)?;
        let flush_secs = own.flush_secs.clone();
        let compact_above_bytes = options.compact_above_bytes;
        let rates = Rates::new(&options.limits);
        let service = Service {
            options,
            ledger: Arc::clone(&ledger),
            own,
            guard,
            rates,
            viewer,
            clock: Box::new(clock),
        };
        let start = |log: Log| {
            let write = move || ledger.write_until_closed(log, compact_above_bytes, &flush_secs);
            thread::Builder::new().name("p95-gateway-log".to_owned()).spawn(write)
        };
        let writer = log.map(start).transpose().map_err(|source| Cause::Io { path: "log".into(), source })?;
        Ok(Self { service: Arc::new(service), writer, forwarder: forwarder.map(Mutex::new) })
    }

    /// The routes, for a server of one's own. [`Gateway::serve`] is one that bounds connections.
    pub fn router(&self, surface: Surface) -> Router {
        http::router(&self.service, surface)
    }

    /// Answers requests until `stop` is done; then ends those that have begun.
    pub async fn serve(&self, listener: TcpListener, surface: Surface, stop: impl Future<Output = ()>) {
        let serving =
            http::serve(listener, self.router(surface), self.service.options.limits.connections, stop);
        tokio::select! {
            () = serving => {}
            () = tidy(&self.service) => {}
        }
    }

    /// Sends everything by remote write, at every interval until `stop` is done, and then once more. Without a server to
    /// send it to, it is done at once.
    pub async fn forward_until(&self, stop: impl Future<Output = ()>) {
        let Some(every) = self.service.options.forward.as_ref().map(|forward| forward.every) else { return };
        let sending = async {
            loop {
                tokio::time::sleep(every).await;
                self.forward().await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = sending => {}
        }
        self.forward().await;
    }

    /// Sends everything by remote write, now.
    pub(crate) async fn forward(&self) {
        if let Some(forwarder) = &self.forwarder {
            forwarder.lock().await.send(&self.service).await;
        }
    }

    /// Ends: everything is written down, as one snapshot.
    pub fn close(mut self) {
        self.stop_writer();
    }

    fn stop_writer(&mut self) {
        self.service.ledger.close();
        if let Some(writer) = self.writer.take() {
            // It panics nowhere; if it did, there would be nothing left to wait for.
            let _ = writer.join();
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop_writer();
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("options", &self.service.options).finish_non_exhaustive()
    }
}

/// What the folder holds; nothing where there is none.
fn recovered(options: &GatewayOptions) -> Result<(State, Option<Log>), GatewayError> {
    let Some(folder) = &options.folder else { return Ok((State::default(), None)) };
    let Recovered { state, log, changes, torn_bytes } = log::recover(folder)?;
    let (series, folder) = (state.series(), folder.display());
    tracing::info!("{folder}: {series} series, {changes} changes since the last snapshot");
    if torn_bytes > 0 {
        tracing::warn!("{folder}: the log ends with {torn_bytes} bytes of a record that was never whole");
    }
    Ok((state, Some(log)))
}

fn check_endpoint(endpoint: &str) -> Result<(), GatewayError> {
    let is_taken = ["/metrics", "/viewer", "/-/"].iter().any(|taken| endpoint.starts_with(taken));
    if endpoint.starts_with('/')
        && endpoint.len() > 1
        && !is_taken
        && !endpoint.contains(['{', '}', '*', '?', '#'])
    {
        return Ok(());
    }
    let reason = "expected a path such as /p95, other than /metrics, /viewer and /-/".to_owned();
    Err(Cause::Option { option: "endpoint", text: endpoint.to_owned(), reason }.into())
}

/// Lets go what was not used for long, again and again.
async fn tidy(service: &Service) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        if let Err(reject) = service.expire() {
            tracing::debug!("nothing expires now: {reject}");
        }
    }
}
