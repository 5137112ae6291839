//! The times at which a chart has points.

/// Steps that read well, in intervals.
const ROUND_STEPS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800];

/// The shortest round step with which the range has no more points than asked for.
pub(super) fn step_ms(range_ms: i64, max_points: usize, interval_ms: i64) -> i64 {
    let max_points = i64::try_from(max_points).unwrap_or(i64::MAX).max(1);
    let interval_ms = interval_ms.max(1);
    let needed = (range_ms.max(0) / max_points + interval_ms - 1) / interval_ms;
    let intervals = ROUND_STEPS.into_iter().find(|intervals| *intervals >= needed).unwrap_or(needed);
    interval_ms.saturating_mul(intervals)
}

/// The times at which a chart has points: multiples of the step, later by the phase.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Grid {
    /// More than 0, in milliseconds.
    pub(super) step_ms: i64,
    pub(super) phase_ms: i64,
}

impl Grid {
    /// The last of the times that is not after `time_ms`.
    pub(super) fn down(self, time_ms: i64) -> i64 {
        time_ms - (time_ms - self.phase_ms).rem_euclid(self.step_ms)
    }

    /// The first of the times that is not before `time_ms`.
    pub(super) fn up(self, time_ms: i64) -> i64 {
        time_ms + (self.phase_ms - time_ms).rem_euclid(self.step_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        #[track_caller]
        fn check(range_ms: i64, max_points: usize, interval_ms: i64, expect_ms: i64) {
            assert_eq!(step_ms(range_ms, max_points, interval_ms), expect_ms);
        }
        check(300_000, 300, 1_000, 1_000);
        check(300_000, 299, 1_000, 2_000);
        check(300_000, 100, 1_000, 5_000);
        check(3_600_000, 300, 1_000, 15_000);
        check(3_600_000, 300, 15_000, 15_000);
        check(10_000, 300, 1_000, 1_000);
        check(0, 0, 0, 1);
    }

    #[test]
    fn times_stay_where_they_are() {
        #[track_caller]
        fn check(time_ms: i64, step_ms: i64, phase_ms: i64, expect_ms: (i64, i64)) {
            let grid = Grid { step_ms, phase_ms };
            assert_eq!((grid.down(time_ms), grid.up(time_ms)), expect_ms);
        }
        check(1_000, 1_000, 0, (1_000, 1_000));
        check(1_001, 1_000, 0, (1_000, 2_000));
        check(-1_500, 1_000, 0, (-2_000, -1_000));
        check(0, 7, 0, (0, 0));
        check(1_000, 1_000, 300, (300, 1_300));
        check(1_300, 1_000, 300, (1_300, 1_300));
        check(12_000, 5_000, 300, (10_300, 15_300));
    }
}
