//! Summaries with quantiles over a sliding window.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use sketches_ddsketch::{Config, DDSketch};

use super::rejected::Rejections;
use super::{Metric, Moment, Rejected};
use crate::exposition::encode::{LabelPairs, SummaryValue, Visitor};
use crate::model::MetricType;

/// Into how many parts the window is cut; it slides by one of them at a time.
const SLICES: usize = 5;

/// By how much of itself a quantile may be off.
const RELATIVE_ERROR: f64 = 0.01;
/// How many bins a slice has at most, 8 bytes each: at this error they span 17 powers of ten.
const MAX_BINS: u32 = 2048;
/// What is nearer to zero counts as zero.
const SMALLEST: f64 = 1e-9;

/// The count and sum of observations, and quantiles of the latest ones.
///
/// A quantile is within 1 % of the observation of the nearest rank in the window (that of 0.9 among 1, 2 and 4 is 4),
/// whatever their distribution, as long as they span no more than 17 powers of ten; beyond that the lowest become less exact. Magnitudes below 10⁻⁹ count as
/// zero. The window slides in steps of a fifth: it holds the last 80 to 100 % of the age that was asked for. One without
/// observations has quantiles of NaN.
///
/// Method: a DDSketch for each fifth, merged when shown (C. Masson, J. Rim, H. Lee, "DDSketch: a fast and fully-mergeable
/// quantile sketch with relative-error guarantees", VLDB 2019). Quantiles cannot be added up across processes: where that
/// is wanted, use a [`Histogram`](super::Histogram).
///
/// A value that is not finite is refused and counted (see [`Rejected`]).
///
/// ```
/// use p95_core::instrument::Summary;
///
/// let summary = Summary::new([0.5, 0.99], 60_000);
/// let now_ms = 1_700_000_000_000;
/// (1..=100).for_each(|value| summary.observe(f64::from(value), now_ms));
/// let median = summary.quantile(0.5, now_ms).unwrap();
/// assert!((49.5..=51.0).contains(&median));
/// assert_eq!(summary.quantile(0.5, now_ms + 60_000), None);
/// ```
#[derive(Clone, Debug)]
pub struct Summary(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    quantiles: Box<[f64]>,
    max_age_ms: i64,
    state: Mutex<State>,
    rejections: Rejections,
}

#[derive(Debug, Default)]
struct State {
    count: u64,
    sum: f64,
    /// Oldest first.
    slices: VecDeque<Slice>,
}

struct Slice {
    start_ms: i64,
    sketch: DDSketch,
}

impl Summary {
    /// A summary with these quantiles, each from 0 to 1, over the last `max_age_ms` milliseconds.
    ///
    /// What is not from 0 to 1 is left out; without quantiles there is a count and a sum.
    pub fn new(quantiles: impl IntoIterator<Item = f64>, max_age_ms: i64) -> Self {
        let mut quantiles: Vec<f64> = quantiles
            .into_iter()
            .filter(|quantile| (0.0..=1.0).contains(quantile))
            .map(|q| q + 0.0)
            .collect();
        quantiles.sort_by(f64::total_cmp);
        quantiles.dedup();
        Self(Arc::new(Parts {
            quantiles: quantiles.into(),
            max_age_ms: max_age_ms.max(1),
            state: Mutex::default(),
            rejections: Rejections::default(),
        }))
    }

    /// Counts an observation that was made at `now_ms`, milliseconds since the Unix epoch.
    pub fn observe(&self, value: f64, now_ms: i64) {
        if !value.is_finite() {
            return self.0.rejections.not_finite(value);
        }
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.count += 1;
        state.sum += value;
        if !self.0.quantiles.is_empty() {
            state.slice_at(now_ms, self.0.max_age_ms).sketch.add(value);
        }
    }

    /// A quantile of the window at `now_ms`. `None` where the window is empty or `quantile` is not from 0 to 1.
    pub fn quantile(&self, quantile: f64, now_ms: i64) -> Option<f64> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        quantile_of(&state.window(now_ms, self.0.max_age_ms), quantile)
    }
}

impl State {
    /// The slice that `now_ms` falls into; those that have left the window go.
    fn slice_at(&mut self, now_ms: i64, max_age_ms: i64) -> &mut Slice {
        let length_ms = (max_age_ms / SLICES as i64).max(1);
        self.slices.retain(|slice| is_within(slice, now_ms, max_age_ms));
        let is_current = |slice: &Slice| now_ms.saturating_sub(slice.start_ms) < length_ms;
        match self.slices.pop_back() {
            Some(slice) if is_current(&slice) => self.slices.push_back(slice),
            older => {
                self.slices.extend(older);
                self.slices.push_back(Slice { start_ms: now_ms, sketch: new_sketch() });
            }
        }
        let last = self.slices.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "both arms above push a slice")]
        &mut self.slices[last]
    }

    /// All observations of the window.
    fn window(&self, now_ms: i64, max_age_ms: i64) -> DDSketch {
        let mut all = new_sketch();
        for slice in self.slices.iter().filter(|slice| is_within(slice, now_ms, max_age_ms)) {
            // All sketches have the same configuration, so this cannot fail.
            let _ = all.merge(&slice.sketch);
        }
        all
    }
}

/// Whether a slice belongs to the window. Where the clock was set back, those from the future do not.
fn is_within(slice: &Slice, now_ms: i64, max_age_ms: i64) -> bool {
    (0..max_age_ms).contains(&now_ms.saturating_sub(slice.start_ms))
}

fn new_sketch() -> DDSketch {
    DDSketch::new(Config::new(RELATIVE_ERROR, MAX_BINS, SMALLEST))
}

/// The nearest rank: the least observation that no fewer than this share of all are at most. A bin's middle stands for
/// it, kept between the least and the greatest observation.
fn quantile_of(sketch: &DDSketch, quantile: f64) -> Option<f64> {
    let (count, is_quantile) = (sketch.count(), (0.0..=1.0).contains(&quantile));
    if count == 0 || !is_quantile {
        return None;
    }
    // What a product of floats is too much, `0.07 * 100` for one, is no rank more.
    let rank = (quantile * count as f64 * (1.0 - 4.0 * f64::EPSILON)).ceil() as usize;
    // The sketch takes the observation at `share * (count - 1)`, counted from zero and rounded down.
    let at = rank.saturating_sub(1);
    let share = match at {
        0 => 0.0,
        at if at + 1 >= count => 1.0,
        at => (at as f64 + 0.5) / (count - 1) as f64,
    };
    let value = sketch.quantile(share).ok()??;
    Some(value.clamp(sketch.min()?, sketch.max()?))
}

impl Metric for Summary {
    const TYPE: MetricType = MetricType::Summary;

    fn visit(&self, labels: LabelPairs<'_>, moment: Moment, visitor: &mut dyn Visitor) {
        let (count, sum, window) = {
            let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            (state.count, state.sum, state.window(moment.now_ms, self.0.max_age_ms))
        };
        let value_at = |quantile| quantile_of(&window, quantile).unwrap_or(f64::NAN);
        let quantiles: Vec<(f64, f64)> =
            self.0.quantiles.iter().map(|quantile| (*quantile, value_at(*quantile))).collect();
        let value = SummaryValue {
            quantiles: &quantiles,
            sum: Some(sum),
            count: Some(count as f64),
            created_ms: moment.created_ms,
        };
        visitor.summary(labels, &value);
    }

    fn activity(&self) -> u64 {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).count
    }

    fn rejected(&self) -> Rejected {
        self.0.rejections.get()
    }
}

impl std::fmt::Debug for Slice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slice")
            .field("start_ms", &self.start_ms)
            .field("count", &self.sketch.count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposition::encode::{Encoder, Format};

    #[test]
    fn quantiles_are_within_one_percent() {
        #[track_caller]
        fn check(values: impl Iterator<Item = f64>, quantile: f64) {
            let summary = Summary::new([quantile], 1_000);
            let mut sorted: Vec<f64> = values.inspect(|value| summary.observe(*value, 0)).collect();
            sorted.sort_by(f64::total_cmp);
            let at_most = |value: f64| sorted.partition_point(|other| *other <= value);
            let is_enough = |value: &&f64| at_most(**value) as f64 >= quantile * sorted.len() as f64 - 1e-6;
            let (found, expect) =
                (summary.quantile(quantile, 0).unwrap(), *sorted.iter().find(is_enough).unwrap());
            assert!((found - expect).abs() <= 0.010_001 * expect.abs(), "{found}, not {expect}");
        }
        for quantile in [0.0, 0.01, 0.07, 0.5, 0.9, 0.99, 0.999, 1.0] {
            check([1.0, 2.0, 4.0].into_iter(), quantile);
            check((1..=100).map(f64::from), quantile);
            check((1..=10_000).map(f64::from), quantile);
            check((1..=10_000).map(|at| 1e-6 * 1.002_f64.powi(at)), quantile);
            check((-5_000..=5_000).map(|at| f64::from(at).powi(3)), quantile);
            check((0..1_000).map(|at| if at < 990 { 0.01 } else { 30.0 }), quantile);
            check(std::iter::once(7.0), quantile);
        }
    }

    #[test]
    fn the_nearest_rank() {
        #[track_caller]
        fn check(quantile: f64, expect: f64) {
            let summary = Summary::new([quantile], 1_000);
            [1.0, 2.0, 4.0].iter().for_each(|value| summary.observe(*value, 0));
            let found = summary.quantile(quantile, 0).unwrap();
            assert!((found - expect).abs() <= 0.01 * expect, "{quantile}: {found}");
        }
        check(0.0, 1.0);
        check(0.33, 1.0);
        check(0.34, 2.0);
        check(0.5, 2.0);
        check(0.67, 4.0);
        check(0.9, 4.0);
        check(1.0, 4.0);
    }

    #[test]
    fn the_window_slides_and_the_count_stays() {
        let summary = Summary::new([0.5, 2.0], 1_000);
        summary.observe(9.0, 0);
        summary.observe(1.0, 600);
        #[track_caller]
        fn check(summary: &Summary, now_ms: i64, expect: &str) {
            let mut encoder = Encoder::new(Format::Text);
            summary.visit(&[], Moment { now_ms, created_ms: None }, &mut encoder);
            assert_eq!(encoder.finish(), expect);
        }
        check(&summary, 1_000, "{quantile=\"0.5\"} 1.0\n_count 2\n_sum 10.0\n");
        check(&summary, 5_000, "{quantile=\"0.5\"} NaN\n_count 2\n_sum 10.0\n");
    }

    #[test]
    fn a_clock_that_is_set_back_starts_the_window_anew() {
        let summary = Summary::new([0.5], 1_000);
        summary.observe(9.0, 1_000_000);
        summary.observe(1.0, 5_000);
        assert_eq!(summary.quantile(0.5, 5_100), Some(1.0));
        assert_eq!(summary.quantile(0.5, 7_000), None);
    }

    #[test]
    fn memory_is_bounded() {
        let summary = Summary::new([0.5], 1_000);
        for at in 0..100_000 {
            summary.observe(f64::from(at) * 1e3_f64.powi(at % 60 - 30), i64::from(at));
        }
        let state = summary.0.state.lock().unwrap();
        assert!(state.slices.len() <= SLICES + 1);
        assert!(state.slices.iter().all(|slice| slice.sketch.length() <= 2 * MAX_BINS as usize));
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        let summary = Summary::new([0.5], 1_000);
        [f64::NAN, f64::INFINITY].iter().for_each(|value| summary.observe(*value, 0));
        assert_eq!(summary.quantile(0.5, 0), None);
        assert_eq!(summary.rejected(), Rejected { nan: 1, infinite: 1, ..Rejected::default() });
    }
}
