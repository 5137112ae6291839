//! Counts that one thread at a time writes and any thread reads.

use std::sync::atomic::{AtomicU64, Ordering, fence};

use super::native::{NativeCells, NativeCounts};

/// How many words one [`Line`] has.
const WORDS: usize = 16;

/// A stretch of memory that shares no cache line with another, nor the one that processors fetch along with it.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Line([AtomicU64; WORDS]);

/// Where things stand in the words.
const VERSION: usize = 0;
const SUM: usize = 1;
const FIRST_COUNT: usize = 2;

/// The counts of one writer.
///
/// Because there is one writer, it stores without locking the bus. A version that is odd while it writes tells a reader to
/// try again, so that what is read is one moment's. Source: H. Boehm, "Can Seqlocks Get Along With Programming Language
/// Memory Models?" (2012).
#[derive(Debug)]
pub(super) struct Cells {
    lines: Box<[Line]>,
    native: Option<NativeCells>,
}

/// What was in [`Cells`] at one moment; those of several can be added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) sum: f64,
    /// For each classic bucket, not cumulative.
    pub(super) classic: Vec<u64>,
    pub(super) native: Option<NativeCounts>,
}

/// How often a reader tries before the writers are asked to write elsewhere.
const TRIES: usize = 8;

impl Cells {
    pub(super) fn new(buckets: usize, native: Option<NativeCells>) -> Self {
        let lines = (FIRST_COUNT + buckets).div_ceil(WORDS);
        Self { lines: (0..lines).map(|_| Line::default()).collect(), native }
    }

    /// Counts `value`, which falls into the classic bucket `bucket` and the native one that `key` names.
    ///
    /// Only one thread may be here at a time.
    #[inline]
    pub(super) fn observe(&self, bucket: usize, key: i64, value: f64) {
        let (Some(version), Some(sum)) = (self.word(VERSION), self.word(SUM)) else { return };
        let before = version.load(Ordering::Relaxed);
        version.store(before.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        if let Some(count) = self.word(FIRST_COUNT + bucket) {
            count.store(count.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        }
        let total = f64::from_bits(sum.load(Ordering::Relaxed)) + value;
        sum.store(total.to_bits(), Ordering::Relaxed);
        if let Some(native) = &self.native {
            native.count(key);
        }
        version.store(before.wrapping_add(2), Ordering::Release);
    }

    /// How often was counted here, times two.
    pub(super) fn version(&self) -> u64 {
        self.word(VERSION).map_or(0, |version| version.load(Ordering::Relaxed))
    }

    /// The counts at one moment. `None` where the writer was faster than the reader each time.
    pub(super) fn try_read(&self, buckets: usize) -> Option<Counts> {
        (0..TRIES).find_map(|_| {
            let before = self.word(VERSION)?.load(Ordering::Acquire);
            let counts = Counts {
                sum: f64::from_bits(self.word(SUM)?.load(Ordering::Relaxed)),
                classic: (0..buckets)
                    .filter_map(|at| self.word(FIRST_COUNT + at))
                    .map(|count| count.load(Ordering::Relaxed))
                    .collect(),
                native: self.native.as_ref().map(NativeCells::read),
            };
            fence(Ordering::Acquire);
            let after = self.version();
            (before == after && before.is_multiple_of(2)).then_some(counts)
        })
    }

    #[inline]
    fn word(&self, at: usize) -> Option<&AtomicU64> {
        self.lines.get(at / WORDS)?.0.get(at % WORDS)
    }
}

impl Counts {
    /// Adds what other cells counted.
    pub(super) fn add(&mut self, other: Self) {
        self.sum += other.sum;
        for (count, more) in self.classic.iter_mut().zip(&other.classic) {
            *count = count.wrapping_add(*more);
        }
        if let (Some(native), Some(more)) = (&mut self.native, other.native) {
            native.add(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_never_sees_half_an_observation() {
        let cells = Cells::new(20, None);
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for at in 0..300_000_usize {
                    cells.observe(at % 20, 0, 2.0);
                    // A pause now and then, in which the reader can get through.
                    if at % 64 == 0 {
                        std::thread::yield_now();
                    }
                }
                stop.store(true, Ordering::Relaxed);
            });
            let mut reads = 0;
            while !stop.load(Ordering::Relaxed) {
                if let Some(counts) = cells.try_read(20) {
                    assert_eq!(counts.classic.iter().sum::<u64>() as f64 * 2.0, counts.sum);
                    reads += 1;
                }
            }
            assert!(reads > 0);
        });
        let counts = cells.try_read(20).unwrap();
        assert_eq!((counts.classic, counts.sum), (vec![15_000; 20], 600_000.0));
    }
}
