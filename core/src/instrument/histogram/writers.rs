//! Cells for each thread that observes, and shared ones for those that have none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::super::thread;
use super::cells::{Cells, Counts};

/// How many threads the first segment has cells for; each further one has twice as many.
const FIRST_SEGMENT: usize = 4;
/// 4 + 8 + … + 128: cells for 252 threads at a time. Further ones share.
const SEGMENTS: usize = 6;

/// A segment of cells, by the number of their thread.
type Segment = OnceLock<Box<[OnceLock<Cells>]>>;

/// All cells of a histogram.
#[derive(Debug)]
pub(super) struct Writers {
    segments: [Segment; SEGMENTS],
    /// For threads that have no cells of their own, or must not write to them now.
    shared: Mutex<Cells>,
    /// How many readers ask the writers to use the shared cells, so that a reader gets to its end.
    waiting_readers: AtomicUsize,
}

impl Writers {
    /// Every writer's cells are like `shared`, which have counted nothing.
    pub(super) fn new(shared: Cells) -> Self {
        Self {
            segments: [const { OnceLock::new() }; SEGMENTS],
            shared: Mutex::new(shared),
            waiting_readers: AtomicUsize::new(0),
        }
    }

    /// Counts in the calling thread's cells, which `new` makes where there are none yet.
    #[inline]
    pub(super) fn observe(&self, bucket: usize, key: i64, value: f64, new: impl Fn() -> Cells) {
        match thread::number().and_then(|number| self.cells(number, new)) {
            Some(cells) if self.waiting_readers.load(Ordering::Relaxed) == 0 => {
                cells.observe(bucket, key, value)
            }
            _ => self.observe_shared(bucket, key, value),
        }
    }

    /// Adds up every observation that has returned, each wholly or not at all. `total` has counted nothing.
    pub(super) fn read(&self, mut total: Counts) -> Counts {
        let buckets = total.classic.len();
        for cells in self.all() {
            total.add(cells.try_read(buckets).unwrap_or_else(|| self.read_busy(cells, buckets)));
        }
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        total.add(shared.try_read(buckets).unwrap_or_default());
        total
    }

    /// A number that changes with every observation.
    pub(super) fn activity(&self) -> u64 {
        let own: u64 = self.all().map(Cells::version).fold(0, u64::wrapping_add);
        own.wrapping_add(self.shared.lock().unwrap_or_else(PoisonError::into_inner).version())
    }

    fn all(&self) -> impl Iterator<Item = &Cells> {
        self.segments.iter().filter_map(OnceLock::get).flatten().filter_map(OnceLock::get)
    }

    /// The cells of the thread with this number.
    #[inline]
    fn cells(&self, number: usize, new: impl Fn() -> Cells) -> Option<&Cells> {
        let at = number.checked_add(FIRST_SEGMENT)?;
        let segment = (at / FIRST_SEGMENT).ilog2() as usize;
        let within = at - (FIRST_SEGMENT << segment);
        match self.segments.get(segment)?.get().and_then(|cells| cells.get(within)?.get()) {
            Some(cells) => Some(cells),
            None => self.make_cells(segment, within, new),
        }
    }

    #[cold]
    fn make_cells(&self, segment: usize, within: usize, new: impl Fn() -> Cells) -> Option<&Cells> {
        let length = FIRST_SEGMENT << segment;
        let cells =
            self.segments.get(segment)?.get_or_init(|| (0..length).map(|_| OnceLock::new()).collect());
        Some(cells.get(within)?.get_or_init(new))
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
