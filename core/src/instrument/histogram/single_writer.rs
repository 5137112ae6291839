//! In place of `writers` where there is one thread: one set of cells, and nobody to wait for.

use super::cells::{Cells, Counts};

/// All cells of a histogram.
#[derive(Debug)]
pub(super) struct Writers(Cells);

impl Writers {
    pub(super) fn new(cells: Cells) -> Self {
        Self(cells)
    }

    #[inline]
    pub(super) fn observe(&self, bucket: usize, key: i64, value: f64, _new: impl Fn() -> Cells) {
        self.0.observe(bucket, key, value);
    }

    pub(super) fn read(&self, mut total: Counts) -> Counts {
        total.add(self.0.try_read(total.classic.len()).unwrap_or_default());
        total
    }

    pub(super) fn activity(&self) -> u64 {
        self.0.version()
    }
}
