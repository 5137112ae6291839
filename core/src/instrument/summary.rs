//! Summaries with quantiles over a sliding window.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::Metric;
use crate::exposition::encode::{LabelPairs, SummaryValue, Visitor};
use crate::model::MetricType;

/// How many observations the window holds at most, 16 bytes each.
const MAX_OBSERVATIONS: usize = 2_048;

/// The count and sum of observations, and quantiles of the latest ones.
///
/// Quantiles are exact over the window: the observations that are younger than the given age, the latest 2,048 of them
/// where there are more. A window without observations has quantiles of NaN.
#[derive(Clone, Debug)]
pub struct Summary(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    quantiles: Box<[f64]>,
    max_age_ms: i64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    count: u64,
    sum: f64,
    /// Times and values, in order of arrival.
    window: VecDeque<(i64, f64)>,
}

impl Summary {
    /// A summary with these quantiles, each from 0 to 1, over the last `max_age_ms` milliseconds.
    ///
    /// What is not from 0 to 1 is left out; without quantiles there is a count and a sum.
    pub fn new(quantiles: impl IntoIterator<Item = f64>, max_age_ms: i64) -> Self {
        let mut quantiles: Vec<f64> =
            quantiles.into_iter().filter(|quantile| (0.0..=1.0).contains(quantile)).collect();
        quantiles.sort_by(f64::total_cmp);
        quantiles.dedup();
        Self(Arc::new(Parts { quantiles: quantiles.into(), max_age_ms, state: Mutex::default() }))
    }

    /// Counts an observation that was made at `now_ms`, milliseconds since the Unix epoch.
    pub fn observe(&self, value: f64, now_ms: i64) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.count += 1;
        state.sum += value;
        if !self.0.quantiles.is_empty() {
            state.expire(now_ms, self.0.max_age_ms);
            if state.window.len() >= MAX_OBSERVATIONS {
                state.window.pop_front();
            }
            state.window.push_back((now_ms, value));
        }
    }
}

impl State {
    /// Drops what is as old as `max_age_ms` or older.
    fn expire(&mut self, now_ms: i64, max_age_ms: i64) {
        while self.window.front().is_some_and(|(at_ms, _)| now_ms.saturating_sub(*at_ms) >= max_age_ms) {
            self.window.pop_front();
        }
    }
}

impl Metric for Summary {
    const TYPE: MetricType = MetricType::Summary;

    fn visit(&self, labels: LabelPairs<'_>, now_ms: i64, visitor: &mut dyn Visitor) {
        let (count, sum, mut window) = {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.expire(now_ms, self.0.max_age_ms);
            let values: Vec<f64> = state.window.iter().map(|(_, value)| *value).collect();
            (state.count, state.sum, values)
        };
        window.sort_by(f64::total_cmp);
        let quantiles: Vec<(f64, f64)> =
            self.0.quantiles.iter().map(|quantile| (*quantile, nearest_rank(&window, *quantile))).collect();
        visitor.summary(labels, &SummaryValue { quantiles: &quantiles, count, sum, created_ms: None });
    }
}

/// The smallest value that at least the share `quantile` of `sorted` does not exceed; NaN where there is none.
fn nearest_rank(sorted: &[f64], quantile: f64) -> f64 {
    let rank = (quantile * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposition::encode::{Encoder, Format};

    #[test]
    fn quantiles_are_the_nearest_rank() {
        #[track_caller]
        fn check(sorted: &[f64], quantile: f64, expect: f64) {
            let found = nearest_rank(sorted, quantile);
            assert!(found == expect || (found.is_nan() && expect.is_nan()), "{found}");
        }
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        check(&hundred, 0.5, 50.0);
        check(&hundred, 0.95, 95.0);
        check(&hundred, 1.0, 100.0);
        check(&hundred, 0.0, 1.0);
        check(&[7.0], 0.99, 7.0);
        check(&[], 0.5, f64::NAN);
    }

    #[test]
    fn the_window_slides_and_the_count_stays() {
        let summary = Summary::new([0.5, 2.0], 1_000);
        summary.observe(9.0, 0);
        summary.observe(1.0, 600);
        #[track_caller]
        fn check(summary: &Summary, now_ms: i64, expect: &str) {
            let mut encoder = Encoder::new(Format::Text);
            summary.visit(&[], now_ms, &mut encoder);
            assert_eq!(encoder.finish(), expect);
        }
        check(&summary, 1_000, "{quantile=\"0.5\"} 1.0\n_count 2\n_sum 10.0\n");
        check(&summary, 5_000, "{quantile=\"0.5\"} NaN\n_count 2\n_sum 10.0\n");
    }

    #[test]
    fn the_window_is_bounded() {
        let summary = Summary::new([0.5], i64::MAX);
        for at in 0..3 * MAX_OBSERVATIONS {
            summary.observe(at as f64, 0);
        }
        assert_eq!(summary.0.state.lock().unwrap().window.len(), MAX_OBSERVATIONS);
    }
}
