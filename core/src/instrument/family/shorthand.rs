//! Updates of a family's metrics in one call.

use super::{Family, TypedFamily};
use crate::instrument::{Counter, Gauge, Histogram, LabelSet};

impl<const N: usize> Family<Counter, N> {
    /// Counts one under these label values.
    #[inline]
    pub fn inc(&self, values: [&str; N]) {
        self.update(values, Counter::inc);
    }

    /// Counts `count` under these label values.
    #[inline]
    pub fn inc_by(&self, values: [&str; N], count: u64) {
        self.update(values, |counter| counter.inc_by(count));
    }
}

impl<const N: usize> Family<Gauge, N> {
    /// Replaces the value under these label values.
    #[inline]
    pub fn set(&self, values: [&str; N], value: f64) {
        self.update(values, |gauge| gauge.set(value));
    }
}

impl<const N: usize> Family<Histogram, N> {
    /// Counts an observation under these label values.
    #[inline]
    pub fn observe(&self, values: [&str; N], value: f64) {
        self.update(values, |histogram| histogram.observe(value));
    }
}

impl<L: LabelSet> TypedFamily<Counter, L> {
    /// Counts one under these labels.
    #[inline]
    pub fn inc(&self, labels: &L) {
        self.update(labels, Counter::inc);
    }

    /// Counts `count` under these labels.
    #[inline]
    pub fn inc_by(&self, labels: &L, count: u64) {
        self.update(labels, |counter| counter.inc_by(count));
    }
}

impl<L: LabelSet> TypedFamily<Gauge, L> {
    /// Replaces the value under these labels.
    #[inline]
    pub fn set(&self, labels: &L, value: f64) {
        self.update(labels, |gauge| gauge.set(value));
    }
}

impl<L: LabelSet> TypedFamily<Histogram, L> {
    /// Counts an observation under these labels.
    #[inline]
    pub fn observe(&self, labels: &L, value: f64) {
        self.update(labels, |histogram| histogram.observe(value));
    }
}
