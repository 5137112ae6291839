//! When a target is scraped next.

use std::collections::VecDeque;

/// A scrape may take this part of its interval: one fifth.
const INTERVAL_PER_DURATION: i64 = 5;
/// The scrapes that the usual duration is taken from.
const RECENT: usize = 5;
/// The failures in a row that are retried at the usual interval; after them the pause doubles with each.
const QUICK_RETRIES: u32 = 5;
/// The longest pause between two tries of a target that fails, in milliseconds, unless its interval is longer.
const MAX_RETRY_MS: i64 = 10_000;
/// After this many intervals without a scrape nothing is known of the time between.
const GAP_INTERVALS: i64 = 4;
/// How late a scrape may begin and still count as on time, in milliseconds. Its samples then carry the time at which it
/// was due: steady timestamps make steady rates.
const TOLERANCE_MS: i64 = 2;

/// When a target is scraped next. Times are milliseconds since the Unix epoch.
///
/// Scrapes begin at even intervals, whatever they take; a beginning that is missed is left out. Where the median of the
/// recent good scrapes takes more than a fifth of the interval, the interval becomes the next multiple that is enough.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    base_ms: i64,
    next_ms: i64,
    /// The last scrape: when it began, and when it ended.
    last_ms: Option<(i64, i64)>,
    recent_ms: VecDeque<i64>,
    failures_in_a_row: u32,
}

impl Schedule {
    /// The first scrape is due at once.
    pub(crate) fn new(base_ms: i64, now_ms: i64) -> Self {
        Self {
            base_ms: base_ms.max(1),
            next_ms: now_ms,
            last_ms: None,
            recent_ms: VecDeque::new(),
            failures_in_a_row: 0,
        }
    }

    /// Changes the interval, from the next plan on.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn set_base(&mut self, base_ms: i64) {
        self.base_ms = base_ms.max(1);
    }

    /// When the next scrape is due.
    pub(crate) fn next_ms(&self) -> i64 {
        self.next_ms
    }

    /// Makes the next scrape due now, and the others at even intervals from now.
    pub(crate) fn hurry(&mut self, now_ms: i64) {
        self.next_ms = now_ms;
    }

    /// The timestamp of a scrape that begins now.
    pub(crate) fn timestamp_ms(&self, now_ms: i64) -> i64 {
        let late_ms = now_ms - self.next_ms;
        if (0..=TOLERANCE_MS).contains(&late_ms) { self.next_ms } else { now_ms }
    }

    /// Since when nothing is known of the target at `now_ms`, if scrapes that were due were missed: the machine slept, or
    /// scraping was paused. An interval after the last scrape began.
    pub(crate) fn unknown_since_ms(&self, now_ms: i64) -> Option<i64> {
        let (start_ms, end_ms) = self.last_ms?;
        let is_gap = now_ms.saturating_sub(end_ms) > self.pause_ms().saturating_mul(GAP_INTERVALS);
        is_gap.then(|| start_ms.saturating_add(self.interval_ms()))
    }

    /// Plans the next scrape after one that began at `start_ms` has ended.
    pub(crate) fn ended(&mut self, start_ms: i64, now_ms: i64, is_good: bool) {
        let duration_ms = now_ms.saturating_sub(start_ms).max(0);
        if is_good {
            self.failures_in_a_row = 0;
            self.recent_ms.push_back(duration_ms);
            if self.recent_ms.len() > RECENT {
                self.recent_ms.pop_front();
            }
        } else {
            self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        }
        self.last_ms = Some((start_ms, now_ms));
        let pause_ms = self.pause_ms();
        let periods = (duration_ms / pause_ms).saturating_add(1);
        self.next_ms = start_ms.saturating_add(periods.saturating_mul(pause_ms));
    }

    /// The interval while the target answers, in milliseconds. Failures do not change it.
    pub(crate) fn interval_ms(&self) -> i64 {
        if self.recent_ms.len() < 2 {
            return self.base_ms;
        }
        let mut sorted_ms = Vec::from_iter(self.recent_ms.iter().copied());
        sorted_ms.sort_unstable();
        let median_ms = sorted_ms.get((sorted_ms.len() - 1) / 2).copied().unwrap_or_default();
        let needed_ms = median_ms.saturating_mul(INTERVAL_PER_DURATION);
        let multiples = needed_ms.saturating_add(self.base_ms - 1) / self.base_ms;
        multiples.max(1).saturating_mul(self.base_ms)
    }

    /// From the beginning of one scrape to the beginning of the next, in milliseconds: the interval, or
    /// longer where scrapes fail again and again.
    fn pause_ms(&self) -> i64 {
        let interval_ms = self.interval_ms();
        let doublings = self.failures_in_a_row.saturating_sub(QUICK_RETRIES).min(20);
        interval_ms.saturating_mul(1 << doublings).min(interval_ms.max(MAX_RETRY_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs scrapes of the given durations (negative: they fail) from time 0 at an interval of one second, and expects
    /// them to begin at these times.
    #[track_caller]
    fn check(durations_ms: &[i64], expect_ms: &[i64]) {
        let mut schedule = Schedule::new(1_000, 0);
        let mut begun_ms = Vec::new();
        for duration_ms in durations_ms {
            let start_ms = schedule.next_ms();
            begun_ms.push(start_ms);
            schedule.ended(start_ms, start_ms + duration_ms.abs(), *duration_ms >= 0);
        }
        begun_ms.push(schedule.next_ms());
        assert_eq!(begun_ms, expect_ms, "{durations_ms:?}");
    }

    #[test]
    fn a_quick_target_keeps_its_interval() {
        check(&[3, 9, 200, 150], &[0, 1_000, 2_000, 3_000, 4_000]);
    }

    #[test]
    fn one_slow_scrape_changes_nothing() {
        check(&[900, 10, 10, 900, 10], &[0, 1_000, 2_000, 3_000, 4_000, 5_000]);
    }

    #[test]
    fn a_slow_target_is_left_four_fifths_of_the_time() {
        check(&[500, 500, 500, 500], &[0, 1_000, 4_000, 7_000, 10_000]);
        check(&[500, 500, 500, 10, 10, 10], &[0, 1_000, 4_000, 7_000, 10_000, 13_000, 14_000]);
    }

    #[test]
    fn beginnings_that_are_missed_are_left_out() {
        check(&[2_300, 10], &[0, 3_000, 4_000]);
    }

    #[test]
    fn a_failing_target_is_asked_less_and_less() {
        check(
            &[-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1],
            &[0, 1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 11_000, 19_000, 29_000, 39_000, 40_000],
        );
    }

    #[test]
    fn failures_do_not_change_the_interval() {
        #[track_caller]
        fn check(duration_ms: i64, expect_ms: i64) {
            let mut schedule = Schedule::new(1_000, 0);
            for scrape in 0..20 {
                let start_ms = schedule.next_ms();
                schedule.ended(start_ms, start_ms + duration_ms, scrape < 5);
            }
            assert_eq!((schedule.interval_ms(), schedule.pause_ms()), (expect_ms, 10_000));
        }
        check(1, 1_000);
        check(500, 3_000);
    }

    #[test]
    fn of_beginnings_that_were_slept_through_nothing_is_known() {
        #[track_caller]
        fn check(duration_ms: i64, wakes_ms: i64, expect_ms: Option<i64>) {
            let mut schedule = Schedule::new(1_000, 0);
            assert_eq!(schedule.unknown_since_ms(wakes_ms), None);
            schedule.ended(0, duration_ms, true);
            assert_eq!(schedule.unknown_since_ms(wakes_ms), expect_ms);
        }
        check(10, 1_000, None);
        check(10, 4_010, None);
        check(10, 4_011, Some(1_000));
        check(10, 3_600_000, Some(1_000));
        // One that takes long is looked at all the time.
        check(9_000, 10_000, None);
    }

    #[test]
    fn a_scrape_that_is_nearly_on_time_carries_the_time_it_was_due() {
        let schedule = Schedule::new(1_000, 5_000);
        let timestamps = [4_999, 5_000, 5_002, 5_003].map(|now_ms| schedule.timestamp_ms(now_ms));
        assert_eq!(timestamps, [4_999, 5_000, 5_000, 5_003]);
    }
}
