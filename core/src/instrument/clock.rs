//! Where the time comes from: always from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A clock. The crate p95-clock has the system's; a web page has `performance.now()` and `Date.now()`.
///
/// ```
/// use p95_core::instrument::{Clock, Registry};
///
/// /// A clock that stands still.
/// struct Noon;
///
/// impl Clock for Noon {
///     fn monotonic_ns(&self) -> u64 {
///         0
///     }
///
///     fn unix_ms(&self) -> i64 {
///         1_700_000_000_000
///     }
/// }
///
/// let registry = Registry::with_clock(Noon);
/// ```
pub trait Clock: Send + Sync {
    /// Nanoseconds since some moment that stays the same. They never fall.
    fn monotonic_ns(&self) -> u64;

    /// Milliseconds since the Unix epoch, as far as the system knows.
    fn unix_ms(&self) -> i64;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn monotonic_ns(&self) -> u64 {
        (**self).monotonic_ns()
    }

    fn unix_ms(&self) -> i64 {
        (**self).unix_ms()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn monotonic_ns(&self) -> u64 {
        (**self).monotonic_ns()
    }

    fn unix_ms(&self) -> i64 {
        (**self).unix_ms()
    }
}

/// A clock that goes only when it is told to, for tests. Clones are the same clock.
///
/// ```
/// use p95_core::instrument::{Clock, ManualClock};
///
/// let clock = ManualClock::new(1_700_000_000_000);
/// clock.advance_ms(1_500);
/// assert_eq!(clock.monotonic_ns(), 1_500_000_000);
/// assert_eq!(clock.unix_ms(), 1_700_000_001_500);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<Hands>);

#[derive(Debug, Default)]
struct Hands {
    monotonic_ns: AtomicU64,
    unix_ms: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `unix_ms`, milliseconds since the Unix epoch.
    pub fn new(unix_ms: i64) -> Self {
        Self(Arc::new(Hands { monotonic_ns: AtomicU64::new(0), unix_ms: AtomicI64::new(unix_ms) }))
    }

    /// Lets so many milliseconds pass.
    pub fn advance_ms(&self, ms: u32) {
        self.0.monotonic_ns.fetch_add(u64::from(ms) * 1_000_000, Ordering::Relaxed);
        self.0.unix_ms.fetch_add(i64::from(ms), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn monotonic_ns(&self) -> u64 {
        self.0.monotonic_ns.load(Ordering::Relaxed)
    }

    fn unix_ms(&self) -> i64 {
        self.0.unix_ms.load(Ordering::Relaxed)
    }
}
