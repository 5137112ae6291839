//! The window that rates look at.

use crate::model::duration::format_duration_ms;

/// How often a target is scraped and how often it has been, from which the window of its rates follows.
///
/// ```
/// use p95_core::overview::Window;
///
/// let window = Window { interval_ms: 1_000, scrapes: 2, step_ms: 0 };
/// assert_eq!(window.range_ms(), Some(2_000));
/// assert_eq!(Window { scrapes: 9, ..window }.range_ms(), Some(i64::from(Window::MAX_INTERVALS) * 1_000));
/// assert_eq!(Window { step_ms: 15_000, ..window }.range_ms(), Some(16_000));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Window {
    /// The time between two scrapes, in milliseconds.
    pub interval_ms: i64,
    /// The scrapes so far. For a server that has been scraping all along: any number from 4.
    pub scrapes: u32,
    /// The longest time between two points of the charts that show the rates, in milliseconds; 0 where no chart does.
    pub step_ms: i64,
}

impl Window {
    /// The most intervals that a window spans: enough to survive a missed scrape, short enough to follow a change.
    pub const MAX_INTERVALS: u32 = 4;

    /// The length of the window: the interval times the scrapes so far, four at most, and never less than a step and an
    /// interval; `None` before the second scrape, when there is no rate yet.
    ///
    /// A fixed window of four intervals would show 37% of the true rate at the second scrape. Where the points of a chart lie
    /// further apart than the window is long, what happens between them is not seen at all; and an interval more than the step
    /// is needed, since the increase from the last sample of one window to the first of the next is in neither. This is the
    /// `$__rate_interval` of Grafana: `max($__interval + scrape interval, 4 * scrape interval)`.
    pub fn range_ms(self) -> Option<i64> {
        let intervals = i64::from(self.scrapes.min(Self::MAX_INTERVALS));
        let interval_ms = self.interval_ms.max(1);
        let range_ms = interval_ms.saturating_mul(intervals);
        (intervals >= 2).then(|| range_ms.max(self.step_ms.saturating_add(interval_ms)))
    }

    /// The window as a query writes it, `4s`.
    pub(super) fn range(self) -> Option<String> {
        self.range_ms().map(format_duration_ms)
    }

    /// What a card says while there is no rate yet.
    pub(super) fn waiting_note(self) -> String {
        format!("rate after the next scrape ({})", format_duration_ms(self.interval_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_with_the_scrapes_up_to_four_intervals() {
        #[track_caller]
        fn check(interval_ms: i64, scrapes: u32, expect: Option<&str>) {
            assert_eq!(Window { interval_ms, scrapes, step_ms: 0 }.range().as_deref(), expect);
        }
        check(1_000, 0, None);
        check(1_000, 1, None);
        check(1_000, 2, Some("2s"));
        check(1_000, 3, Some("3s"));
        check(1_000, 4, Some("4s"));
        check(1_000, 900, Some("4s"));
        check(500, 3, Some("1s500ms"));
        check(15_000, 4, Some("1m"));
    }

    #[test]
    fn no_increase_lies_between_two_points_of_a_chart() {
        #[track_caller]
        fn check(scrapes: u32, step_ms: i64, expect: Option<&str>) {
            assert_eq!(Window { interval_ms: 1_000, scrapes, step_ms }.range().as_deref(), expect);
        }
        check(900, 1_000, Some("4s"));
        check(900, 3_000, Some("4s"));
        check(900, 15_000, Some("16s"));
        check(2, 1_000, Some("2s"));
        check(1, 15_000, None);
        check(900, i64::MAX, Window { interval_ms: i64::MAX, scrapes: 2, step_ms: 0 }.range().as_deref());
    }
}
