//! From points to what is drawn of them: cut at gaps, and thinned to what a screen can show.

use std::ops::Range;

/// Beyond this, sums and differences of values are no numbers any more.
const MAX_DRAWN: f64 = 1e300;

/// So many points in a column of pixels are few.
const FEW: usize = 4;
/// So many numbers are compared side by side.
const LANES: usize = 4;

/// Whether a value has a place in a chart: NaN, the infinite and what comes near it have none.
pub(super) fn is_drawable(value: f64) -> bool {
    value.abs() <= MAX_DRAWN
}

/// The points of a series, in columns of equal length.
#[derive(Clone, Copy)]
pub(super) struct Points<'a> {
    /// Ascending, in milliseconds.
    pub(super) times_ms: &'a [i64],
    pub(super) values: &'a [f64],
}

impl<'a> Points<'a> {
    /// The points within a stretch of time, and one on either side, so that lines reach the edges.
    pub(super) fn within(self, start_ms: i64, end_ms: i64) -> Self {
        let from = self.times_ms.partition_point(|time_ms| *time_ms < start_ms).saturating_sub(1);
        let to = self.times_ms.partition_point(|time_ms| *time_ms <= end_ms).saturating_add(1);
        self.slice(from..to.min(self.times_ms.len()))
    }

    /// The longest stretches without a gap. A gap is more than one and a half steps, or a value that cannot be drawn.
    pub(super) fn runs(self, step_ms: i64) -> Vec<Points<'a>> {
        let longest_ms = step_ms.saturating_add(step_ms / 2);
        if self.is_whole(step_ms, longest_ms) {
            return vec![self];
        }
        let mut runs = Vec::new();
        let mut start = 0;
        let mut last_ms: Option<i64> = None;
        for (at, (time_ms, value)) in self.times_ms.iter().zip(self.values).enumerate() {
            let is_drawable = is_drawable(*value);
            let continues = last_ms.is_some_and(|last_ms| time_ms.saturating_sub(last_ms) <= longest_ms);
            if !is_drawable || !continues {
                if last_ms.is_some() {
                    runs.push(self.slice(start..at));
                }
                start = at;
            }
            last_ms = is_drawable.then_some(*time_ms);
        }
        if last_ms.is_some() {
            runs.push(self.slice(start..self.times_ms.len()));
        }
        runs
    }

    /// Whether it is plain that there is no gap: as many points as there are steps, all but the last one a step or more apart.
    /// Most lines are like that, and long ones are looked at quickly so.
    fn is_whole(self, step_ms: i64, longest_ms: i64) -> bool {
        let [first_ms, .., before_ms, last_ms] = self.times_ms else { return false };
        let gaps = i64::try_from(self.times_ms.len() - 2).unwrap_or(i64::MAX);
        before_ms - first_ms == gaps.saturating_mul(step_ms)
            && last_ms - before_ms <= longest_ms
            // In blocks without a way out, which a processor does several at a time.
            && self.values.chunks(64).all(|block| block.iter().fold(true, |all, value| all & is_drawable(*value)))
    }

    /// The points that matter, where columns of pixels are so wide in time: of few points in a column its first, lowest, highest
    /// and last one, in order, so that the line covers the same pixels; of many the lowest and the highest, between which it
    /// runs up and down anyway. No spike is lost, nor where the line begins and ends.
    pub(super) fn thinned(self, column_ms: i64) -> Vec<(i64, f64)> {
        let mut thinned = Vec::new();
        let mut rest = self;
        while let Some(first_ms) = rest.times_ms.first() {
            // Columns begin at absolute times: what shares one now still does when the chart has moved on.
            let end_ms = (first_ms.div_euclid(column_ms) + 1).saturating_mul(column_ms);
            let (column, others) = rest.split_before(end_ms);
            let is_end = thinned.is_empty() || others.times_ms.is_empty();
            column.write(column.values.len() <= FEW || is_end, &mut thinned);
            rest = others;
        }
        thinned
    }

    /// Writes the points of a column that matter; its first and last one where it is to have its `ends`.
    fn write(self, ends: bool, out: &mut Vec<(i64, f64)>) {
        let Some(Extremes { low, high }) = Extremes::of(self.values) else { return };
        let (earlier, later) = (low.min(high), low.max(high));
        let (first, last) = if ends { (0, self.values.len() - 1) } else { (earlier, later) };
        let mut from = 0;
        for place in [first, earlier, later, last] {
            if place >= from {
                out.extend(self.times_ms.get(place).copied().zip(self.values.get(place).copied()));
                from = place + 1;
            }
        }
    }

    /// The points before a time, and the others.
    fn split_before(self, time_ms: i64) -> (Self, Self) {
        // In doubling steps: it is near.
        let mut reach = 1;
        while self.times_ms.get(reach).is_some_and(|other_ms| *other_ms < time_ms) {
            reach *= 2;
        }
        let within = self.times_ms.get(..reach).unwrap_or(self.times_ms);
        let at = within.partition_point(|other_ms| *other_ms < time_ms);
        (self.slice(0..at), self.slice(at..self.times_ms.len()))
    }

    fn slice(self, range: Range<usize>) -> Self {
        Self {
            times_ms: self.times_ms.get(range.clone()).unwrap_or_default(),
            values: self.values.get(range).unwrap_or_default(),
        }
    }
}

/// Where the first of the lowest and the first of the highest values stand.
struct Extremes {
    low: usize,
    high: usize,
}

impl Extremes {
    /// Those of numbers; `None` where there are none.
    fn of(values: &[f64]) -> Option<Self> {
        // Side by side, which a processor does at once.
        let (mut lows, mut highs) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        let (blocks, rest) = values.as_chunks::<LANES>();
        for block in blocks {
            for ((low, high), value) in lows.iter_mut().zip(&mut highs).zip(block) {
                *low = if *value < *low { *value } else { *low };
                *high = if *value > *high { *value } else { *high };
            }
        }
        let low = lows.iter().chain(rest).copied().fold(f64::INFINITY, f64::min);
        let high = highs.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Self {
            low: values.iter().position(|value| *value == low)?,
            high: values.iter().position(|value| *value == high)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_numbers_that_cannot_be_drawn_cut_a_line() {
        #[track_caller]
        fn check(points: &[(i64, f64)], expect: &[usize]) {
            let (times_ms, values): (Vec<i64>, Vec<f64>) = points.iter().copied().unzip();
            let runs = Points { times_ms: &times_ms, values: &values }.runs(1_000);
            assert_eq!(Vec::from_iter(runs.iter().map(|run| run.values.len())), expect, "{points:?}");
            assert!(runs.iter().all(|run| run.values.iter().all(|value| value.is_finite())));
        }
        check(&[(0, 1.0), (1_000, 2.0), (2_000, 3.0)], &[3]);
        check(&[(0, 1.0), (1_000, 2.0), (4_000, 3.0)], &[2, 1]);
        check(&[(0, 1.0), (1_000, f64::NAN), (2_000, 3.0), (3_000, 4.0)], &[1, 2]);
        check(&[(0, f64::INFINITY), (1_000, 1.0)], &[1]);
        check(&[(0, 1.0), (1_000, f64::NEG_INFINITY)], &[1]);
        check(&[(0, 1.0), (1_000, f64::MAX), (2_000, f64::MIN)], &[1]);
        check(&[(0, f64::NAN), (1_000, f64::NAN)], &[]);
        check(&[], &[]);
    }

    #[test]
    fn a_column_keeps_its_ends_and_extremes() {
        #[track_caller]
        fn check(values: &[f64], per_column: i64, expect: &[i64]) {
            let times_ms = Vec::from_iter((0..).take(values.len()));
            let points = Points { times_ms: &times_ms, values };
            let thinned = points.thinned(per_column);
            assert_eq!(Vec::from_iter(thinned.iter().map(|(time_ms, _)| *time_ms)), expect);
        }
        check(&[1.0, 2.0, 3.0], 1, &[0, 1, 2]);
        check(&[5.0, 1.0, 9.0, 5.0], 4, &[0, 1, 2, 3]);
        check(&[5.0, 1.0, 9.0, 5.0, 5.0], 5, &[0, 1, 2, 4]);
        check(&[5.0, 9.0, 5.0, 1.0, 5.0], 5, &[0, 1, 3, 4]);
        check(&[5.0, 5.0, 5.0, 5.0], 4, &[0, 3]);
        check(&[1.0, 2.0, 3.0, 4.0], 2, &[0, 1, 2, 3]);
        check(&[], 2, &[]);
        // Columns of many points have their extremes alone, but for the line's ends.
        let wave = Vec::from_iter((0..40).map(|at| f64::from((at * 7) % 10)));
        check(&wave, 10, &[0, 7, 9, 10, 17, 20, 27, 30, 37, 39]);
        check(&[1.0; 40], 10, &[0, 9, 10, 20, 30, 39]);
    }

    #[test]
    fn one_point_beyond_each_edge_is_kept() {
        let times_ms = [0, 10, 20, 30, 40];
        let values = [0.0, 1.0, 2.0, 3.0, 4.0];
        let points = Points { times_ms: &times_ms, values: &values };
        assert_eq!(points.within(15, 25).values, [1.0, 2.0, 3.0]);
        assert_eq!(points.within(-9, 99).values, values);
        assert_eq!(points.within(50, 60).values, [4.0]);
    }
}
