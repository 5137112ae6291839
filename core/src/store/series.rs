//! The samples of a series, in order of time.

use super::chunk::{Chunk, OpenChunk};
use super::histograms::Histograms;
use super::memory::Appended;
use crate::model::{FloatSample, HistogramSample, NativeHistogram, is_stale, select::TimeRange};

/// One series' samples; the index knows its labels. A million of them have to fit in a few hundred megabytes, so what
/// most lack is behind one pointer.
#[derive(Debug, Default)]
pub(super) struct Series {
    open: OpenChunk,
    past: Option<Box<Past>>,
}

/// What a series has once it is older, or of a counter that says when it began.
#[derive(Debug, Default)]
struct Past {
    /// Full chunks, oldest first.
    chunks: Vec<Chunk>,
    /// The start timestamps, in the order in which they came into force.
    starts: Vec<StartTimestamp>,
    /// The native histograms, of the few series that have any.
    histograms: Option<Box<Histograms>>,
}

/// Since when a counter has counted.
#[derive(Clone, Copy, Debug)]
struct StartTimestamp {
    /// The first sample that it holds for.
    from_ms: i64,
    /// Since when the counter has counted.
    start_ms: i64,
}

/// What a series lost to retention.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dropped {
    pub(super) samples: u64,
    pub(super) heap_bytes: usize,
}

impl Series {
    /// Appends a sample, unless one as late is there. `size_bytes` follows what the samples take on the heap.
    pub(super) fn append(&mut self, timestamp_ms: i64, value: f64, size_bytes: &mut usize) -> Appended {
        match self.open.last() {
            Some((last_ms, _)) if timestamp_ms < last_ms => return Appended::OutOfOrder,
            Some((last_ms, last)) if timestamp_ms == last_ms => {
                let same = last.to_bits() == value.to_bits();
                return if same { Appended::AlreadyThere } else { Appended::Conflicting };
            }
            _ => {}
        }
        match self.histograms().and_then(Histograms::last_ms) {
            Some(last_ms) if timestamp_ms < last_ms => return Appended::OutOfOrder,
            Some(last_ms) if timestamp_ms == last_ms => return Appended::Conflicting,
            _ => {}
        }
        let before_bytes = self.open.heap_bytes();
        if let Some(full) = self.open.push(timestamp_ms, value) {
            *size_bytes += full.heap_bytes();
            self.past_mut(size_bytes).chunks.push(full);
        }
        *size_bytes = (*size_bytes + self.open.heap_bytes()).saturating_sub(before_bytes);
        Appended::Stored
    }

    /// Appends a native histogram, unless a sample as late is there. `size_bytes` follows what the samples take on the heap.
    pub(super) fn append_histogram(
        &mut self,
        timestamp_ms: i64,
        histogram: &NativeHistogram,
        size_bytes: &mut usize,
    ) -> Appended {
        let last_float_ms = self.open.last().map(|(last_ms, _)| last_ms);
        let last_histogram_ms = self.histograms().and_then(Histograms::last_ms);
        match last_float_ms.max(last_histogram_ms) {
            Some(last_ms) if timestamp_ms < last_ms => return Appended::OutOfOrder,
            Some(last_ms) if timestamp_ms == last_ms => {
                let last = self.histograms().and_then(Histograms::last);
                let same = last_histogram_ms == Some(timestamp_ms)
                    && last.is_some_and(|last| last.holds_same(&histogram.clone().compacted()));
                return if same { Appended::AlreadyThere } else { Appended::Conflicting };
            }
            _ => {}
        }
        let follows_histogram = last_histogram_ms > last_float_ms;
        let histograms = &mut self.past_mut(size_bytes).histograms;
        let before_bytes = histograms.as_ref().map_or(0, |histograms| histograms.heap_bytes());
        let histograms = histograms.get_or_insert_with(|| Box::new(Histograms::empty()));
        histograms.append(timestamp_ms, histogram, follows_histogram);
        *size_bytes = (*size_bytes + histograms.heap_bytes()).saturating_sub(before_bytes);
        Appended::Stored
    }

    /// Says since when the counter has counted, from the sample at `from_ms` on.
    pub(super) fn set_start(&mut self, from_ms: i64, start_ms: i64, size_bytes: &mut usize) {
        let starts = &mut self.past_mut(size_bytes).starts;
        if starts.last().is_none_or(|last| last.start_ms != start_ms && last.from_ms < from_ms) {
            starts.push(StartTimestamp { from_ms, start_ms });
            *size_bytes += size_of::<StartTimestamp>();
        }
    }

    /// Whether there is no sample.
    pub(super) fn is_empty(&self) -> bool {
        self.open.count() == 0 && self.histograms().is_none_or(|histograms| histograms.count() == 0)
    }

    /// The number of samples.
    pub(super) fn sample_count(&self) -> u64 {
        let sealed: u64 = self.chunks().iter().map(|chunk| u64::from(chunk.count)).sum();
        let histograms = self.histograms().map_or(0, Histograms::count);
        sealed + u64::from(self.open.count()) + histograms
    }

    /// The time of the last sample, in milliseconds since the Unix epoch.
    pub(super) fn last_ms(&self) -> Option<i64> {
        let last_float_ms = self.open.last().map(|(last_ms, _)| last_ms);
        last_float_ms.max(self.histograms().and_then(Histograms::last_ms))
    }

    /// Whether the last sample says that the series ended, or there is none.
    pub(super) fn is_ended(&self) -> bool {
        let last_histogram_ms = self.histograms().and_then(Histograms::last_ms);
        match self.open.last() {
            Some((last_ms, value)) if last_histogram_ms.is_none_or(|histogram_ms| histogram_ms < last_ms) => {
                is_stale(value)
            }
            _ => {
                let last = self.histograms().and_then(Histograms::last);
                last.is_none_or(|last| last.is_stale_marker())
            }
        }
    }

    /// Whether a sample may lie in `range`: there are samples on both sides of it, or in it.
    pub(super) fn overlaps(&self, range: TimeRange) -> bool {
        let first_float_ms = self.chunks().first().map(|chunk| chunk.start_ms).or(self.open.start_ms());
        let first_histogram_ms = self.histograms().and_then(Histograms::first_ms);
        let first_ms = first_float_ms.into_iter().chain(first_histogram_ms).min();
        first_ms.is_some_and(|first_ms| first_ms <= range.end_ms)
            && self.last_ms().is_some_and(|last_ms| last_ms >= range.start_ms)
    }

    /// The samples in `range`, in order of time; no more than `limit` and one.
    pub(super) fn floats(&self, range: TimeRange, limit: usize) -> Vec<FloatSample> {
        let chunks = self.chunks();
        let before = chunks.partition_point(|chunk| chunk.end_ms < range.start_ms);
        let overlapping = chunks.get(before..).unwrap_or_default().iter();
        let sealed = overlapping.take_while(|chunk| chunk.start_ms <= range.end_ms);
        // Room for the samples of the chunks that lie within the range, so that most series never move.
        let is_within = |start_ms: i64, end_ms: i64| range.start_ms <= start_ms && end_ms <= range.end_ms;
        let within = sealed.clone().filter(|chunk| is_within(chunk.start_ms, chunk.end_ms));
        let mut expected: usize = within.map(|chunk| usize::from(chunk.count)).sum();
        if let (Some(start_ms), Some((end_ms, _))) = (self.open.start_ms(), self.open.last())
            && is_within(start_ms, end_ms)
        {
            expected += usize::from(self.open.count());
        }
        let mut floats = Vec::with_capacity(expected.min(limit.saturating_add(1)));
        for chunk in sealed {
            take_within(chunk.iter(), range, limit, &mut floats);
        }
        take_within(self.open.iter(), range, limit, &mut floats);
        floats
    }

    /// The native histograms in `range`, in order of time; no more than `limit` and one.
    pub(super) fn histograms_within(&self, range: TimeRange, limit: usize) -> Vec<HistogramSample> {
        self.histograms().map_or_else(Vec::new, |histograms| histograms.within(range, limit))
    }

    /// The start timestamp that holds at each of the times, 0 where none is known; empty where none is known at all.
    pub(super) fn start_timestamps_ms(&self, times_ms: impl Iterator<Item = i64>) -> Vec<i64> {
        let starts = self.past.as_ref().map_or(&[][..], |past| &past.starts);
        if starts.is_empty() {
            return Vec::new();
        }
        let holds_at = |timestamp_ms| {
            let after = starts.partition_point(|start| start.from_ms <= timestamp_ms);
            after.checked_sub(1).and_then(|at| starts.get(at)).map_or(0, |start| start.start_ms)
        };
        times_ms.map(holds_at).collect()
    }

    /// Time and heap of each chunk, oldest first, for the choice of what goes.
    pub(super) fn ends(&self) -> impl Iterator<Item = (i64, usize)> {
        let open = self.open.last().map(|(last_ms, _)| (last_ms, self.open.heap_bytes()));
        let floats = self.chunks().iter().map(|chunk| (chunk.end_ms, chunk.heap_bytes())).chain(open);
        floats.chain(self.histograms().into_iter().flat_map(Histograms::ends))
    }

    /// Drops the chunks that ended before `before_ms`.
    pub(super) fn drop_before(&mut self, before_ms: i64) -> Dropped {
        let heap_before = self.heap_bytes();
        let count_before = self.sample_count();
        if let Some(past) = &mut self.past {
            let ended = past.chunks.partition_point(|chunk| chunk.end_ms < before_ms);
            past.chunks.drain(..ended);
            past.chunks.shrink_to(past.chunks.len() * 2);
            let superseded = past.starts.partition_point(|start| start.from_ms < before_ms);
            past.starts.drain(..superseded.saturating_sub(1));
            if let Some(histograms) = &mut past.histograms {
                histograms.drop_before(before_ms);
            }
            past.histograms.take_if(|histograms| histograms.count() == 0);
        }
        if self.open.last().is_some_and(|(last_ms, _)| last_ms < before_ms) {
            self.open = OpenChunk::default();
        }
        Dropped {
            samples: count_before - self.sample_count(),
            heap_bytes: heap_before.saturating_sub(self.heap_bytes()),
        }
    }

    /// What the samples take on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let past = self.past.as_ref().map_or(0, |past| {
            size_of::<Past>()
                + past.starts.len() * size_of::<StartTimestamp>()
                + past.chunks.iter().map(Chunk::heap_bytes).sum::<usize>()
                + past.histograms.as_ref().map_or(0, |histograms| histograms.heap_bytes())
        });
        past + self.open.heap_bytes()
    }

    fn chunks(&self) -> &[Chunk] {
        self.past.as_ref().map_or(&[], |past| &past.chunks)
    }

    fn histograms(&self) -> Option<&Histograms> {
        self.past.as_ref()?.histograms.as_deref()
    }

    fn past_mut(&mut self, size_bytes: &mut usize) -> &mut Past {
        self.past.get_or_insert_with(|| {
            *size_bytes += size_of::<Past>();
            Box::default()
        })
    }
}

/// Adds the samples in `range` to `floats`, as long as those are not more than `limit`.
fn take_within(
    samples: impl Iterator<Item = FloatSample>,
    range: TimeRange,
    limit: usize,
    floats: &mut Vec<FloatSample>,
) {
    for sample in samples {
        if sample.timestamp_ms > range.end_ms || floats.len() > limit {
            return;
        }
        if sample.timestamp_ms >= range.start_ms {
            floats.push(sample);
        }
    }
}
