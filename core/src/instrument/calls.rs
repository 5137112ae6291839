//! Calls of one kind: how many there were, how they ended, and how long they took.

use std::fmt;
use std::sync::Arc;

use super::{Clock, Counter, Descriptor, Histogram, RegisterError, Scope, bounds};

/// How a call ended.
///
/// ```
/// use p95_core::instrument::Outcome;
/// assert_eq!(Outcome::Cancelled.as_str(), "cancelled");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It returned `Ok`.
    Success,
    /// It returned `Err`.
    Error,
    /// It panicked.
    Panic,
    /// It was dropped before its end, as a future is whose request went away.
    Cancelled,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Success, Self::Error, Self::Panic, Self::Cancelled];

    /// The value of the label `outcome`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Counts and times calls of one kind: `NAME_calls_total` by `outcome`, and `NAME_duration_seconds`.
///
/// Every call counts exactly once, whether it succeeds, errs, panics or is dropped. All outcomes are there from the
/// beginning, at 0, so that a rate sees the first one.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Calls, ManualClock, Registry};
///
/// let clock = ManualClock::default();
/// let mut registry = Registry::default();
/// let checkouts = Calls::register(&mut registry.scope(""), "checkout", "Checkouts.", clock.clone())?;
///
/// let paid: Result<u32, ()> = checkouts.run(|| {
///     clock.advance_ms(30);
///     Ok(7)
/// });
/// let refused: Result<u32, &str> = checkouts.run(|| Err("no money"));
///
/// assert_eq!((paid, refused), (Ok(7), Err("no money")));
/// let page = registry.encode(Format::Text, 0);
/// assert!(page.contains("checkout_calls_total{outcome=\"success\"} 1.0\n"));
/// assert!(page.contains("checkout_calls_total{outcome=\"error\"} 1.0\n"));
/// assert!(page.contains("checkout_duration_seconds_sum 0.03\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone)]
pub struct Calls(Arc<Parts>);

struct Parts {
    /// In the order of [`Outcome::ALL`].
    outcomes: [Counter; Outcome::ALL.len()],
    duration: Histogram,
    clock: Box<dyn Clock>,
}

impl Calls {
    /// Registers both families, with [`bounds::LATENCY_SECS`] for the buckets.
    ///
    /// # Errors
    /// Where the name is invalid or taken.
    pub fn register(
        scope: &mut Scope<'_>,
        name: &str,
        help: &str,
        clock: impl Clock + 'static,
    ) -> Result<Self, RegisterError> {
        Self::register_with(scope, name, help, clock, Histogram::new(bounds::LATENCY_SECS))
    }

    /// As [`Calls::register`], with a histogram of one's own for the seconds.
    ///
    /// ```
    /// use p95_core::instrument::{Calls, Histogram, ManualClock, Registry};
    ///
    /// let mut registry = Registry::default();
    /// let (clock, secs) = (ManualClock::default(), Histogram::new([60.0, 3_600.0]));
    /// let exports = Calls::register_with(&mut registry.scope(""), "export", "Exports.", clock, secs.clone())?;
    /// let done: Result<(), ()> = exports.run(|| Ok(()));
    /// assert_eq!((done, secs.count()), (Ok(()), 1));
    /// # Ok::<(), p95_core::instrument::RegisterError>(())
    /// ```
    ///
    /// # Errors
    /// Where the name is invalid or taken.
    pub fn register_with(
        scope: &mut Scope<'_>,
        name: &str,
        help: &str,
        clock: impl Clock + 'static,
        duration: Histogram,
    ) -> Result<Self, RegisterError> {
        let calls = Descriptor::new(&format!("{name}_calls"), &format!("{help} Calls, by how they ended."));
        let calls = scope.register_family(calls, ["outcome"], Counter::default)?;
        let seconds =
            Descriptor::new(&format!("{name}_duration_seconds"), &format!("{help} How long the calls took."))
                .with_unit("seconds");
        let duration = scope.register(seconds, duration)?;
        let outcomes = Outcome::ALL.map(|outcome| calls.with([outcome.as_str()]));
        Ok(Self(Arc::new(Parts { outcomes, duration, clock: Box::new(clock) })))
    }

    /// Makes a call.
    ///
    /// # Errors
    /// The call's own.
    pub fn run<T, E>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let started = self.start();
        let result = call();
        started.end(if result.is_ok() { Outcome::Success } else { Outcome::Error });
        result
    }

    /// Waits for a call; its time begins with the first poll.
    ///
    /// ```
    /// # use std::future::Future;
    /// # use std::pin::pin;
    /// # use std::task::{Context, Poll, Waker};
    /// # use p95_core::instrument::{Calls, ManualClock, Outcome, Registry};
    /// # let calls =
    /// #     Calls::register(&mut Registry::default().scope(""), "n", "", ManualClock::default())?;
    /// let call = calls.run_future(async { Ok::<u32, ()>(7) });
    /// # assert_eq!(pin!(call).poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(7)));
    /// assert_eq!(calls.count(Outcome::Success), 1); // after call.await
    /// # Ok::<(), p95_core::instrument::RegisterError>(())
    /// ```
    ///
    /// # Errors
    /// The call's own.
    pub async fn run_future<T, E>(&self, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let started = self.start();
        let result = call.await;
        started.end(if result.is_ok() { Outcome::Success } else { Outcome::Error });
        result
    }

    /// Starts a call whose outcome is told by [`Call::end`]. One that is dropped without that panicked or was cancelled.
    pub fn start(&self) -> Call {
        Call { calls: self.clone(), start_ns: self.0.clock.monotonic_ns(), is_over: false }
    }

    /// How many calls ended so.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.counter(outcome).map_or(0, |counter| counter.get() as u64)
    }

    fn counter(&self, outcome: Outcome) -> Option<&Counter> {
        Outcome::ALL.iter().zip(&self.0.outcomes).find(|(of, _)| **of == outcome).map(|(_, counter)| counter)
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").field("outcomes", &self.0.outcomes).finish_non_exhaustive()
    }
}

/// A call that goes on.
///
/// ```
/// use p95_core::instrument::{Calls, ManualClock, Outcome, Registry};
///
/// let calls = Calls::register(&mut Registry::default().scope(""), "sync", "", ManualClock::default())?;
/// calls.start().end(Outcome::Error);
/// drop(calls.start());
/// assert_eq!((calls.count(Outcome::Error), calls.count(Outcome::Cancelled)), (1, 1));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[must_use = "a call that is dropped at once counts as cancelled"]
#[derive(Debug)]
pub struct Call {
    calls: Calls,
    start_ns: u64,
    is_over: bool,
}

impl Call {
    /// Ends it.
    pub fn end(mut self, outcome: Outcome) {
        self.count(outcome);
    }

    fn count(&mut self, outcome: Outcome) {
        self.is_over = true;
        let parts = &self.calls.0;
        let took_ns = parts.clock.monotonic_ns().saturating_sub(self.start_ns);
        parts.duration.observe(took_ns as f64 / 1e9);
        if let Some(counter) = self.calls.counter(outcome) {
            counter.inc();
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_over {
            self.count(if std::thread::panicking() { Outcome::Panic } else { Outcome::Cancelled });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::super::{ManualClock, Registry};
    use super::*;

    #[track_caller]
    fn check(act: impl FnOnce(&Calls, &ManualClock), expect: [u64; 4], expect_secs: f64) {
        let clock = ManualClock::default();
        let calls = Calls::register(&mut Registry::default().scope(""), "n", "", clock.clone()).unwrap();
        act(&calls, &clock);
        let parts = &calls.0;
        assert_eq!(Outcome::ALL.map(|outcome| calls.count(outcome)), expect);
        assert_eq!((parts.duration.count(), parts.duration.sum()), (expect.iter().sum(), expect_secs));
    }

    #[test]
    fn every_end_counts_once() {
        check(
            |calls, clock| {
                let (paid, refused): (Result<u8, ()>, Result<(), u8>) = (
                    calls.run(|| {
                        clock.advance_ms(500);
                        Ok(1)
                    }),
                    calls.run(|| {
                        clock.advance_ms(250);
                        Err(2)
                    }),
                );
                assert_eq!((paid, refused), (Ok(1), Err(2)));
            },
            [1, 1, 0, 0],
            0.75,
        );
        check(
            |calls, clock| {
                let panics = || -> Result<(), ()> {
                    clock.advance_ms(250);
                    resume_unwind(Box::new(()))
                };
                assert!(catch_unwind(AssertUnwindSafe(|| calls.run(panics))).is_err());
            },
            [0, 0, 1, 0],
            0.25,
        );
        check(
            |calls, clock| {
                {
                    let mut waits = pin!(calls.run_future(std::future::pending::<Result<(), ()>>()));
                    assert!(waits.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
                    clock.advance_ms(750);
                }
                drop(calls.run_future(std::future::pending::<Result<(), ()>>()));
            },
            [0, 0, 0, 1],
            0.75,
        );
        check(|calls, _| calls.start().end(Outcome::Error), [0, 1, 0, 0], 0.0);
    }
}
