//! What an instrument shows at one moment.

/// What an instrument shows at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// A total, a value or a sum.
    pub(crate) value: f64,
    /// The observations in each bucket, not cumulative.
    pub(crate) counts: Vec<f64>,
}

impl Reading {
    /// Leaves what has come since `before`, for `weight` pages like this one.
    pub(crate) fn subtract(&mut self, before: &Self, weight: f64) {
        self.value = (self.value - before.value) * weight;
        for (at, count) in self.counts.iter_mut().enumerate() {
            *count = (*count - before.counts.get(at).copied().unwrap_or_default()) * weight;
        }
    }
}
