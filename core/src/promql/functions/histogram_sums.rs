//! Sums and means of many native histograms, over time or over series.

use crate::model::NativeHistogram;
use crate::model::histogram::{HistogramSum, ResetHint};

/// A sum or mean, and what there is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Totalled {
    pub(crate) histogram: NativeHistogram,
    /// Some follow a reset, others say that they do not.
    pub(crate) hints_collide: bool,
    /// Some brought other bounds of their own than the rest.
    pub(crate) bounds_reconciled: bool,
}

/// The histograms cannot be added up: some bring bounds of their own, others do not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Incompatible {
    /// The first that does not fit those before it.
    pub(crate) position: usize,
}

/// The sum of the histograms, of which there is at least one, compensated like that of floats.
pub(crate) fn sum(histograms: &[&NativeHistogram]) -> Result<Totalled, Incompatible> {
    let mut total = Total::new(histograms);
    for (position, histogram) in histograms.iter().enumerate().skip(1) {
        total.add(histogram, position)?;
    }
    Ok(total.finish())
}

/// The mean of the histograms, of which there is at least one. Where the sum would overflow, it is calculated step by step
/// instead.
pub(crate) fn mean(histograms: &[&NativeHistogram]) -> Result<Totalled, Incompatible> {
    let mut total = Total::new(histograms);
    let mut seen = 1.0;
    let mut is_stepwise = false;
    for (position, histogram) in histograms.iter().enumerate().skip(1) {
        if !is_stepwise {
            let before = total.sum.clone();
            total.add(histogram, position)?;
            seen += 1.0;
            if !total.sum.has_overflown() {
                continue;
            }
            is_stepwise = true;
            total.sum = before;
            total.sum.scale(|count| count / (seen - 1.0));
        } else {
            seen += 1.0;
        }
        let kept = (seen - 1.0) / seen;
        total.sum.scale(|count| count * kept);
        total.add(&NativeHistogram::clone(histogram).divided_by(seen), position)?;
    }
    if !is_stepwise {
        total.sum.scale(|count| count / seen);
    }
    Ok(total.finish())
}

struct Total {
    sum: HistogramSum,
    hints_collide: bool,
    bounds_reconciled: bool,
}

impl Total {
    fn new(histograms: &[&NativeHistogram]) -> Self {
        let says = |hint: ResetHint| histograms.iter().any(|histogram| histogram.reset_hint == hint);
        let first = histograms.first().map(|first| HistogramSum::new(first));
        Self {
            sum: first.unwrap_or_else(|| HistogramSum::new(&NativeHistogram::default())),
            hints_collide: says(ResetHint::Reset) && says(ResetHint::NotReset),
            bounds_reconciled: false,
        }
    }

    fn add(&mut self, histogram: &NativeHistogram, position: usize) -> Result<(), Incompatible> {
        let added = self.sum.add(histogram).map_err(|_| Incompatible { position })?;
        self.bounds_reconciled |= added.bounds_reconciled;
        Ok(())
    }

    fn finish(self) -> Totalled {
        Totalled {
            histogram: self.sum.value().compacted(),
            hints_collide: self.hints_collide,
            bounds_reconciled: self.bounds_reconciled,
        }
    }
}
