//! When a group is evaluated.

use twox_hash::XxHash64;

/// The times of a group's evaluations: even intervals, at a phase that its file and name choose, so that many groups do not
/// all come at once. They are the same after a restart.
///
/// ```
/// use p95_core::rules::Slots;
///
/// let slots = Slots::new("rules.yml", "shop", 60_000);
/// let first_ms = slots.after(1_700_000_000_000);
/// assert!((1..=60_000).contains(&(first_ms - 1_700_000_000_000)));
/// assert_eq!((slots.after(first_ms), slots.last(first_ms + 59_999)), (first_ms + 60_000, first_ms));
/// assert_eq!(slots.missed(first_ms, first_ms + 180_000), 2);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Slots {
    interval_ms: i64,
    phase_ms: i64,
}

impl Slots {
    /// The times of the group of this file and name.
    pub fn new(file: &str, group: &str, interval_ms: i64) -> Self {
        let interval_ms = interval_ms.max(1);
        let hash = XxHash64::oneshot(0, format!("{file};{group}").as_bytes());
        let phase_ms = i64::try_from(hash % interval_ms.unsigned_abs()).unwrap_or_default();
        Self { interval_ms, phase_ms }
    }

    /// The last time that is not after `now_ms`, in milliseconds since the Unix epoch.
    pub fn last(self, now_ms: i64) -> i64 {
        now_ms.saturating_sub(now_ms.saturating_sub(self.phase_ms).rem_euclid(self.interval_ms))
    }

    /// The first time after `now_ms`, in milliseconds since the Unix epoch.
    pub fn after(self, now_ms: i64) -> i64 {
        self.last(now_ms).saturating_add(self.interval_ms)
    }

    /// The times that lie between two, which were left out.
    pub fn missed(self, from_ms: i64, to_ms: i64) -> u64 {
        let intervals = to_ms.saturating_sub(from_ms) / self.interval_ms;
        u64::try_from(intervals - 1).unwrap_or_default()
    }
}
