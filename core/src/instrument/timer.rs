//! How long something took, into a histogram of seconds.

use super::{Clock, Histogram};

/// Observes the seconds from its start to its end when it is dropped, also where a panic does it.
///
/// ```
/// use p95_core::instrument::{Histogram, ManualClock};
///
/// let (latency, clock) = (Histogram::new([0.1, 1.0]), ManualClock::default());
/// {
///     let _timer = latency.start_timer(&clock);
///     clock.advance_ms(250);
/// }
/// assert_eq!((latency.count(), latency.sum()), (1, 0.25));
///
/// let timer = latency.start_timer(&clock);
/// clock.advance_ms(500);
/// assert_eq!(timer.observe(), 0.5);
/// latency.start_timer(&clock).discard();
/// assert_eq!(latency.count(), 2);
/// ```
#[must_use = "a timer that is dropped at once measures nothing"]
#[derive(Debug)]
pub struct Timer<C: Clock> {
    /// Gone once the time was observed or discarded.
    histogram: Option<Histogram>,
    clock: C,
    start_ns: u64,
}

impl<C: Clock> Timer<C> {
    /// Observes the seconds now, and returns them.
    pub fn observe(mut self) -> f64 {
        self.stop()
    }

    /// Observes nothing.
    pub fn discard(mut self) {
        self.histogram = None;
    }

    fn stop(&mut self) -> f64 {
        let secs = self.clock.monotonic_ns().saturating_sub(self.start_ns) as f64 / 1e9;
        if let Some(histogram) = self.histogram.take() {
            histogram.observe(secs);
        }
        secs
    }
}

impl<C: Clock> Drop for Timer<C> {
    fn drop(&mut self) {
        if self.histogram.is_some() {
            self.stop();
        }
    }
}

impl Histogram {
    /// Starts a timer whose time this histogram observes. See [`Timer`].
    pub fn start_timer<C: Clock>(&self, clock: C) -> Timer<C> {
        let start_ns = clock.monotonic_ns();
        Timer { histogram: Some(self.clone()), clock, start_ns }
    }

    /// Calls `act` and observes the seconds that it took, also where it panics.
    ///
    /// ```
    /// use p95_core::instrument::{Histogram, ManualClock};
    /// let (latency, clock) = (Histogram::new([0.1, 1.0]), ManualClock::default());
    /// let answer = latency.time(&clock, || {
    ///     clock.advance_ms(20);
    ///     42
    /// });
    /// assert_eq!((answer, latency.sum()), (42, 0.02));
    /// ```
    pub fn time<R>(&self, clock: impl Clock, act: impl FnOnce() -> R) -> R {
        let _timer = self.start_timer(clock);
        act()
    }

    /// Waits for `future` and observes the seconds from its first poll to its end, also where it is dropped before that.
    ///
    /// ```
    /// # use std::future::Future;
    /// # use std::pin::pin;
    /// # use std::task::{Context, Poll, Waker};
    /// use p95_core::instrument::{Histogram, ManualClock};
    /// let (latency, clock) = (Histogram::new([0.1, 1.0]), ManualClock::default());
    /// let timed = latency.time_future(&clock, async {
    ///     clock.advance_ms(20);
    ///     42
    /// });
    /// # let answer = pin!(timed).poll(&mut Context::from_waker(Waker::noop()));
    /// # assert_eq!(answer, Poll::Ready(42)); // timed.await, with a runtime
    /// assert_eq!((latency.count(), latency.sum()), (1, 0.02));
    /// ```
    pub async fn time_future<F: Future>(&self, clock: impl Clock, future: F) -> F::Output {
        let _timer = self.start_timer(clock);
        future.await
    }
}
