//! All that a histogram counted: cells for each thread, and shared ones for those that have none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::super::rejected::{Rejected, Rejections};
use super::super::thread;
use super::HistogramOptions;
use super::bounds::ordered;
use super::cells::{Cells, Counts};
use super::exemplars::Exemplars;
use super::native::{MAX_BUCKETS, NativeCells, NativeOptions};
use super::resolution::{MAX_SCHEMA, MIN_SCHEMA, Resolution};
use crate::exposition::encode::LabelPairs;

/// How many threads the first segment has cells for; each further one has twice as many.
const FIRST_SEGMENT: usize = 4;
/// 4 + 8 + … + 128: cells for 252 threads at a time. Further ones share.
const SEGMENTS: usize = 6;

/// Up to how many bounds it is faster to compare with all than to search.
const COUNTED_BOUNDS: usize = 32;

/// A segment of cells, by the number of their thread.
type Segment = OnceLock<Box<[OnceLock<Cells>]>>;

#[derive(Debug)]
pub(super) struct Observations {
    /// Upper bounds of the classic buckets, ascending, finite.
    pub(super) bounds: Box<[f64]>,
    pub(super) native: Option<(NativeOptions, &'static Resolution)>,
    segments: [Segment; SEGMENTS],
    /// For threads that have no cells of their own, or must not write to them now.
    shared: Mutex<Cells>,
    /// How many readers ask the writers to use the shared cells, so that a reader gets to its end.
    waiting_readers: AtomicUsize,
    exemplars: OnceLock<Box<Mutex<Exemplars>>>,
    rejections: Rejections,
}

impl Observations {
    pub(super) fn new(options: HistogramOptions) -> Self {
        let bounds = ordered(options.bounds);
        let native = options.native.map(|native| {
            let schema = native.schema.clamp(MIN_SCHEMA, MAX_SCHEMA);
            let zero_threshold = if native.zero_threshold >= 0.0 { native.zero_threshold } else { 0.0 };
            let max_buckets = native.max_buckets.min(MAX_BUCKETS);
            (NativeOptions { schema, max_buckets, zero_threshold }, Resolution::of(schema))
        });
        let shared = Mutex::new(new_cells(&bounds, native.as_ref()));
        Self {
            bounds,
            native,
            segments: [const { OnceLock::new() }; SEGMENTS],
            shared,
            waiting_readers: AtomicUsize::new(0),
            exemplars: OnceLock::new(),
            rejections: Rejections::default(),
        }
    }

    #[inline]
    pub(super) fn observe(&self, value: f64) {
        if !value.is_finite() {
            return self.rejections.not_finite(value);
        }
        let bucket = self.bucket(value);
        let key = self.native.as_ref().map_or(0, |(native, resolution)| native.key(resolution, value));
        match thread::number().and_then(|number| self.cells(number)) {
            Some(cells) if self.waiting_readers.load(Ordering::Relaxed) == 0 => {
                cells.observe(bucket, key, value)
            }
            _ => self.observe_shared(bucket, key, value),
        }
    }

    pub(super) fn observe_with_exemplar(
        &self,
        value: f64,
        labels: LabelPairs<'_>,
        timestamp_ms: Option<i64>,
    ) {
        self.observe(value);
        if value.is_finite() {
            let exemplars = self.exemplars.get_or_init(|| Box::new(Mutex::new(Exemplars::default())));
            let mut exemplars = exemplars.lock().unwrap_or_else(PoisonError::into_inner);
            let bucket = self.bucket(value);
            if !exemplars.keep(bucket, self.native.is_some(), value, labels, timestamp_ms) {
                self.rejections.exemplar();
            }
        }
    }

    /// Every observation that has returned, each wholly or not at all.
    pub(super) fn read(&self) -> Counts {
        let buckets = self.bounds.len() + 1;
        let mut total = Counts {
            sum: 0.0,
            classic: vec![0; buckets],
            native: self.native.as_ref().map(|(native, _)| NativeCells::new(native).read()),
        };
        let cells = || self.segments.iter().filter_map(OnceLock::get).flatten().filter_map(OnceLock::get);
        for cells in cells() {
            total.add(cells.try_read(buckets).unwrap_or_else(|| self.read_busy(cells, buckets)));
        }
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        total.add(shared.try_read(buckets).unwrap_or_default());
        if let (Some(native), Some((options, _))) = (&mut total.native, &self.native) {
            native.limit(options.max_buckets);
        }
        total
    }

    /// Calls `act` with the examples, where there are any.
    pub(super) fn with_exemplars<R>(&self, act: impl FnOnce(Option<&Exemplars>) -> R) -> R {
        let exemplars = self.exemplars.get().map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner));
        act(exemplars.as_deref())
    }

    /// A number that changes with every observation.
    pub(super) fn activity(&self) -> u64 {
        let cells = self.segments.iter().filter_map(OnceLock::get).flatten().filter_map(OnceLock::get);
        let own: u64 = cells.map(Cells::version).fold(0, u64::wrapping_add);
        own.wrapping_add(self.shared.lock().unwrap_or_else(PoisonError::into_inner).version())
    }

    pub(super) fn rejected(&self) -> Rejected {
        self.rejections.get()
    }

    /// The first bucket whose bound `value` does not exceed.
    #[inline]
    fn bucket(&self, value: f64) -> usize {
        if self.bounds.len() <= COUNTED_BOUNDS {
            // Without a branch, and several bounds at a time.
            return self.bounds.iter().map(|bound| u64::from(*bound < value)).sum::<u64>() as usize;
        }
        self.bounds.partition_point(|bound| *bound < value)
    }

    /// The cells of the thread with this number.
    #[inline]
    fn cells(&self, number: usize) -> Option<&Cells> {
        let at = number.checked_add(FIRST_SEGMENT)?;
        let segment = (at / FIRST_SEGMENT).ilog2() as usize;
        let within = at - (FIRST_SEGMENT << segment);
        match self.segments.get(segment)?.get().and_then(|cells| cells.get(within)?.get()) {
            Some(cells) => Some(cells),
            None => self.make_cells(segment, within),
        }
    }

    #[cold]
    fn make_cells(&self, segment: usize, within: usize) -> Option<&Cells> {
        let length = FIRST_SEGMENT << segment;
        let cells =
            self.segments.get(segment)?.get_or_init(|| (0..length).map(|_| OnceLock::new()).collect());
        Some(cells.get(within)?.get_or_init(|| new_cells(&self.bounds, self.native.as_ref())))
    }

    #[cold]
    fn observe_shared(&self, bucket: usize, key: i64, value: f64) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).observe(bucket, key, value);
    }

    /// Reads cells whose thread writes all the time: it is sent to the shared ones meanwhile.
    #[cold]
    fn read_busy(&self, cells: &Cells, buckets: usize) -> Counts {
        self.waiting_readers.fetch_add(1, Ordering::SeqCst);
        let counts = loop {
            if let Some(counts) = cells.try_read(buckets) {
                break counts;
            }
            std::hint::spin_loop();
        };
        self.waiting_readers.fetch_sub(1, Ordering::Relaxed);
        counts
    }
}

fn new_cells(bounds: &[f64], native: Option<&(NativeOptions, &'static Resolution)>) -> Cells {
    Cells::new(bounds.len() + 1, native.map(|(options, _)| NativeCells::new(options)))
}
