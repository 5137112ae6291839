//! The system's clock for p95-core, which has none itself.
//!
//! ```
//! use p95_clock::SystemClock;
//! use p95_core::instrument::{Calls, Outcome, Registry};
//!
//! let mut registry = Registry::with_clock(SystemClock);
//! let imports = Calls::register(&mut registry.scope(""), "import", "Imports.", SystemClock)?;
//! let imported: Result<u32, std::num::ParseIntError> = imports.run(|| "17".parse());
//! assert_eq!(imported, Ok(17));
//! assert_eq!(imports.count(Outcome::Success), 1);
//! # Ok::<(), p95_core::instrument::RegisterError>(())
//! ```

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use p95_core::instrument::Clock;

/// The system's monotonic clock and its wall clock. It takes no memory: all of them are the same.
///
/// The target `wasm32-unknown-unknown` has no clock that the standard library could read; a page brings its own.
///
/// ```
/// use p95_clock::SystemClock;
/// use p95_core::instrument::Clock;
/// let before = SystemClock.monotonic_ns();
/// assert!(SystemClock.monotonic_ns() >= before);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// Milliseconds since the Unix epoch, by the wall clock.
///
/// ```
/// assert!(p95_clock::unix_ms() > 1_700_000_000_000);
/// ```
pub fn unix_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

impl Clock for SystemClock {
    /// Nanoseconds since it was first asked.
    fn monotonic_ns(&self) -> u64 {
        static START: OnceLock<Instant> = OnceLock::new();
        let elapsed = START.get_or_init(Instant::now).elapsed();
        u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
    }

    fn unix_ms(&self) -> i64 {
        unix_ms()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn time_passes() {
        let start_ns = SystemClock.monotonic_ns();
        std::thread::sleep(Duration::from_millis(5));
        let passed_ns = SystemClock.monotonic_ns() - start_ns;
        assert!((5_000_000..10_000_000_000).contains(&passed_ns), "{passed_ns}");
    }
}
