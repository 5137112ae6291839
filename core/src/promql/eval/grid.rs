//! The times at which a query is evaluated.

/// Evenly spaced times: `start_ms`, `start_ms + step_ms`, … up to `end_ms`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Grid {
    pub(crate) start_ms: i64,
    pub(crate) step_ms: i64,
    /// The number of times; at least 1.
    pub(crate) count: usize,
}

impl Grid {
    /// One time.
    pub(crate) fn instant(at_ms: i64) -> Self {
        Self { start_ms: at_ms, step_ms: 1, count: 1 }
    }

    /// All times from `start_ms` to `end_ms`. `None` where the step is not positive or the end lies before the start.
    pub(crate) fn range(start_ms: i64, end_ms: i64, step_ms: i64) -> Option<Self> {
        let length_ms = end_ms.checked_sub(start_ms).filter(|length| *length >= 0)?;
        let steps = length_ms.checked_div(step_ms).filter(|_| step_ms > 0)?;
        Some(Self { start_ms, step_ms, count: usize::try_from(steps).ok()?.checked_add(1)? })
    }

    /// The last time.
    pub(crate) fn end_ms(&self) -> i64 {
        self.at(self.count.saturating_sub(1))
    }

    /// The time at `index`.
    pub(crate) fn at(&self, index: usize) -> i64 {
        let steps = i64::try_from(index).unwrap_or(i64::MAX);
        self.start_ms.saturating_add(self.step_ms.saturating_mul(steps))
    }

    /// All times, in order.
    pub(crate) fn times(self) -> impl Iterator<Item = i64> {
        (0..self.count).map(move |index| self.at(index))
    }
}
