//! The growth of counters and the differences of gauges over a window.

use super::{extended, histogram_rate, start};
use crate::model::{NativeHistogram, SampleValue};
use crate::promql::eval::{Remarks, Window};
use crate::promql::wording;

/// How the ends of a window are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Growth {
    /// `rate`: a counter's growth per second.
    Rate,
    /// `increase`: a counter's growth.
    Increase,
    /// `delta`: a gauge's difference.
    Delta,
}

impl Growth {
    pub(super) fn is_of_counter(self) -> bool {
        self != Self::Delta
    }
}

/// The growth over the window, of numbers or of histograms, but not of both.
pub(super) fn growth(window: &Window<'_>, remarks: &mut Remarks<'_>, growth: Growth) -> Option<SampleValue> {
    match (window.floats.is_empty(), window.histograms.is_empty(), window.extension) {
        (false, false, _) => {
            remarks.mixed_floats_and_histograms();
            None
        }
        (_, true, None) => of_floats(window, remarks, growth).map(SampleValue::Float),
        (_, false, None) => of_histograms(window, remarks, growth).map(SampleValue::from),
        (_, true, Some(extension)) => extended::of_floats(window, extension, growth).map(SampleValue::Float),
        (_, false, Some(extension)) => {
            extended::of_histograms(window, extension, growth, remarks).map(SampleValue::from)
        }
    }
}

/// The growth over the window, extrapolated from the first and last sample to the window's edges.
///
/// - Fewer than two samples: none, unless a start timestamp lies inside the window.
/// - A counter that falls was reset: what it had counted before is added.
/// - Towards an edge that is more than 1.1 mean gaps away, only half a mean gap is extrapolated.
/// - A counter is not extrapolated to before the time at which it would have been zero.
/// - A counter whose start lies inside the window was zero there.
///
/// Source: Prometheus' `extrapolatedRate` in `promql/functions.go`.
fn of_floats(window: &Window<'_>, remarks: &mut Remarks<'_>, growth: Growth) -> Option<f64> {
    let (first, last) = (window.floats.first()?, window.floats.last()?);
    let mut difference = last.value - first.value;
    if growth.is_of_counter() {
        difference += if window.float_starts_ms.is_empty() {
            window.falls.lost()
        } else {
            lost_in_resets(window, remarks)
        };
    }
    let ends = Ends { first_ms: first.timestamp_ms, last_ms: last.timestamp_ms, count: window.floats.len() };
    // What counted more than three times its growth before was zero too long ago to matter.
    let may_have_been_zero = difference > 0.0 && (0.0..3.0 * difference).contains(&first.value);
    let zero_share = may_have_been_zero.then(|| first.value / difference);
    let stretch = stretch(window, ends, window.float_starts_ms, zero_share, growth)?;
    if stretch.counts_from_zero {
        difference += first.value;
    }
    Some(difference * stretch.factor)
}

/// The same, count by count.
fn of_histograms(window: &Window<'_>, remarks: &mut Remarks<'_>, growth: Growth) -> Option<NativeHistogram> {
    let (first, last) = (window.histograms.first()?, window.histograms.last()?);
    let difference = if window.histograms.len() > 1 {
        Some(histogram_rate::difference(window, remarks, growth.is_of_counter())?)
    } else {
        None
    };
    let ends =
        Ends { first_ms: first.timestamp_ms, last_ms: last.timestamp_ms, count: window.histograms.len() };
    let zero_share = difference
        .as_ref()
        .filter(|difference| difference.count > 0.0 && first.histogram.count >= 0.0)
        .map(|difference| first.histogram.count / difference.count);
    let stretch = stretch(window, ends, window.histogram_starts_ms, zero_share, growth)?;
    let grown = match difference {
        Some(difference) if stretch.counts_from_zero => {
            let Ok((sum, added)) = difference.plus(&first.histogram) else {
                remarks.mixed_exponential_and_custom();
                return None;
            };
            remarks.reconciled(added, wording::HistogramOperation::Addition);
            sum
        }
        Some(difference) => difference,
        None => NativeHistogram::clone(&first.histogram),
    };
    Some(grown.multiplied_by(stretch.factor))
}

/// The first and last sample of a window.
#[derive(Clone, Copy, Debug)]
struct Ends {
    first_ms: i64,
    last_ms: i64,
    count: usize,
}

/// How the growth between two samples becomes that of a window.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    factor: f64,
    /// Whether what the first sample counted belongs to the growth.
    counts_from_zero: bool,
}

/// `zero_share` is the first sample's count in proportion to the growth: where it is known, the counter was zero that share
/// of the sampled time before. `None` where one sample is all there is.
fn stretch(
    window: &Window<'_>,
    ends: Ends,
    starts_ms: &[i64],
    zero_share: Option<f64>,
    growth: Growth,
) -> Option<Stretch> {
    let is_counter = growth.is_of_counter();
    let mut sampled_secs = secs(ends.last_ms - ends.first_ms);
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53")]
    let mean_gap_secs = if ends.count > 1 { sampled_secs / (ends.count - 1) as f64 } else { 0.0 };
    let threshold_secs = mean_gap_secs * 1.1;
    let towards = |edge_secs: f64| if edge_secs >= threshold_secs { mean_gap_secs / 2.0 } else { edge_secs };

    let start_ms = start::of_first(starts_ms, window.start_ms, ends.first_ms).filter(|_| is_counter);
    let mut to_start_secs = 0.0;
    if let Some(start_ms) = start_ms {
        sampled_secs = secs(ends.last_ms - start_ms);
    } else if ends.count < 2 {
        return None;
    } else {
        to_start_secs = towards(secs(ends.first_ms - window.start_ms));
        if let Some(zero_share) = zero_share.filter(|_| is_counter) {
            to_start_secs = to_start_secs.min(sampled_secs * zero_share);
        }
    }
    let to_end_secs = towards(secs(window.end_ms - ends.last_ms));
    let mut factor = (sampled_secs + to_start_secs + to_end_secs) / sampled_secs;
    if growth == Growth::Rate {
        factor /= secs(window.end_ms - window.start_ms);
    }
    Some(Stretch { factor, counts_from_zero: start_ms.is_some() })
}

/// What a counter had counted before each reset, where start timestamps tell of resets too.
fn lost_in_resets(window: &Window<'_>, remarks: &mut Remarks<'_>) -> f64 {
    let with_starts = || window.floats.iter().zip(window.float_starts_ms);
    let mut lost = 0.0;
    for ((before, before_start_ms), (after, start_ms)) in with_starts().zip(with_starts().skip(1)) {
        if start::overlaps(*before_start_ms, before.timestamp_ms, *start_ms) {
            remarks.warn(wording::overlapping_start);
        }
        let began = start::is_reset(*before_start_ms, before.timestamp_ms, *start_ms, after.timestamp_ms);
        if began || after.value < before.value {
            lost += before.value;
        }
    }
    lost
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 milliseconds")]
pub(super) fn secs(duration_ms: i64) -> f64 {
    duration_ms as f64 / 1000.0
}
