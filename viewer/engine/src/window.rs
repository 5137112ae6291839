//! The window of the overview's rates.

use std::sync::Arc;

use p95_core::overview::Window;

use crate::{TargetState, TargetStatus};

/// The window in which the rates of all targets are right; `None` before the first scrape has ended.
///
/// It spans the longest interval of the targets that answer, and no more of them than each has been scraped since it last
/// failed. A target that was just added does not take the others' rates away, nor does one that fails change them. Where no
/// target has a rate at present, the window is the one that was there `before`: past rates stay on screen.
pub(crate) fn window_of(targets: &[Arc<TargetStatus>], before: Option<Window>) -> Option<Window> {
    let up = || targets.iter().filter(|target| target.state == TargetState::Up);
    let scraped = targets.iter().filter(|target| target.scrapes_total > 0);
    let longest_ms = up().map(|target| target.interval_ms).max();
    let interval_ms = longest_ms.or_else(|| scraped.map(|target| target.interval_ms).max())?;
    let in_a_row = || up().map(|target| target.scrapes_in_a_row);
    let (fewest, most) = (in_a_row().min().unwrap_or_default(), in_a_row().max().unwrap_or_default());
    let scrapes = fewest.max(most.min(2));
    let window = Window {
        interval_ms: i64::try_from(interval_ms).unwrap_or(i64::MAX),
        scrapes: u32::try_from(scrapes).unwrap_or(u32::MAX),
        step_ms: 0,
    };
    let past = before.filter(|before| window.range_ms().is_none() && before.range_ms().is_some());
    Some(past.unwrap_or(window))
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use p95_core::model::Labels;

    use super::TargetState::{Down, Pending, Up};
    use super::*;
    use crate::TargetId;

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
        let status = |&(state, interval_ms, scrapes_in_a_row): &(TargetState, u64, u64)| {
            Arc::new(TargetStatus {
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
            })
        };
        let window = window_of(&Vec::from_iter(targets.iter().map(status)), before);
        assert_eq!(window.map(|window| (window.interval_ms, window.scrapes)), expect, "{targets:?}");
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
