//! Sparse counts of native buckets: as many as have observations, up to a limit.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicU64, AtomicUsize, Ordering};

use super::resolution::{MAX_SCHEMA, MIN_SCHEMA, Resolution, coarser};
use crate::model::NativeHistogram;
use crate::model::histogram::Bucket;

/// How many buckets the first table holds, and by how many doublings it can grow.
const FIRST_SLOTS: usize = 32;
const GROWTHS: usize = 11;

/// What the largest table holds with a third of it free.
const MAX_BUCKETS: usize = 20_000;

/// A key that stands for no bucket.
const NO_KEY: u64 = i64::MAX as u64;
/// The key of the zero bucket.
const ZERO_KEY: i64 = i64::MIN;

/// What a native histogram is like.
///
/// ```
/// use p95_core::instrument::{Histogram, NativeOptions};
/// let fine = NativeOptions { schema: 6, max_buckets: 500, ..NativeOptions::default() };
/// Histogram::native(fine).observe(0.25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NativeOptions {
    /// The resolution to begin with: -4 (coarse) to 8 (fine). Each power of two has `2^schema` buckets.
    pub schema: i32,
    /// How many buckets there may be, at most 20,000. Where an observation would need one more, the resolution is halved,
    /// for good.
    pub max_buckets: usize,
    /// Observations that are no further than this from zero fall into the zero bucket.
    pub zero_threshold: f64,
}

/// Eight buckets for each power of two, so that a quantile is off by 4.5 % at most; 160 buckets; a zero bucket of ±2⁻¹²⁸.
impl Default for NativeOptions {
    fn default() -> Self {
        // 2^-128: the exponent of a float stands above its 52 bits of fraction, 1023 too high.
        Self { schema: 3, max_buckets: 160, zero_threshold: f64::from_bits((1023 - 128) << 52) }
    }
}

/// Where observations fall, for all cells of a histogram.
#[derive(Debug)]
pub(super) struct Native {
    options: NativeOptions,
    resolution: &'static Resolution,
}

impl Native {
    /// Options that are out of range are brought into it.
    pub(super) fn new(options: NativeOptions) -> Self {
        let schema = options.schema.clamp(MIN_SCHEMA, MAX_SCHEMA);
        let zero_threshold = if options.zero_threshold >= 0.0 { options.zero_threshold } else { 0.0 };
        let max_buckets = options.max_buckets.min(MAX_BUCKETS);
        let options = NativeOptions { schema, max_buckets, zero_threshold };
        Self { options, resolution: Resolution::of(schema) }
    }

    /// The key of the bucket of a finite `value`, at the finest resolution that the schema asks for.
    #[inline]
    pub(super) fn key(&self, value: f64) -> i64 {
        let magnitude = value.abs();
        if magnitude <= self.options.zero_threshold {
            return ZERO_KEY;
        }
        key_of(self.resolution.index(magnitude), value < 0.0)
    }

    /// Cells that have counted nothing.
    pub(super) fn cells(&self) -> NativeCells {
        NativeCells::new(&self.options)
    }

    /// Halves the resolution of counts that writers had at several ones, until there are no more than there may be.
    pub(super) fn limit(&self, counts: &mut NativeCounts) {
        counts.limit(self.options.max_buckets);
    }

    /// Counts as a visitor is shown them; `count` and `sum` are those of the whole histogram.
    pub(super) fn value(&self, counts: &NativeCounts, count: f64, sum: f64) -> NativeHistogram {
        NativeHistogram {
            schema: counts.schema,
            zero_threshold: self.options.zero_threshold,
            zero_count: counts.zero as f64,
            count,
            sum,
            positive: counts.side(false),
            negative: counts.side(true),
            ..NativeHistogram::default()
        }
    }
}

/// An index and a sign as one number.
#[inline]
fn key_of(index: i32, is_negative: bool) -> i64 {
    (i64::from(index) << 1) | i64::from(is_negative)
}

#[inline]
fn coarser_key(key: i64, steps: u32) -> i64 {
    key_of(coarser((key >> 1) as i32, steps), key & 1 == 1)
}

/// The native buckets of one writer. A reader learns from the version around them whether it read one moment's.
#[derive(Debug)]
pub(super) struct NativeCells {
    max_buckets: usize,
    /// The schema of the keys that come in; schemas below 0 are reached by halving.
    key_schema: i32,
    schema: AtomicI32,
    zero: AtomicU64,
    /// How many buckets have observations.
    used: AtomicUsize,
    /// Which of the tables is in use.
    current: AtomicUsize,
    /// Each twice as long as the one before. A reader may still be in an old one, so they stay.
    tables: [OnceLock<Box<[Slot]>>; GROWTHS],
}

#[derive(Debug)]
struct Slot {
    key: AtomicU64,
    count: AtomicU64,
}

impl NativeCells {
    fn new(options: &NativeOptions) -> Self {
        Self {
            max_buckets: options.max_buckets,
            key_schema: options.schema.max(0),
            schema: AtomicI32::new(options.schema),
            zero: AtomicU64::new(0),
            used: AtomicUsize::new(0),
            current: AtomicUsize::new(0),
            tables: [const { OnceLock::new() }; GROWTHS],
        }
    }

    /// Counts one in the bucket of `key`. Only one thread may be here at a time.
    #[inline]
    pub(super) fn count(&self, key: i64) {
        if key == ZERO_KEY {
            return add(&self.zero, 1);
        }
        let key = coarser_key(key, self.steps(self.schema.load(Ordering::Relaxed)));
        match self.find(key) {
            Some(slot) if slot.key.load(Ordering::Relaxed) == key as u64 => add(&slot.count, 1),
            _ => self.count_new(key, 1),
        }
    }

    /// By how much a schema is coarser than that of the keys.
    fn steps(&self, schema: i32) -> u32 {
        (self.key_schema - schema).unsigned_abs()
    }

    fn table(&self) -> &[Slot] {
        let current = self.current.load(Ordering::Relaxed);
        self.tables.get(current).and_then(OnceLock::get).map_or(&[], |table| table)
    }

    /// The slot of `key`, or the free one where it belongs. `None` only where there is no table yet.
    #[inline]
    fn find(&self, key: i64) -> Option<&Slot> {
        let table = self.table();
        let mask = table.len().wrapping_sub(1);
        // Fibonacci hashing spreads neighbours, which is what buckets in use are.
        let home = ((key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize;
        (0..table.len()).find_map(|step| {
            let slot = table.get(home.wrapping_add(step) & mask)?;
            let found = slot.key.load(Ordering::Relaxed);
            (found == key as u64 || found == NO_KEY).then_some(slot)
        })
    }

    /// Counts `count` in a bucket that has none yet.
    #[cold]
    fn count_new(&self, key: i64, count: u64) {
        let mut key = key;
        while self.used.load(Ordering::Relaxed) >= self.max_buckets
            && self.schema.load(Ordering::Relaxed) > MIN_SCHEMA
        {
            self.halve_resolution();
            key = coarser_key(key, 1);
            if let Some(slot) = self.find(key)
                && slot.key.load(Ordering::Relaxed) == key as u64
            {
                return add(&slot.count, count);
            }
        }
        // A third stays free, so that a search ends soon.
        if (self.used.load(Ordering::Relaxed) + 1) * 3 > self.table().len() * 2 {
            self.grow();
        }
        self.insert(key, count);
    }

    fn insert(&self, key: i64, count: u64) {
        let Some(slot) = self.find(key) else { return };
        if slot.key.load(Ordering::Relaxed) == NO_KEY {
            slot.key.store(key as u64, Ordering::Relaxed);
            slot.count.store(0, Ordering::Relaxed);
            self.used.store(self.used.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
        add(&slot.count, count);
    }

    /// Moves everything into a table twice as long.
    fn grow(&self) {
        let kept = self.entries();
        let next = match self.table().len() {
            0 => 0,
            _ => self.current.load(Ordering::Relaxed) + 1,
        };
        let Some(table) = self.tables.get(next) else { return };
        table.get_or_init(|| {
            (0..FIRST_SLOTS << next)
                .map(|_| Slot { key: AtomicU64::new(NO_KEY), count: AtomicU64::new(0) })
                .collect()
        });
        self.current.store(next, Ordering::Relaxed);
        self.refill(kept);
    }

    fn halve_resolution(&self) {
        let kept = self.entries();
        self.table().iter().for_each(|slot| slot.key.store(NO_KEY, Ordering::Relaxed));
        self.schema.store(self.schema.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
        self.refill(kept.into_iter().map(|(key, count)| (coarser_key(key, 1), count)).collect());
    }

    fn refill(&self, entries: Vec<(i64, u64)>) {
        self.used.store(0, Ordering::Relaxed);
        for (key, count) in entries {
            self.insert(key, count);
        }
    }

    fn entries(&self) -> Vec<(i64, u64)> {
        self.table()
            .iter()
            .map(|slot| (slot.key.load(Ordering::Relaxed), slot.count.load(Ordering::Relaxed)))
            .filter(|(key, _)| *key != NO_KEY)
            .map(|(key, count)| (key as i64, count))
            .collect()
    }

    /// What stands in the cells; of one moment only where the version around says so.
    pub(super) fn read(&self) -> NativeCounts {
        let buckets = self.entries().into_iter().collect();
        NativeCounts {
            schema: self.schema.load(Ordering::Relaxed),
            zero: self.zero.load(Ordering::Relaxed),
            buckets,
        }
    }
}

#[inline]
fn add(cell: &AtomicU64, count: u64) {
    cell.store(cell.load(Ordering::Relaxed).wrapping_add(count), Ordering::Relaxed);
}

/// Native buckets at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NativeCounts {
    schema: i32,
    zero: u64,
    /// Counts by key.
    buckets: BTreeMap<i64, u64>,
}

impl NativeCounts {
    /// Adds other counts, at the coarser of the two resolutions.
    pub(super) fn add(&mut self, mut other: Self) {
        let schema = self.schema.min(other.schema);
        self.coarsen_to(schema);
        other.coarsen_to(schema);
        self.zero = self.zero.wrapping_add(other.zero);
        for (key, count) in other.buckets {
            *self.buckets.entry(key).or_default() += count;
        }
    }

    /// Halves the resolution until there are at most `max_buckets`.
    fn limit(&mut self, max_buckets: usize) {
        while self.buckets.len() > max_buckets && self.schema > MIN_SCHEMA {
            self.coarsen_to(self.schema - 1);
        }
    }

    fn coarsen_to(&mut self, schema: i32) {
        let steps = (self.schema - schema).unsigned_abs();
        if steps > 0 {
            let mut merged = BTreeMap::new();
            for (key, count) in &self.buckets {
                *merged.entry(coarser_key(*key, steps)).or_default() += count;
            }
            self.buckets = merged;
            self.schema = schema;
        }
    }

    /// The buckets on one side of zero, by ascending index.
    fn side(&self, is_negative: bool) -> Vec<Bucket> {
        self.buckets
            .iter()
            .filter(|(key, _)| (**key & 1 == 1) == is_negative)
            .map(|(key, count)| Bucket { index: (*key >> 1) as i32, count: *count as f64 })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(options: &NativeOptions, values: &[f64]) -> NativeCounts {
        let native = Native::new(*options);
        let cells = native.cells();
        values.iter().for_each(|value| cells.count(native.key(*value)));
        cells.read()
    }

    #[test]
    fn buckets_of_both_signs_and_zero() {
        #[track_caller]
        fn check(schema: i32, values: &[f64], positive: &[(i32, u64)], negative: &[(i32, u64)], zero: u64) {
            let counts = counted(&NativeOptions { schema, ..NativeOptions::default() }, values);
            let side = |is_negative| -> Vec<(i32, u64)> {
                counts.side(is_negative).iter().map(|bucket| (bucket.index, bucket.count as u64)).collect()
            };
            assert_eq!((side(false), side(true)), (positive.to_vec(), negative.to_vec()));
            assert_eq!((counts.schema, counts.zero), (schema, zero));
        }
        check(0, &[1.0, 1.5, 2.0, 3.0, 0.0, -0.0, 1e-40], &[(0, 1), (1, 2), (2, 1)], &[], 3);
        check(0, &[-0.5, -0.3], &[], &[(-1, 2)], 0);
        check(0, &[-1.0, -3.0, 3.0], &[(2, 1)], &[(0, 1), (2, 1)], 0);
        check(-2, &[17.0, 16.0, 1.0, 0.9], &[(0, 2), (1, 1), (2, 1)], &[], 0);
        check(8, &[1.0, 1.001, 1.0], &[(0, 2), (1, 1)], &[], 0);
    }

    #[test]
    fn the_limit_halves_the_resolution_and_loses_nothing() {
        let options = NativeOptions { schema: 8, max_buckets: 20, ..NativeOptions::default() };
        let values: Vec<f64> =
            (1..=5_000).map(|at| f64::from(at) / 7.0 * if at % 3 == 0 { -1.0 } else { 1.0 }).collect();
        let counts = counted(&options, &values);
        let total: f64 = counts.side(false).iter().chain(&counts.side(true)).map(|bucket| bucket.count).sum();
        assert_eq!(total, 5_000.0);
        assert!(counts.buckets.len() <= 20, "{counts:?}");
        // What was counted finely and coarsened later is what would have been counted coarsely at once.
        let coarse =
            counted(&NativeOptions { schema: counts.schema, max_buckets: 1_000, ..options }, &values);
        assert_eq!(counts, coarse);
        assert!(counts.schema < 2, "{}", counts.schema);
    }

    #[test]
    fn the_table_grows() {
        let options = NativeOptions { schema: 8, max_buckets: MAX_BUCKETS, ..NativeOptions::default() };
        let values: Vec<f64> = (0..20_000).map(|at| (f64::from(at) / 256.0 + 0.001).exp2()).collect();
        let counts = counted(&options, &values);
        assert_eq!((counts.schema, counts.buckets.len()), (8, 20_000));
        assert!(counts.buckets.values().all(|count| *count == 1));
    }

    #[test]
    fn writers_of_different_resolutions_add_up() {
        let fine = NativeOptions { schema: 3, ..NativeOptions::default() };
        let coarse = NativeOptions { schema: 0, ..fine };
        let (some, more) = ([0.3, 1.0, 9.0, -2.0], [5.0, 9.5, 0.0, -7.0]);
        let mut sum = counted(&fine, &some);
        sum.add(counted(&coarse, &more));
        assert_eq!(sum, counted(&coarse, &[some, more].concat()));
    }
}
