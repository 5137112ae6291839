//! In place of `native` where that is left out: types of which there is no value, so that nothing of it is compiled.

use crate::model::NativeHistogram;

/// What a native histogram is like. Without the feature `native-histograms` there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NativeOptions {}

#[derive(Debug)]
pub(super) enum Native {}

#[derive(Debug)]
pub(super) enum NativeCells {}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum NativeCounts {}

impl Native {
    pub(super) fn new(options: NativeOptions) -> Self {
        match options {}
    }

    pub(super) fn key(&self, _value: f64) -> i64 {
        match *self {}
    }

    pub(super) fn cells(&self) -> NativeCells {
        match *self {}
    }

    pub(super) fn limit(&self, _counts: &mut NativeCounts) {
        match *self {}
    }

    pub(super) fn value(&self, _counts: &NativeCounts, _count: f64, _sum: f64) -> NativeHistogram {
        match *self {}
    }
}

impl NativeCells {
    pub(super) fn count(&self, _key: i64) {
        match *self {}
    }

    pub(super) fn read(&self) -> NativeCounts {
        match *self {}
    }
}

impl NativeCounts {
    pub(super) fn add(&mut self, other: Self) {
        match other {}
    }
}
