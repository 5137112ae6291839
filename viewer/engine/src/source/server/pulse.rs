//! Whether a server answers, how new its newest samples are, and how often it scrapes.

use p95_core::promql::eval::QueryValue;

use super::ServerSource;
use super::answer::AskError;
use crate::ScrapeFailure;

/// The newest scrape of any target; without one, the server's present.
const NEWEST: &str = "max(timestamp(up)) or vector(time())";

/// The time between two scrapes of nearly all targets, in seconds: from the number of scrapes in a stretch of time, of
/// targets that were there before it, where there are enough of them. Targets that come and go now and then do not count.
const INTERVALS: [&str; 3] = [
    "600 / (quantile(0.1, count_over_time(up[10m]) and up offset 10m) >= 4)",
    "60 / (quantile(0.1, count_over_time(up[1m]) and up offset 1m) >= 3)",
    "20 / (quantile(0.1, count_over_time(up[20s]) and up offset 20s) >= 4)",
];

/// What Prometheus does where nobody tells it otherwise is to scrape every minute; nearly everybody tells it, and 15 s is usual.
const DEFAULT_INTERVAL_MS: i64 = 15_000;

/// Intervals that people choose, in milliseconds. A scrape more or less in a stretch of time makes none of another.
const USUAL_MS: [i64; 12] =
    [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000];

/// How a server is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pulse {
    /// When the newest scrape was, in milliseconds since the Unix epoch; the present where nothing is scraped.
    pub(crate) newest_ms: i64,
    /// The time between two scrapes, in milliseconds, where it was asked for and is known.
    pub(crate) interval_ms: Option<i64>,
}

impl ServerSource {
    /// Asks how the server is, and how often it scrapes unless that is known.
    ///
    /// # Errors
    /// Where it does not answer; the failure says at which stage.
    pub(crate) async fn pulse(&self, is_interval_known: bool) -> Result<Pulse, ScrapeFailure> {
        self.feel(is_interval_known).await.map_err(AskError::into_scrape_failure)
    }

    async fn feel(&self, is_interval_known: bool) -> Result<Pulse, AskError> {
        let newest = number(self.instant_at(NEWEST, self.config.at_ms).await?.value);
        let newest_ms = newest.map_or(0, ms);
        let mut interval_ms = None;
        for query in INTERVALS.iter().filter(|_| !is_interval_known) {
            let found = number(self.instant_at(query, self.config.at_ms).await?.value);
            interval_ms = interval_ms.or(found.map(ms).map(usual_ms));
            if interval_ms.is_some() {
                break;
            }
        }
        Ok(Pulse { newest_ms: self.config.at_ms.unwrap_or(newest_ms), interval_ms })
    }

    /// The interval that holds until another one is known, in milliseconds.
    pub(crate) fn first_interval_ms(&self) -> i64 {
        self.config.interval_ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or(DEFAULT_INTERVAL_MS)
    }

    /// Whether nobody has to ask how often the server scrapes.
    pub(crate) fn has_interval(&self) -> bool {
        self.config.interval_ms.is_some()
    }
}

/// The one number of an answer.
fn number(value: QueryValue) -> Option<f64> {
    let number = match value {
        QueryValue::Scalar(sample) => sample.value,
        QueryValue::Vector(samples) => samples.first()?.sample.value,
        QueryValue::String(_) | QueryValue::Matrix(_) => return None,
    };
    number.is_finite().then_some(number)
}

#[expect(clippy::cast_possible_truncation, reason = "the number lies within the range of 53 bits")]
fn ms(seconds: f64) -> i64 {
    (seconds * 1_000.0).round().clamp(-9.0e15, 9.0e15) as i64
}

/// The usual interval that a measured one is meant to be; others in whole seconds.
fn usual_ms(measured_ms: i64) -> i64 {
    let is_near = |usual_ms: &&i64| (measured_ms - **usual_ms).abs() * 8 <= **usual_ms;
    let nearest = USUAL_MS.iter().filter(is_near).min_by_key(|usual_ms| (measured_ms - **usual_ms).abs());
    nearest.copied().unwrap_or_else(|| (measured_ms.saturating_add(999) / 1_000 * 1_000).max(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measured_interval_is_the_usual_one_beside_it() {
        #[track_caller]
        fn check(measured_ms: i64, expect_ms: i64) {
            assert_eq!(usual_ms(measured_ms), expect_ms, "{measured_ms}");
        }
        // 600 s hold 39 to 41 scrapes at 15 s.
        check(600_000 / 39, 15_000);
        check(600_000 / 41, 15_000);
        check(1_002, 1_000);
        check(200, 200);
        check(7_050, 8_000);
        check(45_000, 45_000);
        check(66_666, 60_000);
        check(200_000, 200_000);
        check(0, 100);
    }
}
