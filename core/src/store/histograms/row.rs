//! One histogram of a chunk as bytes: a row of changes against the one before.

use super::layout::Layout;
use crate::model::NativeHistogram;

/// Whole numbers up to here are exact as floats.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How the counts of a chunk are written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Counts {
    /// As whole numbers.
    #[default]
    Whole,
    /// As floats, bit by bit.
    Float,
}

impl Counts {
    /// How these counts can be written.
    pub(super) fn of(counts: &[f64]) -> Self {
        let is_whole =
            |count: &f64| count.fract() == 0.0 && count.abs() < MAX_WHOLE && !is_negative_zero(*count);
        if counts.iter().all(is_whole) { Self::Whole } else { Self::Float }
    }
}

/// What the next row is a change against: the row before, or zeros.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) timestamp_ms: i64,
    step_ms: i64,
    /// Whole numbers, or the bits of floats.
    counts: Vec<u64>,
    sum_bits: u64,
    kind: Counts,
}

impl Row {
    /// The row before the first, in a chunk that begins at `start_ms`.
    pub(super) fn before_first(start_ms: i64, layout: &Layout, kind: Counts) -> Self {
        Self { timestamp_ms: start_ms, counts: vec![0; layout.columns()], kind, ..Self::default() }
    }

    /// Goes on to a histogram and writes the change.
    pub(super) fn write_next(&mut self, data: &mut Vec<u8>, timestamp_ms: i64, counts: &[f64], sum: f64) {
        let step_ms = timestamp_ms.wrapping_sub(self.timestamp_ms);
        write_signed(data, step_ms.wrapping_sub(self.step_ms));
        (self.timestamp_ms, self.step_ms) = (timestamp_ms, step_ms);
        for (before, count) in self.counts.iter_mut().zip(counts) {
            let now = to_bits(*count, self.kind);
            match self.kind {
                Counts::Whole => write_signed(data, now.wrapping_sub(*before).cast_signed()),
                Counts::Float => write_differing(data, now ^ *before),
            }
            *before = now;
        }
        write_differing(data, sum.to_bits() ^ self.sum_bits);
        self.sum_bits = sum.to_bits();
    }

    /// Goes on to the histogram whose change comes next in `data`.
    pub(super) fn read_next(&mut self, data: &mut &[u8]) {
        self.step_ms = self.step_ms.wrapping_add(read_signed(data));
        self.timestamp_ms = self.timestamp_ms.wrapping_add(self.step_ms);
        for count in &mut self.counts {
            *count = match self.kind {
                Counts::Whole => count.wrapping_add(read_signed(data).cast_unsigned()),
                Counts::Float => *count ^ read_differing(data),
            };
        }
        self.sum_bits ^= read_differing(data);
    }

    /// The histogram, without a hint.
    pub(super) fn histogram(&self, layout: &Layout) -> NativeHistogram {
        let counts = self.counts.iter().map(|bits| from_bits(*bits, self.kind));
        layout.histogram(counts, f64::from_bits(self.sum_bits))
    }

    /// What the row takes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u64>()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53")]
fn to_bits(count: f64, kind: Counts) -> u64 {
    match kind {
        Counts::Whole => (count as i64).cast_unsigned(),
        Counts::Float => count.to_bits(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "whole numbers below 2^53")]
fn from_bits(bits: u64, kind: Counts) -> f64 {
    match kind {
        Counts::Whole => bits.cast_signed() as f64,
        Counts::Float => f64::from_bits(bits),
    }
}

fn is_negative_zero(value: f64) -> bool {
    value == 0.0 && value.is_sign_negative()
}

/// Zigzag, seven bits a byte, the lowest first; the top bit says that more follow.
fn write_signed(data: &mut Vec<u8>, number: i64) {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    while rest >= 0x80 {
        data.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    data.push(rest as u8);
}

fn read_signed(data: &mut &[u8]) -> i64 {
    let mut number = 0_u64;
    let mut shift = 0_u32;
    while let Some((byte, rest)) = data.split_first() {
        *data = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// A byte with the number of zero bytes before and of bytes between, then these bytes; 0 alone where nothing differs.
fn write_differing(data: &mut Vec<u8>, bits: u64) {
    if bits == 0 {
        data.push(0);
        return;
    }
    let leading = bits.leading_zeros() / 8;
    let size = 8 - leading - bits.trailing_zeros() / 8;
    data.push((leading << 4 | size) as u8);
    data.extend(bits.to_be_bytes().iter().skip(leading as usize).take(size as usize));
}

fn read_differing(data: &mut &[u8]) -> u64 {
    let Some((control, rest)) = data.split_first() else { return 0 };
    let (leading, size) = (usize::from(control >> 4), usize::from(control & 15));
    let mut bytes = [0; 8];
    bytes.iter_mut().skip(leading).zip(rest.iter().take(size)).for_each(|(into, byte)| *into = *byte);
    *data = rest.get(size..).unwrap_or_default();
    u64::from_be_bytes(bytes)
}
