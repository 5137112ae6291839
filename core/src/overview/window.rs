//! The window that rates look at.

use crate::model::duration::format_duration_ms;

/// The most intervals that a window spans: enough to survive a missed scrape, short enough to follow a change.
const MAX_INTERVALS: u32 = 4;

/// How often a target is scraped and how often it has been, from which the window of its rates follows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Window {
    /// The time between two scrapes, in milliseconds.
    pub interval_ms: i64,
    /// The scrapes so far. For a server that has been scraping all along: any number from 4.
    pub scrapes: u32,
}

impl Window {
    /// The length of the window: the interval times the scrapes so far, four at most; `None` before the second scrape,
    /// when there is no rate yet.
    ///
    /// A fixed window of four intervals would show 37% of the true rate at the second scrape.
    pub fn range_ms(self) -> Option<i64> {
        let intervals = i64::from(self.scrapes.min(MAX_INTERVALS));
        (intervals >= 2).then(|| self.interval_ms.max(1).saturating_mul(intervals))
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
            assert_eq!(Window { interval_ms, scrapes }.range().as_deref(), expect);
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
}
