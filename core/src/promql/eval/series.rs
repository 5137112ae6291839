//! Vectors over a whole grid: one value a step for each series.

use std::sync::Arc;

use crate::model::{Labels, NativeHistogram, STALE_NAN, SampleValue, is_stale};

/// The number of a step at which a series has none. No result of a calculation has these bits: a stale marker is never
/// handed on as a value.
pub(crate) const ABSENT: f64 = STALE_NAN;

/// Whether a step has no number.
#[inline]
pub(crate) fn is_absent(value: f64) -> bool {
    is_stale(value)
}

/// A series over the grid. At each step it has a number, a histogram, or nothing.
#[derive(Clone, Debug)]
pub(crate) struct GridSeries {
    pub(crate) labels: Labels,
    /// One number a step, [`ABSENT`] where there is none.
    pub(crate) values: Vec<f64>,
    /// One histogram a step where there is one; empty where no step has any.
    pub(crate) histograms: Vec<Option<Arc<NativeHistogram>>>,
    /// Whether the metric's name goes when all is evaluated.
    pub(crate) drops_name: bool,
}

impl GridSeries {
    /// A series of numbers.
    pub(crate) fn new(labels: Labels, values: Vec<f64>) -> Self {
        Self { labels, values, histograms: Vec::new(), drops_name: false }
    }

    /// A series without values.
    pub(crate) fn absent(labels: Labels, steps: usize) -> Self {
        Self::new(labels, vec![ABSENT; steps])
    }

    /// A series without values that stands for `self`: with its labels and the fate of its name.
    pub(crate) fn emptied(&self) -> Self {
        Self { drops_name: self.drops_name, ..Self::absent(self.labels.clone(), self.values.len()) }
    }

    /// Whether no step has a value.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.iter().all(|value| is_absent(*value)) && self.histograms.iter().all(Option::is_none)
    }

    /// The value of a step.
    #[inline]
    pub(crate) fn get(&self, step: usize) -> Option<SampleValue> {
        match self.values.get(step) {
            Some(value) if !is_absent(*value) => Some(SampleValue::Float(*value)),
            _ => self.histogram(step).cloned().map(SampleValue::Histogram),
        }
    }

    /// Whether a step has a value.
    #[inline]
    pub(crate) fn has(&self, step: usize) -> bool {
        self.float(step).is_some() || self.histogram(step).is_some()
    }

    /// The number of a step.
    #[inline]
    pub(crate) fn float(&self, step: usize) -> Option<f64> {
        self.values.get(step).copied().filter(|value| !is_absent(*value))
    }

    /// The histogram of a step.
    #[inline]
    pub(crate) fn histogram(&self, step: usize) -> Option<&Arc<NativeHistogram>> {
        self.histograms.get(step)?.as_ref()
    }

    /// Sets the value of a step, which has none yet.
    #[inline]
    pub(crate) fn set(&mut self, step: usize, value: SampleValue) {
        match value {
            SampleValue::Float(value) => {
                if let Some(slot) = self.values.get_mut(step) {
                    *slot = value;
                }
            }
            SampleValue::Histogram(histogram) => {
                if self.histograms.is_empty() {
                    self.histograms.resize(self.values.len(), None);
                }
                if let Some(slot) = self.histograms.get_mut(step) {
                    *slot = Some(histogram);
                }
            }
        }
    }

    /// Takes the value of a step away.
    pub(crate) fn clear(&mut self, step: usize) {
        if let Some(slot) = self.values.get_mut(step) {
            *slot = ABSENT;
        }
        if let Some(slot) = self.histograms.get_mut(step) {
            *slot = None;
        }
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
