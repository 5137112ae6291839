//! Range vectors: for each step a window of samples.

use super::error::EvalError;
use super::evaluator::Evaluator;
use super::grid::Grid;
use super::series::{ABSENT, GridSeries, is_absent};
use crate::model::histogram::Added;
use crate::model::{FloatSample, HistogramSample, Labels, SampleValue, Samples};
use crate::promql::annotations::{Annotations, Mended};
use crate::promql::ast::{RangeExtension, Span};
use crate::promql::wording::{self, HistogramOperation};

/// The samples of one series in the window of one step; the window is open on the left: `(start_ms, end_ms]`.
///
/// Of an anchored range the lookback before the window is there too, of a smoothed one also that behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    /// The numbers, in order of time; there is at least one sample of either kind.
    pub(crate) floats: &'a [FloatSample],
    /// Those of the numbers, by their positions in the series, that are less than the one before in the window.
    pub(crate) falls: Falls<'a>,
    /// The histograms, in order of time.
    pub(crate) histograms: &'a [HistogramSample],
    /// Since when the counter has counted, one for each number; empty where nothing is known or wanted of it.
    pub(crate) float_starts_ms: &'a [i64],
    /// The same for each histogram.
    pub(crate) histogram_starts_ms: &'a [i64],
    /// The window's left edge, which does not belong to it, in milliseconds since the Unix epoch.
    pub(crate) start_ms: i64,
    /// The window's right edge, which belongs to it, in milliseconds since the Unix epoch.
    pub(crate) end_ms: i64,
    /// The step that asks, in milliseconds since the Unix epoch; differs from `end_ms` by offsets.
    pub(crate) at_ms: i64,
    pub(crate) extension: Option<RangeExtension>,
}

/// Where the numbers of a window fall. They are found once for a series, however many windows overlap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Falls<'a> {
    samples: &'a [FloatSample],
    positions: &'a [usize],
}

impl Falls<'_> {
    /// What a counter had counted before each of them.
    pub(crate) fn lost(&self) -> f64 {
        let before = |position: &usize| self.samples.get(position.checked_sub(1)?);
        self.positions.iter().filter_map(before).map(|sample| sample.value).sum()
    }
}

/// The series of a range vector, with all samples that some window needs.
#[derive(Debug)]
pub(crate) struct RangeVector {
    pub(crate) series: Vec<RangeSeries>,
    /// The right edges of the windows.
    pub(crate) ends: Grid,
    /// The length of the windows, in milliseconds.
    pub(crate) range_ms: i64,
    pub(crate) extension: Option<RangeExtension>,
    /// How far beyond their edges extended windows look, in milliseconds.
    pub(crate) lookback_ms: i64,
}

/// A series of a [`RangeVector`], without stale markers.
#[derive(Debug)]
pub(crate) struct RangeSeries {
    pub(crate) labels: Labels,
    pub(crate) samples: Samples,
    pub(crate) float_starts_ms: Vec<i64>,
    pub(crate) histogram_starts_ms: Vec<i64>,
    pub(crate) drops_name: bool,
}

/// What a function may say of a series besides its result.
#[derive(Debug)]
pub(crate) struct Remarks<'a> {
    annotations: &'a mut Annotations,
    /// The argument that it is about.
    span: Span,
    metric_name: &'a str,
}

impl Evaluator<'_> {
    /// Applies `f` to each window that has samples. It returns `None` where the window has no result. What it has to say is
    /// about the argument at `span`.
    ///
    /// # Errors
    /// Where the windows look at more samples than the query may.
    pub(crate) fn over_windows(
        &mut self,
        range: &RangeVector,
        span: Span,
        f: impl Fn(&Window<'_>, usize, &mut Remarks<'_>) -> Option<SampleValue>,
    ) -> Result<Vec<GridSeries>, EvalError> {
        let grid = self.grid;
        let mut results = Vec::with_capacity(range.series.len());
        for series in &range.series {
            self.check_wanted(span)?;
            let mut result = GridSeries::new(series.labels.clone(), vec![ABSENT; grid.count]);
            result.drops_name = series.drops_name;
            let (mut floats, mut histograms) = (Part::default(), Part::default());
            let falls = falls(&series.samples.floats);
            let name = series.labels.metric_name();
            for step in 0..grid.count {
                let end_ms = range.ends.at(step);
                let start_ms = end_ms.saturating_sub(range.range_ms);
                let (first_ms, last_ms) = range.seen(start_ms, end_ms);
                floats.advance(&series.samples.floats, first_ms, last_ms, |sample| sample.timestamp_ms);
                histograms
                    .advance(&series.samples.histograms, first_ms, last_ms, |sample| sample.timestamp_ms);
                let window = Window {
                    floats: floats.of(&series.samples.floats),
                    falls: Falls { samples: &series.samples.floats, positions: floats.inside(&falls) },
                    histograms: histograms.of(&series.samples.histograms),
                    float_starts_ms: floats.of(&series.float_starts_ms),
                    histogram_starts_ms: histograms.of(&series.histogram_starts_ms),
                    start_ms,
                    end_ms,
                    at_ms: grid.at(step),
                    extension: range.extension,
                };
                let samples = window.floats.len() + window.histograms.len();
                if samples == 0 {
                    continue;
                }
                self.charge_window(samples, span)?;
                let mut remarks = Remarks::new(&mut self.annotations, span, name);
                if let Some(value) = f(&window, step, &mut remarks) {
                    result.set(step, value);
                }
            }
            if !result.is_empty() {
                results.push(result);
            }
        }
        Ok(results)
    }

    /// Counts the samples that a window looks at.
    fn charge_window(&mut self, samples: usize, span: Span) -> Result<(), EvalError> {
        let Some(left) = self.window_samples_left.checked_sub(samples) else {
            let limit = self.options.max_window_samples;
            let message = format!(
                "the windows overlap so much that more than max_window_samples={limit} are looked at: take a shorter \
                 range or a longer step"
            );
            return Err(EvalError::limit(span, message));
        };
        self.window_samples_left = left;
        Ok(())
    }
}

impl RangeVector {
    /// The times between which a window sees samples, the first exclusive.
    pub(super) fn seen(&self, start_ms: i64, end_ms: i64) -> (i64, i64) {
        match self.extension {
            None => (start_ms, end_ms),
            Some(RangeExtension::Anchored) => (start_ms.saturating_sub(self.lookback_ms), end_ms),
            Some(RangeExtension::Smoothed) => {
                (start_ms.saturating_sub(self.lookback_ms), end_ms.saturating_add(self.lookback_ms))
            }
        }
    }
}

impl<'a> Remarks<'a> {
    /// Remarks about the series called `metric_name` of the argument at `span`.
    pub(crate) fn new(annotations: &'a mut Annotations, span: Span, metric_name: &'a str) -> Self {
        Self { annotations, span, metric_name }
    }

    pub(crate) fn warn(&mut self, message: impl FnOnce(&str) -> String) {
        self.annotations.warn(self.span, message(self.metric_name));
    }

    pub(crate) fn info(&mut self, message: impl FnOnce(&str) -> String) {
        self.annotations.info(self.span, message(self.metric_name));
    }

    pub(crate) fn mended(&mut self, mended: Mended) {
        self.annotations.mended(self.span, wording::forced_monotonicity(self.metric_name), mended);
    }

    pub(crate) fn mixed_floats_and_histograms(&mut self) {
        self.warn(wording::mixed_floats_and_histograms);
    }

    pub(crate) fn mixed_exponential_and_custom(&mut self) {
        self.warn(wording::mixed_exponential_and_custom);
    }

    /// Tells where custom bounds had to be reconciled.
    pub(crate) fn reconciled(&mut self, added: Added, operation: HistogramOperation) {
        if added.bounds_reconciled {
            self.info(|_| wording::reconciled_bounds(operation));
        }
    }
}

/// The samples of a series over the grid.
pub(super) fn samples_of(series: &GridSeries, grid: Grid) -> Samples {
    let floats = grid.times().zip(&series.values).filter(|(_, value)| !is_absent(**value));
    let histograms = grid.times().zip(&series.histograms);
    let histograms = histograms.filter_map(|(timestamp_ms, histogram)| {
        Some(HistogramSample { timestamp_ms, histogram: histogram.clone()? })
    });
    Samples {
        floats: floats.map(|(timestamp_ms, value)| FloatSample { timestamp_ms, value: *value }).collect(),
        histograms: histograms.collect(),
    }
}

/// The positions of the numbers that are less than the one before.
fn falls(samples: &[FloatSample]) -> Vec<usize> {
    let pairs = samples.iter().zip(samples.iter().skip(1)).zip(1..);
    pairs.filter(|((before, after), _)| after.value < before.value).map(|(_, position)| position).collect()
}

/// The samples of one kind that a window sees, as positions.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    first: usize,
    behind: usize,
}

impl Part {
    /// Goes on to the samples after `first_ms` and up to `last_ms`, neither of which was later before.
    #[inline]
    fn advance<T>(&mut self, samples: &[T], first_ms: i64, last_ms: i64, time_ms: impl Fn(&T) -> i64) {
        let up_to = |from: usize, end_ms: i64| {
            samples.iter().skip(from).take_while(|sample| time_ms(sample) <= end_ms).count()
        };
        self.behind += up_to(self.behind, last_ms);
        self.first += up_to(self.first, first_ms);
    }

    /// Those of the ascending positions that are in it behind its first sample.
    #[inline]
    fn inside<'p>(&self, positions: &'p [usize]) -> &'p [usize] {
        if positions.is_empty() {
            return positions;
        }
        let from = positions.partition_point(|position| *position <= self.first);
        let to = positions.partition_point(|position| *position < self.behind);
        positions.get(from..to).unwrap_or_default()
    }

    #[inline]
    fn of<'s, T>(&self, samples: &'s [T]) -> &'s [T] {
        samples.get(self.first..self.behind).unwrap_or_default()
    }
}
