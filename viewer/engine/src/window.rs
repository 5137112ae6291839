//! The window of the overview's rates.

use std::sync::Arc;

use p95_core::overview::Window;

use crate::{TargetState, TargetStatus};

/// The window in which the rates of all targets are right; `None` before the first scrape has ended.
///
/// It spans the longest interval of the targets that answer, and no more of them than each has been scraped since it last
/// failed; for one that fails now and then, as many as reach back to its last two good scrapes. A target that was just added does not take the others' rates away, nor does one that fails change them. Where no
/// target has a rate at present, the window is the one that was there `before`: past rates stay on screen.
pub(crate) fn window_of(targets: &[Arc<TargetStatus>], before: Option<Window>) -> Option<Window> {
    let up = || targets.iter().filter(|target| target.state == TargetState::Up);
    let scraped = targets.iter().filter(|target| target.scrapes_total > 0);
    let longest_ms = up().map(|target| target.interval_ms).max();
    let interval_ms = longest_ms.or_else(|| scraped.map(|target| target.interval_ms).max())?;
    let known = || up().map(|target| known_intervals(target));
    let (fewest, most) = (known().min().unwrap_or_default(), known().max().unwrap_or_default());
    let scrapes = fewest.max(most.min(2));
    let window = Window {
        interval_ms: i64::try_from(interval_ms).unwrap_or(i64::MAX),
        scrapes: u32::try_from(scrapes).unwrap_or(u32::MAX),
        step_ms: 0,
    };
    let past = before.filter(|before| window.range_ms().is_none() && before.range_ms().is_some());
    Some(past.unwrap_or(window))
}

/// The good scrapes of a target since it last failed; of one that fails now and then, the intervals that reach back to the
/// good scrape before, where a window can.
fn known_intervals(target: &TargetStatus) -> u64 {
    let in_a_row = target.scrapes_in_a_row;
    let mut past = target.history.iter().rev();
    let (Some(last), Some(failed), 1) = (past.next(), past.next(), in_a_row) else { return in_a_row };
    let good = past.find(|scrape| scrape.failure.is_none()).filter(|_| failed.failure.is_some());
    let Some(good) = good else { return in_a_row };
    let intervals = last.start_ms.abs_diff(good.start_ms).div_ceil(target.interval_ms.max(1)) + 1;
    if intervals > Window::MAX_INTERVALS.into() { in_a_row } else { intervals }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use p95_core::model::Labels;

    use super::TargetState::{Down, Pending, Up};
    use super::*;
    use crate::{ScrapeFailure, ScrapeRecord, Stage, TargetId};

    /// Expects a window of so many intervals for targets of these states, intervals, and good scrapes in a row.
    #[track_caller]
    fn check(targets: &[(TargetState, u64, u64)], expect: Option<(i64, u32)>) {
        check_after(None, targets, expect);
    }

    /// The same where there was a window before.
    #[track_caller]
    fn check_after(
        before: Option<(i64, u32)>,
        targets: &[(TargetState, u64, u64)],
        expect: Option<(i64, u32)>,
    ) {
        let before = before.map(|(interval_ms, scrapes)| Window { interval_ms, scrapes, step_ms: 0 });
        let window = window_of(&Vec::from_iter(targets.iter().map(status).map(Arc::new)), before);
        assert_eq!(window.map(|window| (window.interval_ms, window.scrapes)), expect, "{targets:?}");
    }

    fn status(&(state, interval_ms, scrapes_in_a_row): &(TargetState, u64, u64)) -> TargetStatus {
        TargetStatus {
            id: TargetId::default(),
            url: String::new(),
            labels: Labels::empty(),
            state,
            failure: None,
            interval_ms,
            next_scrape_ms: None,
            scraping: false,
            scrapes_total: if state == Pending { 0 } else { scrapes_in_a_row.max(1) },
            scrapes_in_a_row,
            history: VecDeque::new(),
        }
    }

    #[test]
    fn it_spans_the_longest_interval() {
        check(&[(Up, 1_000, 9)], Some((1_000, 9)));
        check(&[(Up, 1_000, 9), (Up, 3_000, 5)], Some((3_000, 5)));
    }

    #[test]
    fn a_target_that_fails_changes_nothing() {
        check(&[(Up, 1_000, 9), (Down, 4_000, 0)], Some((1_000, 9)));
        check(&[(Down, 15_000, 0), (Up, 1_000, 1)], Some((1_000, 1)));
    }

    #[test]
    fn a_target_that_was_just_added_leaves_the_others_their_rates() {
        check(&[(Up, 1_000, 9), (Pending, 15_000, 0)], Some((1_000, 9)));
        check(&[(Up, 1_000, 9), (Up, 1_000, 1)], Some((1_000, 2)));
        check(&[(Up, 1_000, 1), (Up, 1_000, 1)], Some((1_000, 1)));
    }

    #[test]
    fn a_target_that_fails_now_and_then_has_rates() {
        /// Expects so many intervals of 1 s after scrapes at these seconds, good where `true`.
        #[track_caller]
        fn check(history: &[(i64, bool)], expect: u32) {
            let record = |&(at_secs, is_good): &(i64, bool)| ScrapeRecord {
                start_ms: at_secs * 1_000,
                duration_secs: 0.0,
                ingest_secs: 0.0,
                body_bytes: 0,
                samples: 0,
                series_added: 0,
                duplicates: 0,
                dropped: 0,
                failure: (!is_good).then(|| ScrapeFailure::new(Stage::Connect, "refused", "start it")),
            };
            let good = history.iter().rev().take_while(|(_, is_good)| *is_good).count();
            let mut target = status(&(Up, 1_000, good as u64));
            target.history = history.iter().map(record).collect();
            assert_eq!(window_of(&[Arc::new(target)], None).map(|window| window.scrapes), Some(expect));
        }
        check(&[(0, true), (1, false), (2, true)], 3);
        check(&[(0, true), (1, false), (2, false), (3, true)], 4);
        check(&[(0, true), (1, false), (2, false), (3, false), (4, true)], 1);
        check(&[(0, true), (1, true), (2, false), (3, true), (4, true)], 2);
        check(&[(0, false), (1, true)], 1);
    }

    #[test]
    fn without_a_target_that_answers_there_are_no_rates() {
        check(&[], None);
        check(&[(Pending, 1_000, 0)], None);
        check(&[(Down, 1_000, 0), (Pending, 15_000, 0)], Some((1_000, 0)));
    }

    #[test]
    fn past_rates_stay_until_there_are_new_ones() {
        let before = Some((1_000, 9));
        check_after(before, &[(Down, 3_000, 0)], before);
        check_after(before, &[(Up, 3_000, 1)], before);
        check_after(before, &[(Up, 3_000, 2)], Some((3_000, 2)));
        check_after(Some((1_000, 1)), &[(Down, 3_000, 0)], Some((3_000, 0)));
    }
}
