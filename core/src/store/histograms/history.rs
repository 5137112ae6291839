//! All histograms of a series.

use super::chunk::HistogramChunk;
use super::open::OpenHistograms;
use crate::model::select::TimeRange;
use crate::model::{HistogramSample, NativeHistogram};

/// The histograms of a series, in order of time; at least one.
#[derive(Debug)]
pub(in crate::store) struct Histograms {
    /// Full chunks, oldest first.
    chunks: Vec<HistogramChunk>,
    open: Option<OpenHistograms>,
}

impl Histograms {
    /// No histograms yet.
    pub(in crate::store) fn empty() -> Self {
        Self { chunks: Vec::new(), open: None }
    }

    /// Appends a histogram that is later than all before it. `follows_histogram` says whether the sample before it is one
    /// too: a number between two histograms breaks their chain.
    pub(in crate::store) fn append(
        &mut self,
        timestamp_ms: i64,
        histogram: &NativeHistogram,
        follows_histogram: bool,
    ) {
        let previous = self.open.as_ref().filter(|_| follows_histogram).map(OpenHistograms::last);
        let hint = histogram.hint_after(previous.as_ref());
        let appended = self.open.as_mut().is_some_and(|open| open.append(timestamp_ms, histogram, hint));
        if !appended {
            let next = OpenHistograms::new(timestamp_ms, histogram, hint);
            self.chunks.extend(self.open.replace(next).map(OpenHistograms::seal));
        }
    }

    /// The last histogram.
    pub(in crate::store) fn last(&self) -> Option<NativeHistogram> {
        self.open.as_ref().map(OpenHistograms::last)
    }

    /// The time of the first histogram, in milliseconds since the Unix epoch.
    pub(in crate::store) fn first_ms(&self) -> Option<i64> {
        let sealed = self.chunks.first().map(|chunk| chunk.header.start_ms);
        sealed.or(self.open.as_ref().map(OpenHistograms::start_ms))
    }

    /// The time of the last histogram, in milliseconds since the Unix epoch.
    pub(in crate::store) fn last_ms(&self) -> Option<i64> {
        self.open.as_ref().map(OpenHistograms::last_ms)
    }

    /// The number of histograms.
    pub(in crate::store) fn count(&self) -> u64 {
        let sealed: u64 = self.chunks.iter().map(|chunk| u64::from(chunk.count)).sum();
        sealed + self.open.as_ref().map_or(0, |open| u64::from(open.count()))
    }

    /// The histograms in `range`, in order of time; no more than `limit` and one.
    pub(in crate::store) fn within(&self, range: TimeRange, limit: usize) -> Vec<HistogramSample> {
        let before = self.chunks.partition_point(|chunk| chunk.end_ms < range.start_ms);
        let sealed = self.chunks.iter().skip(before).flat_map(HistogramChunk::iter);
        sealed
            .chain(self.open.iter().flat_map(OpenHistograms::iter))
            .skip_while(|sample| sample.timestamp_ms < range.start_ms)
            .take_while(|sample| sample.timestamp_ms <= range.end_ms)
            .take(limit.saturating_add(1))
            .collect()
    }

    /// Time and heap of each chunk, oldest first.
    pub(in crate::store) fn ends(&self) -> impl Iterator<Item = (i64, usize)> {
        let sealed = self.chunks.iter().map(|chunk| (chunk.end_ms, chunk.heap_bytes()));
        sealed.chain(self.open.iter().map(|open| (open.last_ms(), open.heap_bytes())))
    }

    /// Drops the chunks that ended before `before_ms`.
    pub(in crate::store) fn drop_before(&mut self, before_ms: i64) {
        let ended = self.chunks.partition_point(|chunk| chunk.end_ms < before_ms);
        self.chunks.drain(..ended);
        self.chunks.shrink_to(self.chunks.len() * 2);
        self.open.take_if(|open| open.last_ms() < before_ms);
    }

    /// What the histograms take on the heap.
    pub(in crate::store) fn heap_bytes(&self) -> usize {
        size_of::<Self>() + self.ends().map(|(_, bytes)| bytes).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::STALE_NAN;
    use crate::model::histogram::{Bucket, ResetHint};

    const ALWAYS: TimeRange = TimeRange { start_ms: i64::MIN, end_ms: i64::MAX };

    /// Buckets with these indexes and counts, as many observations, and their sum.
    fn histogram(buckets: &[(i32, f64)]) -> NativeHistogram {
        let positive: Vec<_> =
            buckets.iter().map(|(index, count)| Bucket { index: *index, count: *count }).collect();
        let count = positive.iter().map(|bucket| bucket.count).sum();
        NativeHistogram {
            schema: 3,
            zero_threshold: 1e-128,
            count,
            sum: count * 0.7,
            positive,
            ..Default::default()
        }
    }

    /// Appends the histograms a second apart and expects them back with these hints; returns the bytes they take.
    #[track_caller]
    fn round_trip(histograms: &[NativeHistogram], hints: &[ResetHint]) -> usize {
        let mut history = Histograms::empty();
        for (second, histogram) in (0..).zip(histograms) {
            history.append(second * 1000, histogram, true);
        }
        let found = history.within(ALWAYS, usize::MAX);
        assert_eq!((found.len(), history.count()), (histograms.len(), histograms.len() as u64));
        for ((second, expect), found) in (0..).zip(histograms).zip(&found) {
            assert_eq!(found.timestamp_ms, second * 1000);
            assert!(
                found.histogram.holds_same(&expect.clone().compacted()),
                "{second}: {:?}",
                found.histogram
            );
        }
        for (found, hint) in found.iter().zip(hints) {
            assert_eq!(found.histogram.reset_hint, *hint);
        }
        history.heap_bytes()
    }

    #[test]
    fn all_histograms_come_back() {
        use ResetHint::{Gauge, NotReset, Unknown};
        let wide = |base: NativeHistogram| NativeHistogram { zero_threshold: 1.0, zero_count: 3.0, ..base };
        let one = histogram(&[(0, 1.0), (2, 5.0)]);
        let negative = NativeHistogram { negative: histogram(&[(-3, 2.0)]).positive, ..one.clone() };
        round_trip(&[one.clone(), histogram(&[(0, 2.0), (2, 5.0)])], &[Unknown, NotReset]);
        // A bucket comes up before, between, behind.
        round_trip(
            &[one.clone(), histogram(&[(-7, 1.0), (0, 1.0), (1, 2.0), (2, 5.0), (90, 1.0)])],
            &[Unknown, NotReset],
        );
        round_trip(&[one.clone(), negative.clone(), negative], &[Unknown, NotReset, NotReset]);
        round_trip(&[one.clone(), histogram(&[(0, 2.0), (2, 4.0)])], &[Unknown, Unknown]);
        round_trip(&[one.clone(), wide(one.clone())], &[Unknown, Unknown]);
        round_trip(
            &[one.clone(), histogram(&[(0, 1.5), (2, 5.25)]), one.clone()],
            &[Unknown, NotReset, Unknown],
        );
        let gauge = one.clone().with_hint(Gauge);
        round_trip(&[gauge.clone(), histogram(&[]).with_hint(Gauge), gauge], &[Gauge; 3]);
        let stale = NativeHistogram { sum: STALE_NAN, ..histogram(&[]) };
        round_trip(&[one.clone(), stale, one], &[Unknown; 3]);
        let custom = NativeHistogram {
            schema: NativeHistogram::CUSTOM_BUCKETS,
            custom_bounds: vec![0.5, 1.0],
            sum: f64::NEG_INFINITY,
            ..histogram(&[(0, 1e18), (2, f64::INFINITY)])
        };
        round_trip(&[custom.clone(), custom], &[Unknown, NotReset]);
    }

    #[test]
    fn a_number_between_breaks_the_chain() {
        let mut history = Histograms::empty();
        history.append(0, &histogram(&[(0, 1.0)]), true);
        history.append(2, &histogram(&[(0, 2.0)]), false);
        assert_eq!(history.last().unwrap().reset_hint, ResetHint::Unknown);
    }

    #[test]
    fn what_a_histogram_costs() {
        // 20 buckets that fill unevenly, a second apart.
        let growing = |second: i32| {
            let count = |bucket: i32| f64::from(second * (bucket % 7) + (second * bucket) / 3);
            histogram(&(0..20).map(|bucket| (bucket, count(bucket))).collect::<Vec<_>>())
        };
        let histograms: Vec<_> = (1..=10_000).map(growing).collect();
        let bytes_each = round_trip(&histograms, &[ResetHint::Unknown]) / histograms.len();
        assert!(bytes_each < 45, "{bytes_each} bytes a histogram");
    }

    #[test]
    fn old_chunks_go() {
        let mut history = Histograms::empty();
        for second in 0..1000 {
            history.append(second * 1000, &histogram(&[(0, second as f64)]), true);
        }
        history.drop_before(500_000);
        assert_eq!(history.first_ms(), Some(480_000));
        assert_eq!(history.within(TimeRange { start_ms: 600_000, end_ms: 602_000 }, 9).len(), 3);
        assert_eq!(history.within(ALWAYS, 9).len(), 10);
        history.drop_before(i64::MAX);
        assert_eq!((history.count(), history.first_ms(), history.last_ms()), (0, None, None));
    }
}
