//! The layer and its service.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use p95_core::instrument::{
    Clock, Counter, Descriptor, Family, Gauge, Histogram, RegisterError, Scope, bounds,
};
use tower_layer::Layer;
use tower_service::Service;

use crate::body::MeasuredBody;
use crate::future::ResponseFuture;
use crate::request::{InFlight, method_label};
use crate::route::Route;

/// Measures the requests of a service under the names of Prometheus' conventions.
///
/// - `http_requests_total` by `method`, `route` and `status`. The status is the number that was answered; `error` where the
///   service failed, `panic` where it panicked, `cancelled` where it was dropped before it answered, as happens when a client
///   goes away. Every request counts once.
/// - `http_request_duration_seconds` by `method` and `route`: up to the end of the body.
/// - `http_requests_in_flight`: those whose body has not ended.
///
/// `route` is the one that axum's router matched, such as `/users/{id}`, never the path; what matched none is `unmatched`. A
/// method that HTTP does not define is `other`. So a client cannot make series.
///
/// In axum, add it with `Router::layer` after the routes that it is to measure.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use p95_clock::SystemClock;
/// use p95_core::instrument::Registry;
/// use p95_tower::HttpMetricsLayer;
///
/// let mut registry = Registry::default();
/// let measured = HttpMetricsLayer::register(&mut registry.scope("shop"), SystemClock)?;
/// let app: Router = Router::new().route("/cart/{id}", get(|| async { "a cart" })).layer(measured);
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone)]
pub struct HttpMetricsLayer(Arc<Families>);

/// What the requests are counted in.
pub(crate) struct Families {
    pub(crate) requests: Family<Counter, 3>,
    pub(crate) duration: Family<Histogram, 2>,
    pub(crate) in_flight: Gauge,
    pub(crate) clock: Box<dyn Clock>,
}

impl HttpMetricsLayer {
    /// Registers the families, with [`bounds::LATENCY_SECS`] for the buckets.
    ///
    /// # Errors
    /// Where a name is taken.
    pub fn register(scope: &mut Scope<'_>, clock: impl Clock + 'static) -> Result<Self, RegisterError> {
        Self::register_with(scope, clock, || Histogram::new(bounds::LATENCY_SECS))
    }

    /// As [`HttpMetricsLayer::register`], with histograms of one's own, such as native ones.
    ///
    /// # Errors
    /// Where a name is taken.
    pub fn register_with(
        scope: &mut Scope<'_>,
        clock: impl Clock + 'static,
        histogram: impl Fn() -> Histogram + Send + Sync + 'static,
    ) -> Result<Self, RegisterError> {
        let requests = Descriptor::new("http_requests", "Requests, by how they were answered.");
        let duration = Descriptor::new(
            "http_request_duration_seconds",
            "How long requests took, their bodies included.",
        )
        .with_unit("seconds");
        let in_flight = Descriptor::new("http_requests_in_flight", "Requests that are being answered.");
        Ok(Self(Arc::new(Families {
            requests: scope.register_family(requests, ["method", "route", "status"], Counter::default)?,
            duration: scope.register_family(duration, ["method", "route"], histogram)?,
            in_flight: scope.register(in_flight, Gauge::default())?,
            clock: Box::new(clock),
        })))
    }
}

impl<S> Layer<S> for HttpMetricsLayer {
    type Service = HttpMetrics<S>;

    fn layer(&self, inner: S) -> HttpMetrics<S> {
        HttpMetrics { inner, families: Arc::clone(&self.0) }
    }
}

/// A service whose requests are measured. See [`HttpMetricsLayer`].
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use http_body_util::Empty;
/// use bytes::Bytes;
/// use p95_clock::SystemClock;
/// use p95_core::instrument::Registry;
/// use p95_tower::{HttpMetrics, HttpMetricsLayer};
/// use tower_layer::Layer;
///
/// async fn answer(_: Request<Empty<Bytes>>) -> Result<Response<Empty<Bytes>>, Infallible> {
///     Ok(Response::default())
/// }
///
/// let layer = HttpMetricsLayer::register(&mut Registry::default().scope(""), SystemClock)?;
/// let service: HttpMetrics<_> = layer.layer(tower::service_fn(answer));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone)]
pub struct HttpMetrics<S> {
    inner: S,
    families: Arc<Families>,
}

impl<S, A, B> Service<Request<A>> for HttpMetrics<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: Body,
{
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;
    type Response = Response<MeasuredBody<B>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let route = Route::of(request.extensions());
        let mut in_flight = InFlight::new(Arc::clone(&self.families), method_label(request.method()), route);
        let inner = in_flight.within(|| self.inner.call(request));
        ResponseFuture::new(inner, in_flight)
    }
}

impl fmt::Debug for HttpMetricsLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpMetricsLayer").finish_non_exhaustive()
    }
}

impl<S: fmt::Debug> fmt::Debug for HttpMetrics<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpMetrics").field("inner", &self.inner).finish_non_exhaustive()
    }
}
