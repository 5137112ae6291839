//! The body of a response, with whose end the request ends.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::request::InFlight;

pin_project! {
    /// The body of a service whose requests are measured: the same as the service's own.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use http_body_util::{BodyExt, Full};
    /// use p95_clock::SystemClock;
    /// use p95_core::instrument::Registry;
    /// use p95_tower::{HttpMetricsLayer, MeasuredBody};
    /// use tower::{Layer, Service};
    ///
    /// let layer = HttpMetricsLayer::register(&mut Registry::default().scope(""), SystemClock)?;
    /// let answer = |_: Request<()>| async { Ok::<_, std::convert::Infallible>(Response::new(Full::from("hi"))) };
    /// let mut service = layer.layer(tower::service_fn(answer));
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// # runtime.block_on(async {
    /// let body: MeasuredBody<Full<Bytes>> = service.call(Request::new(())).await?.into_body();
    /// assert_eq!(body.collect().await?.to_bytes(), "hi");
    /// # Ok::<(), std::convert::Infallible>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct MeasuredBody<B> {
        #[pin]
        inner: B,
        in_flight: Option<InFlight>,
    }
}

impl<B> MeasuredBody<B> {
    pub(crate) fn new(inner: B, in_flight: Option<InFlight>) -> Self {
        Self { inner, in_flight }
    }
}

impl<B: Body> Body for MeasuredBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = this.inner.poll_frame(context);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            this.in_flight.take();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B: Default> Default for MeasuredBody<B> {
    fn default() -> Self {
        Self { inner: B::default(), in_flight: None }
    }
}

impl<B: std::fmt::Debug> std::fmt::Debug for MeasuredBody<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MeasuredBody").field("inner", &self.inner).finish_non_exhaustive()
    }
}
