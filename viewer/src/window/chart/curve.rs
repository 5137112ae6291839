//! From points to what is drawn of them: cut at gaps, and thinned to what a screen can show.

use std::ops::Range;

/// Beyond this, sums and differences of values are no numbers any more.
const MAX_DRAWN: f64 = 1e300;

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

    /// The points that matter: where many share a column of pixels, its first, lowest, highest and last one, in order. A line
    /// through them covers the same pixels, and no spike is lost. `column` says where a time lies, and ascends.
    pub(super) fn thinned(self, column: impl Fn(i64) -> i64) -> Vec<(i64, f64)> {
        let mut points = self.times_ms.iter().copied().zip(self.values.iter().copied());
        let mut thinned = Vec::new();
        let Some(first) = points.next() else { return thinned };
        let mut group = Group::of(first, column(first.0));
        for point in points {
            let place = column(point.0);
            if place == group.column {
                group.add(point);
            } else {
                group.write(&mut thinned);
                group = Group::of(point, place);
            }
        }
        group.write(&mut thinned);
        thinned
    }

    fn slice(self, range: Range<usize>) -> Self {
        Self {
            times_ms: self.times_ms.get(range.clone()).unwrap_or_default(),
            values: self.values.get(range).unwrap_or_default(),
        }
    }
}

/// The points of one column of pixels.
struct Group {
    column: i64,
    first: (i64, f64),
    low: (i64, f64),
    high: (i64, f64),
    last: (i64, f64),
}

impl Group {
    fn of(point: (i64, f64), column: i64) -> Self {
        Self { column, first: point, low: point, high: point, last: point }
    }

    fn add(&mut self, point: (i64, f64)) {
        if point.1 < self.low.1 {
            self.low = point;
        }
        if point.1 > self.high.1 {
            self.high = point;
        }
        self.last = point;
    }

    fn write(&self, out: &mut Vec<(i64, f64)>) {
        let (earlier, later) =
            if self.low.0 <= self.high.0 { (self.low, self.high) } else { (self.high, self.low) };
        out.push(self.first);
        for point in [earlier, later, self.last] {
            if out.last().is_some_and(|last| last.0 < point.0) {
                out.push(point);
            }
        }
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
            let thinned = points.thinned(|time_ms| time_ms / per_column);
            assert_eq!(Vec::from_iter(thinned.iter().map(|(time_ms, _)| *time_ms)), expect);
        }
        check(&[1.0, 2.0, 3.0], 1, &[0, 1, 2]);
        check(&[5.0, 1.0, 9.0, 5.0, 5.0], 5, &[0, 1, 2, 4]);
        check(&[5.0, 9.0, 5.0, 1.0, 5.0], 5, &[0, 1, 3, 4]);
        check(&[5.0, 5.0, 5.0, 5.0], 4, &[0, 3]);
        check(&[1.0, 2.0, 3.0, 4.0], 2, &[0, 1, 2, 3]);
        check(&[], 2, &[]);
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
