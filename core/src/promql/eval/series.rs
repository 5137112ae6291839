//! Vectors over a whole grid: one value a step for each series.

use crate::model::{Labels, STALE_NAN, is_stale};

/// The value of a step at which a series has none. No result of a calculation has these bits: a stale marker is never
/// handed on as a value.
pub(crate) const ABSENT: f64 = STALE_NAN;

/// Whether a step has no value.
#[inline]
pub(crate) fn is_absent(value: f64) -> bool {
    is_stale(value)
}

/// A series over the grid.
#[derive(Clone, Debug)]
pub(crate) struct GridSeries {
    pub(crate) labels: Labels,
    /// One value a step, [`ABSENT`] where there is none.
    pub(crate) values: Vec<f64>,
}

impl GridSeries {
    /// A series without values.
    pub(crate) fn absent(labels: Labels, steps: usize) -> Self {
        Self { labels, values: vec![ABSENT; steps] }
    }

    /// Whether no step has a value.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.iter().all(|value| is_absent(*value))
    }
}

/// What an expression is worth over the grid.
#[derive(Clone, Debug)]
pub(crate) enum GridValue {
    /// One number a step.
    Scalar(Vec<f64>),
    /// A text.
    String(String),
    /// Series; where the query sorts, in its order.
    Vector(Vec<GridSeries>),
}
