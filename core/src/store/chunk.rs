//! Chunks: the samples of one series, compressed column by column.
//!
//! A chunk spells its first value out and then gives each further sample a control byte and what that byte announces.
//! The high half of the control byte is about time, the low half about the value:
//!
//! | high half | the change of the step between two timestamps |
//! |---|---|
//! | 0 to 12 | itself, zigzag: 0, -1, 1, -2 … 6 ms |
//! | 13, 14, 15 | in the next 1, 2, 4 bytes |
//!
//! | low half | the value |
//! |---|---|
//! | 0 | as before |
//! | 1 to 6 | a decimal: the change of its mantissa, zigzag, in that many bytes |
//! | 7 to 13 | the bits that differ from the value before, in 2 to 8 bytes |
//! | 14 | a decimal of another scale: one byte of scale, seven of mantissa |
//! | 15 | both as before, and so for as many samples as the high half says, plus one |
//!
//! Most values that services expose are whole numbers or have a few decimals. Their mantissas change little from scrape to
//! scrape, where the bits of the floats change wildly. A value goes by its mantissa only where that gives the very
//! bits back. All codes are whole bytes, so that decoding is a few loads per sample.

mod decimal;
mod decode;
mod encode;

pub(super) use decode::ChunkIter;
pub(super) use encode::OpenChunk;

/// The most samples of one chunk: what retention drops at once, and what a query decodes at least.
const MAX_SAMPLES: u8 = 240;
/// The low half of a control byte that starts a value of another scale.
const RESCALE: u8 = 14;
/// The low half of a control byte that repeats the last step and value.
const RUN: u8 = 15;
/// What the low half exceeds the number of bytes by, for bits that differ.
const XOR_OFFSET: u8 = 5;

/// A chunk that is full.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The time of the first sample, in milliseconds since the Unix epoch.
    pub(super) start_ms: i64,
    /// The time of the last sample.
    pub(super) end_ms: i64,
    /// The number of samples.
    pub(super) count: u8,
    data: Box<[u8]>,
}

impl Chunk {
    /// The samples, in order of time.
    pub(super) fn iter(&self) -> ChunkIter<'_> {
        ChunkIter::new(self.start_ms, self.count, &self.data)
    }

    /// What the chunk takes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        size_of::<Self>() + self.data.len()
    }
}

/// Small numbers of either sign as small numbers without one: 0, -1, 1, -2, …
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// The inverse of [`zigzag`].
fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::STALE_NAN;

    /// Appends the samples, and expects them back with all bits; returns the bytes they took.
    #[track_caller]
    fn round_trip(samples: &[(i64, f64)]) -> usize {
        let mut open = OpenChunk::default();
        let mut sealed = Vec::new();
        for &(timestamp_ms, value) in samples {
            sealed.extend(open.push(timestamp_ms, value));
        }
        let read = sealed
            .iter()
            .flat_map(Chunk::iter)
            .chain(open.iter())
            .map(|sample| (sample.timestamp_ms, sample.value.to_bits()))
            .collect::<Vec<_>>();
        let expect = samples.iter().map(|(t, v)| (*t, v.to_bits())).collect::<Vec<_>>();
        assert_eq!(read, expect);
        for chunk in &sealed {
            assert_eq!(chunk.iter().map(|s| s.timestamp_ms).max(), Some(chunk.end_ms));
        }
        sealed.iter().map(Chunk::heap_bytes).sum::<usize>() + open.heap_bytes()
    }

    #[test]
    fn all_values_come_back_with_all_bits() {
        round_trip(&[]);
        round_trip(&[(5, 1.0)]);
        round_trip(&[(-5, 1.0), (i64::MAX, 2.0)]);
        round_trip(&[(0, 0.0), (1, -0.0), (2, 0.0), (3, f64::NAN), (4, STALE_NAN), (5, 7.0), (6, STALE_NAN)]);
        round_trip(&[(0, f64::INFINITY), (1, f64::NEG_INFINITY), (2, f64::MAX), (3, f64::MIN_POSITIVE)]);
        round_trip(&[(0, 0.1), (1, 0.2), (2, 0.30000000000000004), (3, 1e-9), (4, 123456.789), (5, 1e22)]);
        round_trip(&[
            (0, 9007199254740993.0),
            (1, 9007199254740991.0),
            (2, -9007199254740991.0),
            (3, 5e-324),
        ]);
        round_trip(&[(0, 1.0), (100_000, 1.0), (100_001, 1.0), (90_000_000_000, 1.0), (90_000_000_001, 2.0)]);
    }

    #[test]
    fn runs_end_where_they_end() {
        for length in 1..600_i64 {
            let mut samples = (0..length).map(|i| (i * 1000, 4.5)).collect::<Vec<_>>();
            samples.push((length * 1000 + 3, 4.5));
            samples.push((length * 1000 + 1003, 5.5));
            samples.push((length * 1000 + 2003, 5.5));
            round_trip(&samples);
        }
    }

    #[test]
    fn what_a_sample_costs() {
        /// The average over 10,000 samples a second apart, each up to `jitter_ms` late.
        #[track_caller]
        fn check(name: &str, jitter_ms: i64, limit_bytes: f64, mut value: impl FnMut(i64) -> f64) {
            let jitter = |i: i64| if jitter_ms == 0 { 0 } else { (i * 7919) % (jitter_ms + 1) };
            let samples = (0..10_000).map(|i| (i * 1000 + jitter(i), value(i))).collect::<Vec<_>>();
            let cost = round_trip(&samples) as f64 / 10_000.0;
            assert!(cost <= limit_bytes, "{name}: {cost} bytes a sample");
        }
        check("constant", 0, 0.3, |_| 42.0);
        check("constant, jittered", 2, 1.3, |_| 42.0);
        check("10/s", 2, 2.3, |i| (10 * i) as f64);
        check("random steps", 2, 2.3, |i| (20 * i + (i * 7919) % 37) as f64);
        check("CPU seconds", 2, 2.5, |i| (i as f64 * 97.0 + ((i * 7919) % 50) as f64) / 100.0);
        check("noise", 2, 9.0, |i| (i as f64).sin());
    }

    proptest::proptest! {
        #[test]
        fn any_samples_come_back(steps in proptest::collection::vec(
            (1_i64..5_000_000_000, proptest::prop_oneof![
                proptest::num::f64::ANY,
                (-1_000_000_i32..1_000_000).prop_map(f64::from),
                (-1_000_000_i32..1_000_000).prop_map(|v| f64::from(v) / 1000.0),
                proptest::strategy::Just(0.0),
            ]), 0..600)) {
            let mut now_ms = 0;
            let samples = steps
                .into_iter()
                .map(|(step_ms, value)| {
                    now_ms += step_ms;
                    (now_ms, value)
                })
                .collect::<Vec<_>>();
            round_trip(&samples);
        }
    }

    use proptest::strategy::Strategy;
}
