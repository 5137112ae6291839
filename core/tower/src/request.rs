//! A request from its arrival to its end, whichever that is.

use std::sync::Arc;

use http::{Method, StatusCode};

use crate::layer::Families;
use crate::route::Route;

/// A request that is being answered. When it is dropped, the request is over, and counts.
pub(crate) struct InFlight {
    families: Arc<Families>,
    method: &'static str,
    route: Route,
    start_ns: u64,
    end: End,
}

/// How the request would count if it ended now.
enum End {
    /// Nobody waits for an answer any more.
    Cancelled,
    /// The service has been called and has not come back: only a panic gets past it.
    Panicked,
    Failed,
    Answered(StatusCode),
}

impl InFlight {
    pub(crate) fn new(families: Arc<Families>, method: &'static str, route: Route) -> Self {
        families.in_flight.inc();
        let start_ns = families.clock.monotonic_ns();
        Self { families, method, route, start_ns, end: End::Cancelled }
    }

    /// Runs a part of the service: a panic in it is the end of the request.
    pub(crate) fn within<R>(&mut self, act: impl FnOnce() -> R) -> R {
        self.end = End::Panicked;
        let result = act();
        self.end = End::Cancelled;
        result
    }

    /// The service has answered; the body may go on.
    pub(crate) fn answered(&mut self, status: StatusCode) {
        self.end = End::Answered(status);
    }

    /// The service failed to answer.
    pub(crate) fn failed(&mut self) {
        self.end = End::Failed;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let Self { families, method, route, start_ns, end } = self;
        families.in_flight.dec();
        let status = match end {
            End::Cancelled => "cancelled",
            End::Panicked => "panic",
            End::Failed => "error",
            End::Answered(status) => status.as_str(),
        };
        families.requests.inc([method, route.as_str(), status]);
        let took_ns = families.clock.monotonic_ns().saturating_sub(*start_ns);
        families.duration.observe([method, route.as_str()], took_ns as f64 / 1e9);
    }
}

/// The methods that HTTP defines; clients can send others without end.
pub(crate) fn method_label(method: &Method) -> &'static str {
    const DEFINED: [Method; 9] = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
        Method::PATCH,
        Method::CONNECT,
        Method::TRACE,
    ];
    const NAMES: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
    DEFINED.iter().zip(NAMES).find(|(defined, _)| *defined == method).map_or("other", |(_, name)| name)
}
