//! The service for `/metrics`.

use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use p95_core::instrument::{Clock, Registry};
use tower_service::Service;

/// Answers `GET` with the page of a registry, in the format that the client prefers: text, OpenMetrics, or protobuf with
/// p95-core's feature of that name. In axum: `Router::route_service("/metrics", …)`.
///
/// ```
/// use std::sync::Arc;
/// use p95_clock::SystemClock;
/// use p95_core::instrument::Registry;
/// use p95_tower::MetricsService;
///
/// let service = MetricsService::new(Arc::new(Registry::default()), SystemClock);
/// let app: axum::Router = axum::Router::new().route_service("/metrics", service);
/// ```
#[derive(Clone)]
pub struct MetricsService {
    registry: Arc<Registry>,
    clock: Arc<dyn Clock>,
}

impl MetricsService {
    /// A service that shows this registry.
    pub fn new(registry: Arc<Registry>, clock: impl Clock + 'static) -> Self {
        Self { registry, clock: Arc::new(clock) }
    }

    fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let mut refused = Response::new(Full::default());
            *refused.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refused;
        }
        // A list may come in several headers, which mean the same as one with commas.
        let accept: Vec<&str> =
            request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let page = self.registry.page(&accept.join(","), self.clock.unix_ms());
        let mut response = Response::new(Full::from(page.body));
        if let Ok(content_type) = HeaderValue::try_from(page.content_type) {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        response
    }
}

impl<B> Service<Request<B>> for MetricsService {
    type Error = Infallible;
    type Future = Ready<Result<Response<Full<Bytes>>, Infallible>>;
    type Response = Response<Full<Bytes>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.answer(&request)))
    }
}

impl fmt::Debug for MetricsService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsService").field("registry", &self.registry).finish_non_exhaustive()
    }
}
