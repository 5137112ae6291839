//! The chunk that histograms are appended to.

use super::chunk::{Header, HistogramChunk, HistogramIter};
use super::layout::Layout;
use super::row::{Counts, Row};
use crate::model::NativeHistogram;
use crate::model::histogram::ResetHint;

/// The most histograms of one chunk.
const MAX_SAMPLES: u8 = 120;

/// The chunk that histograms are appended to; it has at least one.
#[derive(Debug)]
pub(super) struct OpenHistograms {
    header: Header,
    last: Row,
    count: u8,
    data: Vec<u8>,
}

impl OpenHistograms {
    /// A chunk of one histogram, whose hint is `hint`.
    pub(super) fn new(timestamp_ms: i64, histogram: &NativeHistogram, hint: ResetHint) -> Self {
        let layout = Layout::of(histogram);
        let counts = layout.counts(histogram);
        let kind = Counts::of(&counts);
        let is_gauge = hint == ResetHint::Gauge;
        let next_hint = if is_gauge { ResetHint::Gauge } else { ResetHint::NotReset };
        let header = Header { layout, kind, first_hint: hint, next_hint, start_ms: timestamp_ms };
        let mut open = Self::empty(header);
        open.push(timestamp_ms, &counts, histogram.sum);
        open
    }

    /// Appends a histogram that is later than all before it and has the hint `hint`; `false` where it does not belong into
    /// this chunk.
    pub(super) fn append(&mut self, timestamp_ms: i64, histogram: &NativeHistogram, hint: ResetHint) -> bool {
        let layout = Layout::of(histogram);
        if self.count >= MAX_SAMPLES || hint != self.header.next_hint || !layout.is_akin(&self.header.layout)
        {
            return false;
        }
        if let Some(grown) = self.header.layout.grown_by(&layout) {
            self.rewrite(grown);
        }
        let counts = self.header.layout.counts(histogram);
        if Counts::of(&counts) == Counts::Float && self.header.kind == Counts::Whole {
            return false;
        }
        self.push(timestamp_ms, &counts, histogram.sum);
        true
    }

    /// The time of the last histogram, in milliseconds since the Unix epoch.
    pub(super) fn last_ms(&self) -> i64 {
        self.last.timestamp_ms
    }

    /// The last histogram, with its hint.
    pub(super) fn last(&self) -> NativeHistogram {
        let hint = if self.count == 1 { self.header.first_hint } else { self.header.next_hint };
        self.last.histogram(&self.header.layout).with_hint(hint)
    }

    /// The number of histograms.
    pub(super) fn count(&self) -> u8 {
        self.count
    }

    /// The time of the first histogram, in milliseconds since the Unix epoch.
    pub(super) fn start_ms(&self) -> i64 {
        self.header.start_ms
    }

    /// The histograms, in order of time.
    pub(super) fn iter(&self) -> HistogramIter<'_> {
        HistogramIter::new(&self.header, self.count, &self.data)
    }

    /// What the chunk takes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.header.layout.heap_bytes() + self.last.heap_bytes() + self.data.capacity()
    }

    /// The chunk, closed.
    pub(super) fn seal(self) -> HistogramChunk {
        HistogramChunk {
            end_ms: self.last_ms(),
            header: self.header,
            count: self.count,
            data: self.data.into_boxed_slice(),
        }
    }

    fn empty(header: Header) -> Self {
        let last = Row::before_first(header.start_ms, &header.layout, header.kind);
        Self { header, last, count: 0, data: Vec::new() }
    }

    fn push(&mut self, timestamp_ms: i64, counts: &[f64], sum: f64) {
        self.last.write_next(&mut self.data, timestamp_ms, counts, sum);
        self.count += 1;
    }

    /// Writes all histograms anew, with more buckets.
    fn rewrite(&mut self, layout: Layout) {
        let mut rewritten = Self::empty(Header { layout, ..self.header.clone() });
        for sample in self.iter() {
            let counts = rewritten.header.layout.counts(&sample.histogram);
            rewritten.push(sample.timestamp_ms, &counts, sample.histogram.sum);
        }
        *self = rewritten;
    }
}
