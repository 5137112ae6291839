//! All that a histogram counted.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::super::rejected::{Rejected, Rejections};
use super::HistogramOptions;
use super::bounds::ordered;
use super::cells::{Cells, Counts};
use super::exemplars::Exemplars;
use super::native::Native;
use super::writers::Writers;
use crate::exposition::encode::LabelPairs;

/// Up to how many bounds it is faster to compare with all than to search.
const COUNTED_BOUNDS: usize = 32;

#[derive(Debug)]
pub(super) struct Observations {
    /// Upper bounds of the classic buckets, ascending, finite.
    pub(super) bounds: Box<[f64]>,
    pub(super) native: Option<Native>,
    writers: Writers,
    exemplars: OnceLock<Box<Mutex<Exemplars>>>,
    rejections: Rejections,
}

impl Observations {
    pub(super) fn new(options: HistogramOptions) -> Self {
        let bounds = ordered(options.bounds);
        let native = options.native.map(Native::new);
        let writers = Writers::new(new_cells(&bounds, native.as_ref()));
        Self { bounds, native, writers, exemplars: OnceLock::new(), rejections: Rejections::default() }
    }

    #[inline]
    pub(super) fn observe(&self, value: f64) {
        if !value.is_finite() {
            return self.rejections.not_finite(value);
        }
        let bucket = self.bucket(value);
        let key = self.native.as_ref().map_or(0, |native| native.key(value));
        self.writers.observe(bucket, key, value, || new_cells(&self.bounds, self.native.as_ref()));
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
        let mut total = self.writers.read(Counts {
            sum: 0.0,
            classic: vec![0; self.bounds.len() + 1],
            native: self.native.as_ref().map(|native| native.cells().read()),
        });
        if let (Some(counts), Some(native)) = (&mut total.native, &self.native) {
            native.limit(counts);
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
        self.writers.activity()
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
}

fn new_cells(bounds: &[f64], native: Option<&Native>) -> Cells {
    Cells::new(bounds.len() + 1, native.map(Native::cells))
}
