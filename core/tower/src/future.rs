//! The future of a response.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use crate::body::MeasuredBody;
use crate::request::InFlight;

pin_project! {
    /// The response of a service whose requests are measured.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use http_body_util::Full;
    /// use p95_clock::SystemClock;
    /// use p95_core::exposition::encode::Format;
    /// use p95_core::instrument::Registry;
    /// use p95_tower::{HttpMetricsLayer, ResponseFuture};
    /// use tower::{Layer, Service};
    ///
    /// let mut registry = Registry::default();
    /// let layer = HttpMetricsLayer::register(&mut registry.scope(""), SystemClock)?;
    /// let answer = |_: Request<()>| async {
    ///     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
    /// };
    /// let mut service = layer.layer(tower::service_fn(answer));
    /// let response: ResponseFuture<_> = service.call(Request::new(()));
    /// drop(response);
    /// assert!(registry.encode(Format::Text, 0).contains("status=\"cancelled\"} 1.0\n"));
    /// # Ok::<(), p95_core::instrument::RegisterError>(())
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        // Gone once there is a response, whose body has it then.
        in_flight: Option<InFlight>,
    }
}

impl<F> ResponseFuture<F> {
    pub(crate) fn new(inner: F, in_flight: InFlight) -> Self {
        Self { inner, in_flight: Some(in_flight) }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<MeasuredBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let inner = this.inner;
        let result = match this.in_flight.as_mut() {
            Some(in_flight) => ready!(in_flight.within(|| inner.poll(context))),
            None => ready!(inner.poll(context)),
        };
        let mut in_flight = this.in_flight.take();
        if let Some(in_flight) = &mut in_flight {
            match &result {
                Ok(response) => in_flight.answered(response.status()),
                Err(_) => in_flight.failed(),
            }
        }
        Poll::Ready(result.map(|response| response.map(|body| MeasuredBody::new(body, in_flight))))
    }
}

impl<F> std::fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
