//! Writing chunks.

use super::decimal::Decimal;
use super::{Chunk, ChunkIter, MAX_SAMPLES, RESCALE, RUN, XOR_OFFSET, zigzag};

/// The longest step between two samples of one chunk, so that a change of step fits four bytes: 12 days.
const MAX_STEP_MS: i64 = 1 << 30;
/// How often a chunk searches for another scale before it leaves its values to their bits.
const MAX_RESCALES: u8 = 4;
/// The most samples that one control byte repeats.
const MAX_RUN: u8 = 16;

/// The chunk that a series appends to. With one sample it has nothing on the heap.
#[derive(Debug, Default)]
pub(in crate::store) struct OpenChunk {
    start_ms: i64,
    last_ms: i64,
    last_bits: u64,
    /// The mantissa of the last value that went by its mantissa.
    mantissa: i64,
    data: Vec<u8>,
    step_ms: i32,
    count: u8,
    scale: u8,
    rescales: u8,
    /// How many samples the last byte repeats; 0 where it is no control byte of that kind.
    run: u8,
}

impl OpenChunk {
    /// Appends a sample that is later than all before it. Where the chunk is full, it is returned and a new one begun.
    pub(in crate::store) fn push(&mut self, timestamp_ms: i64, value: f64) -> Option<Chunk> {
        let step_ms = timestamp_ms.saturating_sub(self.last_ms);
        let sealed = (self.count >= MAX_SAMPLES || (self.count > 0 && step_ms > MAX_STEP_MS))
            .then(|| std::mem::take(self).seal());
        match i32::try_from(step_ms) {
            Ok(step_ms) if self.count > 0 => self.push_next(timestamp_ms, step_ms, value),
            _ => self.start(timestamp_ms, value),
        }
        sealed
    }

    /// The number of samples.
    pub(in crate::store) fn count(&self) -> u8 {
        self.count
    }

    /// The time of the first sample, in milliseconds since the Unix epoch.
    pub(in crate::store) fn start_ms(&self) -> Option<i64> {
        (self.count > 0).then_some(self.start_ms)
    }

    /// The time and value of the last sample.
    pub(in crate::store) fn last(&self) -> Option<(i64, f64)> {
        (self.count > 0).then(|| (self.last_ms, f64::from_bits(self.last_bits)))
    }

    /// The samples, in order of time.
    pub(in crate::store) fn iter(&self) -> ChunkIter<'_> {
        if self.count == 1 {
            ChunkIter::single(self.start_ms, self.last_bits)
        } else {
            ChunkIter::new(self.start_ms, self.count, &self.data)
        }
    }

    /// What the chunk takes on the heap.
    pub(in crate::store) fn heap_bytes(&self) -> usize {
        self.data.capacity()
    }

    fn seal(mut self) -> Chunk {
        if self.count == 1 {
            self.data.extend_from_slice(&self.last_bits.to_le_bytes());
        }
        Chunk {
            start_ms: self.start_ms,
            end_ms: self.last_ms,
            count: self.count,
            data: self.data.into_boxed_slice(),
        }
    }

    fn start(&mut self, timestamp_ms: i64, value: f64) {
        let decimal = Decimal::of(value).unwrap_or_default();
        self.start_ms = timestamp_ms;
        self.last_ms = timestamp_ms;
        self.last_bits = value.to_bits();
        self.mantissa = decimal.mantissa;
        self.scale = decimal.scale;
        self.count = 1;
    }

    fn push_next(&mut self, timestamp_ms: i64, step_ms: i32, value: f64) {
        if self.count == 1 {
            self.data.reserve_exact(16);
            self.data.extend_from_slice(&self.last_bits.to_le_bytes());
        }
        let step_change = step_ms - self.step_ms;
        let bits = value.to_bits();
        self.count += 1;
        self.last_ms = timestamp_ms;
        self.step_ms = step_ms;
        if step_change == 0 && bits == self.last_bits {
            self.push_repeat();
            return;
        }
        self.run = 0;
        let control_at = self.data.len();
        self.data.push(0);
        let high = self.push_step_change(step_change);
        let low = if bits == self.last_bits { 0 } else { self.push_value(value) };
        self.last_bits = bits;
        if let Some(control) = self.data.get_mut(control_at) {
            *control = high << 4 | low;
        }
    }

    fn push_repeat(&mut self) {
        match self.data.last_mut() {
            Some(last) if self.run > 0 && self.run < MAX_RUN => {
                *last = self.run << 4 | RUN;
                self.run += 1;
            }
            _ => {
                self.data.push(RUN);
                self.run = 1;
            }
        }
    }

    /// Writes the bytes of a change of step; returns the high half of the control byte.
    fn push_step_change(&mut self, step_change: i32) -> u8 {
        match zigzag(i64::from(step_change)) {
            small @ 0..=12 => small as u8,
            byte @ 13..=0xff => {
                self.push_bytes(byte, 1);
                13
            }
            two @ 0x100..=0xffff => {
                self.push_bytes(two, 2);
                14
            }
            four => {
                self.push_bytes(four, 4);
                15
            }
        }
    }

    /// Writes the bytes of a value that differs from the last one; returns the low half of the control byte.
    fn push_value(&mut self, value: f64) -> u8 {
        if let Some(decimal) = Decimal::with_scale(value, self.scale) {
            let change = zigzag(decimal.mantissa - self.mantissa);
            let size = size_in_bytes(change).max(1);
            if size <= 6 {
                self.mantissa = decimal.mantissa;
                self.push_bytes(change, size);
                return size;
            }
        } else if self.rescales < MAX_RESCALES {
            self.rescales += 1;
            if let Some(decimal) = Decimal::of(value) {
                self.mantissa = decimal.mantissa;
                self.scale = decimal.scale;
                self.data.push(decimal.scale);
                self.push_bytes(zigzag(decimal.mantissa), 7);
                return RESCALE;
            }
        }
        let differing = value.to_bits() ^ self.last_bits;
        let size = size_in_bytes(differing).max(2);
        self.push_bytes(differing, size);
        size + XOR_OFFSET
    }

    /// Writes the low `size` bytes of `number`.
    fn push_bytes(&mut self, number: u64, size: u8) {
        self.data.extend(number.to_le_bytes().iter().take(usize::from(size)));
    }
}

/// How many bytes `number` needs.
fn size_in_bytes(number: u64) -> u8 {
    (u64::BITS - number.leading_zeros()).div_ceil(8) as u8
}
