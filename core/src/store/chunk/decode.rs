//! Reading chunks.

use super::decimal::Decimal;
use super::{RESCALE, RUN, XOR_OFFSET, unzigzag};
use crate::model::FloatSample;

/// The samples of a chunk, in order of time.
#[derive(Debug)]
pub(in crate::store) struct ChunkIter<'a> {
    data: &'a [u8],
    /// Samples still to come.
    left: u8,
    /// How many of them repeat the last step and value.
    run: u8,
    started: bool,
    timestamp_ms: i64,
    step_ms: i64,
    bits: u64,
    decimal: Decimal,
}

impl<'a> ChunkIter<'a> {
    /// A chunk whose first sample is at `start_ms`, with its first value in the first eight bytes.
    pub(super) fn new(start_ms: i64, count: u8, mut data: &'a [u8]) -> Self {
        let bits = take(&mut data, 8);
        Self { data, left: count, ..Self::single(start_ms, bits) }
    }

    /// A chunk of one sample.
    pub(super) fn single(start_ms: i64, bits: u64) -> Self {
        Self {
            data: &[],
            left: 1,
            run: 0,
            started: false,
            timestamp_ms: start_ms,
            step_ms: 0,
            bits,
            decimal: Decimal::of(f64::from_bits(bits)).unwrap_or_default(),
        }
    }

    #[inline]
    fn advance(&mut self) {
        if self.run > 0 {
            self.run -= 1;
            self.timestamp_ms += self.step_ms;
            return;
        }
        let Some((&control, rest)) = self.data.split_first() else { return };
        self.data = rest;
        let (high, low) = (control >> 4, control & 15);
        if low == RUN {
            self.run = high;
            self.timestamp_ms += self.step_ms;
            return;
        }
        let step_change = match high {
            13 => take(&mut self.data, 1),
            14 => take(&mut self.data, 2),
            15 => take(&mut self.data, 4),
            small => u64::from(small),
        };
        self.step_ms += unzigzag(step_change);
        self.timestamp_ms += self.step_ms;
        match low {
            0 => {}
            1..=6 => {
                self.decimal.mantissa += unzigzag(take(&mut self.data, low));
                self.bits = self.decimal.to_f64().to_bits();
            }
            RESCALE => {
                let scale = take(&mut self.data, 1) as u8;
                self.decimal = Decimal { mantissa: unzigzag(take(&mut self.data, 7)), scale };
                self.bits = self.decimal.to_f64().to_bits();
            }
            differing => self.bits ^= take(&mut self.data, differing - XOR_OFFSET),
        }
    }
}

impl Iterator for ChunkIter<'_> {
    type Item = FloatSample;

    #[inline]
    fn next(&mut self) -> Option<FloatSample> {
        self.left = self.left.checked_sub(1)?;
        if self.started {
            self.advance();
        }
        self.started = true;
        Some(FloatSample { timestamp_ms: self.timestamp_ms, value: f64::from_bits(self.bits) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.left), Some(usize::from(self.left)))
    }
}

/// Takes the next `size` bytes, up to eight, as a number.
#[inline]
fn take(data: &mut &[u8], size: u8) -> u64 {
    let size = usize::from(size);
    let number = match data.first_chunk::<8>() {
        // The usual way: one load, and the bytes that belong to others masked away.
        Some(bytes) if size < 8 => u64::from_le_bytes(*bytes) & ((1 << (size * 8)) - 1),
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => data.iter().take(size).rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    };
    *data = data.get(size..).unwrap_or_default();
    number
}
