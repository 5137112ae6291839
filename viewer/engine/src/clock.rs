//! The time that samples carry.

use std::sync::{Mutex, PoisonError};

use web_time::{Instant, SystemTime, UNIX_EPOCH};

/// How far the machine's clock must be ahead before it is followed, in milliseconds: more than its usual corrections.
const STEP_MS: i64 = 500;

/// A clock that shows the machine's time and never goes back, so that samples stay in order whatever is done to the
/// machine's clock. It follows a step forward, as after a suspend.
pub(crate) struct Clock {
    started: Instant,
    /// What is added to the time since `started`, in milliseconds.
    offset_ms: Mutex<i64>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), offset_ms: Mutex::new(wall_ms()) }
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) fn now_ms(&self) -> i64 {
        self.read().0
    }

    /// How far the machine's clock is behind this one, in milliseconds, where it went back.
    pub(crate) fn behind_ms(&self) -> Option<i64> {
        let (now_ms, wall_ms) = self.read();
        Some(now_ms - wall_ms).filter(|behind_ms| *behind_ms > STEP_MS)
    }

    /// This clock's time, and the machine's.
    fn read(&self) -> (i64, i64) {
        let elapsed_ms = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let wall_ms = wall_ms();
        let mut offset_ms = self.offset_ms.lock().unwrap_or_else(PoisonError::into_inner);
        *offset_ms = next_offset_ms(*offset_ms, elapsed_ms, wall_ms);
        (offset_ms.saturating_add(elapsed_ms), wall_ms)
    }
}

fn next_offset_ms(offset_ms: i64, elapsed_ms: i64, wall_ms: i64) -> i64 {
    let ahead_ms = wall_ms.saturating_sub(elapsed_ms).saturating_sub(offset_ms);
    if ahead_ms > STEP_MS { offset_ms + ahead_ms } else { offset_ms }
}

fn wall_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_steps_forward_only() {
        #[track_caller]
        fn check(elapsed_ms: i64, wall_ms: i64, expect_now_ms: i64) {
            assert_eq!(next_offset_ms(1_000_000, elapsed_ms, wall_ms) + elapsed_ms, expect_now_ms);
        }
        check(10, 1_000_010, 1_000_010);
        check(10, 1_000_500, 1_000_010);
        check(10, 1_000_511, 1_000_511);
        check(10, 4_600_010, 4_600_010);
        check(10, 0, 1_000_010);
    }
}
