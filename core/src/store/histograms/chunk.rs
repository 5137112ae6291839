//! A chunk of histograms, and reading it.

use std::sync::Arc;

use super::layout::Layout;
use super::row::{Counts, Row};
use crate::model::HistogramSample;
use crate::model::histogram::ResetHint;

/// What a chunk says of all its histograms.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Header {
    pub(super) layout: Layout,
    pub(super) kind: Counts,
    /// The hint of the first histogram.
    pub(super) first_hint: ResetHint,
    /// The hint of the others.
    pub(super) next_hint: ResetHint,
    /// The time of the first histogram, in milliseconds since the Unix epoch.
    pub(super) start_ms: i64,
}

/// A chunk that is full.
#[derive(Debug)]
pub(super) struct HistogramChunk {
    pub(super) header: Header,
    /// The time of the last histogram, in milliseconds since the Unix epoch.
    pub(super) end_ms: i64,
    pub(super) count: u8,
    pub(super) data: Box<[u8]>,
}

impl HistogramChunk {
    /// The histograms, in order of time.
    pub(super) fn iter(&self) -> HistogramIter<'_> {
        HistogramIter::new(&self.header, self.count, &self.data)
    }

    /// What the chunk takes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        size_of::<Self>() + self.header.layout.heap_bytes() + self.data.len()
    }
}

/// The histograms of a chunk, in order of time.
#[derive(Debug)]
pub(super) struct HistogramIter<'a> {
    header: &'a Header,
    row: Row,
    data: &'a [u8],
    left: u8,
    hint: ResetHint,
}

impl<'a> HistogramIter<'a> {
    pub(super) fn new(header: &'a Header, count: u8, data: &'a [u8]) -> Self {
        let row = Row::before_first(header.start_ms, &header.layout, header.kind);
        Self { header, row, data, left: count, hint: header.first_hint }
    }
}

impl Iterator for HistogramIter<'_> {
    type Item = HistogramSample;

    fn next(&mut self) -> Option<HistogramSample> {
        self.left = self.left.checked_sub(1)?;
        self.row.read_next(&mut self.data);
        let histogram = self.row.histogram(&self.header.layout).with_hint(self.hint);
        self.hint = self.header.next_hint;
        Some(HistogramSample { timestamp_ms: self.row.timestamp_ms, histogram: Arc::new(histogram) })
    }
}
