//! What a window's samples come to, whatever their times.

use super::rate::secs;
use super::{Function, changes, histogram_sums, instant_rate, rate, regression, stats};
use crate::model::{FloatSample, NativeHistogram, SampleValue};
use crate::promql::eval::{Remarks, Window};
use crate::promql::wording::{self, HistogramOperation};

/// The result of a window, or `None` where it has none.
pub(super) type OfWindow = fn(&Window<'_>, &mut Remarks<'_>) -> Option<SampleValue>;

/// The function of a window that `function` is, or `None` where it is another kind.
pub(super) fn of_window(function: Function) -> Option<OfWindow> {
    Some(match function {
        Function::AvgOverTime => |window, remarks| total(window, remarks, stats::mean, histogram_sums::mean),
        Function::Changes => changes::changes,
        Function::CountOverTime => |window, _| Some(SampleValue::Float(count(window))),
        Function::Delta => |window, remarks| rate::growth(window, remarks, rate::Growth::Delta),
        Function::Deriv => |window, remarks| of_line(window, remarks, regression::deriv),
        Function::FirstOverTime => |window, _| first(window),
        Function::Idelta => |window, remarks| instant_rate::instant(window, remarks, false),
        Function::Increase => |window, remarks| rate::growth(window, remarks, rate::Growth::Increase),
        Function::Irate => |window, remarks| instant_rate::instant(window, remarks, true),
        Function::LastOverTime => |window, _| last(window),
        Function::MadOverTime => |window, remarks| {
            of_floats(window, remarks, |floats| median_absolute_deviation(&mut values(floats)))
        },
        Function::MaxOverTime => {
            |window, remarks| of_floats(window, remarks, |floats| stats::max(&values(floats)))
        }
        Function::MinOverTime => {
            |window, remarks| of_floats(window, remarks, |floats| stats::min(&values(floats)))
        }
        Function::PresentOverTime => |_, _| Some(SampleValue::Float(1.0)),
        Function::Rate => |window, remarks| rate::growth(window, remarks, rate::Growth::Rate),
        Function::Resets => changes::resets,
        Function::StddevOverTime => {
            |window, remarks| of_floats(window, remarks, |floats| stats::variance(&values(floats)).sqrt())
        }
        Function::StdvarOverTime => {
            |window, remarks| of_floats(window, remarks, |floats| stats::variance(&values(floats)))
        }
        Function::SumOverTime => |window, remarks| total(window, remarks, stats::sum, histogram_sums::sum),
        Function::TsOfFirstOverTime => |window, _| time(times_ms(window).min()),
        Function::TsOfLastOverTime => |window, _| time(times_ms(window).max()),
        Function::TsOfMaxOverTime => |window, remarks| {
            of_floats(window, remarks, |floats| time_of_best(floats, |value, best| value >= best))
        },
        Function::TsOfMinOverTime => |window, remarks| {
            of_floats(window, remarks, |floats| time_of_best(floats, |value, best| value <= best))
        },
        _ => return None,
    })
}

/// Whether the result is still the metric itself, and so keeps its name.
pub(super) fn keeps_name(function: Function) -> bool {
    matches!(function, Function::FirstOverTime | Function::LastOverTime)
}

pub(super) fn values(floats: &[FloatSample]) -> Vec<f64> {
    floats.iter().map(|sample| sample.value).collect()
}

/// What the numbers of a window come to; histograms among them are left out.
pub(super) fn of_floats(
    window: &Window<'_>,
    remarks: &mut Remarks<'_>,
    f: impl Fn(&[FloatSample]) -> f64,
) -> Option<SampleValue> {
    if window.floats.is_empty() {
        return None;
    }
    tell_of_ignored(window, remarks);
    Some(SampleValue::Float(f(window.floats)))
}

/// The same for what needs two numbers at least.
pub(super) fn of_line(
    window: &Window<'_>,
    remarks: &mut Remarks<'_>,
    f: impl Fn(&Window<'_>) -> Option<f64>,
) -> Option<SampleValue> {
    if !window.floats.is_empty() {
        tell_of_ignored(window, remarks);
    }
    f(window).map(SampleValue::Float)
}

fn tell_of_ignored(window: &Window<'_>, remarks: &mut Remarks<'_>) {
    if !window.histograms.is_empty() {
        remarks.info(wording::ignored_in_mixed_range);
    }
}

/// The sum or mean of a window, which must be of one kind.
fn total(
    window: &Window<'_>,
    remarks: &mut Remarks<'_>,
    of_floats: impl Fn(&[f64]) -> f64,
    of_histograms: impl Fn(&[&NativeHistogram]) -> Result<histogram_sums::Totalled, histogram_sums::Incompatible>,
) -> Option<SampleValue> {
    if window.histograms.is_empty() {
        return Some(SampleValue::Float(of_floats(&values(window.floats))));
    }
    if !window.floats.is_empty() {
        remarks.mixed_floats_and_histograms();
        return None;
    }
    let histograms: Vec<&NativeHistogram> =
        window.histograms.iter().map(|sample| &*sample.histogram).collect();
    let Ok(total) = of_histograms(&histograms) else {
        remarks.mixed_exponential_and_custom();
        return None;
    };
    if total.hints_collide {
        remarks.warn(|_| wording::conflicting_resets(HistogramOperation::Aggregation));
    }
    if total.bounds_reconciled {
        remarks.info(|_| wording::reconciled_bounds(HistogramOperation::Aggregation));
    }
    Some(total.histogram.into())
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53")]
fn count(window: &Window<'_>) -> f64 {
    (window.floats.len() + window.histograms.len()) as f64
}

fn first(window: &Window<'_>) -> Option<SampleValue> {
    match (window.floats.first(), window.histograms.first()) {
        (Some(float), histogram)
            if histogram.is_none_or(|histogram| float.timestamp_ms < histogram.timestamp_ms) =>
        {
            Some(SampleValue::Float(float.value))
        }
        (_, histogram) => Some(SampleValue::Histogram(histogram?.histogram.clone())),
    }
}

fn last(window: &Window<'_>) -> Option<SampleValue> {
    match (window.floats.last(), window.histograms.last()) {
        (Some(float), histogram)
            if histogram.is_none_or(|histogram| float.timestamp_ms > histogram.timestamp_ms) =>
        {
            Some(SampleValue::Float(float.value))
        }
        (_, histogram) => Some(SampleValue::Histogram(histogram?.histogram.clone())),
    }
}

fn times_ms(window: &Window<'_>) -> impl Iterator<Item = i64> {
    let floats = window.floats.iter().map(|sample| sample.timestamp_ms);
    floats.chain(window.histograms.iter().map(|sample| sample.timestamp_ms))
}

fn time(time_ms: Option<i64>) -> Option<SampleValue> {
    time_ms.map(|time_ms| SampleValue::Float(secs(time_ms)))
}

/// NaN where any value is.
fn median_absolute_deviation(values: &mut [f64]) -> f64 {
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    let median = stats::quantile(0.5, values);
    values.iter_mut().for_each(|value| *value = (*value - median).abs());
    stats::quantile(0.5, values)
}

/// The time of the last sample that `is_better` holds for against the best before it; anything is better than NaN.
fn time_of_best(floats: &[FloatSample], is_better: impl Fn(f64, f64) -> bool) -> f64 {
    let better = |best: &'_ FloatSample, sample: &FloatSample| {
        best.value.is_nan() || is_better(sample.value, best.value)
    };
    let best = floats.iter().reduce(|best, sample| if better(best, sample) { sample } else { best });
    best.map_or(f64::NAN, |best| secs(best.timestamp_ms))
}
