//! What a window's samples come to, whatever their times.

use super::rate::secs;
use super::{Function, stats};
use crate::model::FloatSample;
use crate::promql::eval::Window;

/// The result of a window, or `None` where it has none.
pub(super) type OfWindow = fn(Window<'_>) -> Option<f64>;

/// The function of a window that `function` is, or `None` where it is another kind.
pub(super) fn of_window(function: Function) -> Option<OfWindow> {
    use super::{rate, regression};
    Some(match function {
        Function::AvgOverTime => |window| Some(stats::mean(&values(window))),
        Function::Changes => rate::changes,
        Function::CountOverTime => |window| Some(stats::count(&values(window))),
        Function::Delta => |window| rate::extrapolated(window, rate::Growth::Delta),
        Function::Deriv => regression::deriv,
        Function::FirstOverTime => |window| window.samples.first().map(|sample| sample.value),
        Function::Idelta => |window| rate::instant(window, false),
        Function::Increase => |window| rate::extrapolated(window, rate::Growth::Increase),
        Function::Irate => |window| rate::instant(window, true),
        Function::LastOverTime => |window| window.samples.last().map(|sample| sample.value),
        Function::MadOverTime => |window| Some(median_absolute_deviation(&mut values(window))),
        Function::MaxOverTime => |window| Some(stats::max(&values(window))),
        Function::MinOverTime => |window| Some(stats::min(&values(window))),
        Function::PresentOverTime => |_| Some(1.0),
        Function::Rate => |window| rate::extrapolated(window, rate::Growth::Rate),
        Function::Resets => rate::resets,
        Function::StddevOverTime => |window| Some(stats::variance(&values(window)).sqrt()),
        Function::StdvarOverTime => |window| Some(stats::variance(&values(window))),
        Function::SumOverTime => |window| Some(stats::sum(&values(window))),
        Function::TsOfFirstOverTime => {
            |window| window.samples.first().map(|sample| secs(sample.timestamp_ms))
        }
        Function::TsOfLastOverTime => |window| window.samples.last().map(|sample| secs(sample.timestamp_ms)),
        Function::TsOfMaxOverTime => |window| time_of_best(window, |value, best| value >= best),
        Function::TsOfMinOverTime => |window| time_of_best(window, |value, best| value <= best),
        _ => return None,
    })
}

/// Whether the result is still the metric itself, and so keeps its name.
pub(super) fn keeps_name(function: Function) -> bool {
    matches!(function, Function::FirstOverTime | Function::LastOverTime)
}

pub(super) fn values(window: Window<'_>) -> Vec<f64> {
    window.samples.iter().map(|sample| sample.value).collect()
}

fn median_absolute_deviation(values: &mut [f64]) -> f64 {
    let median = stats::quantile(0.5, values);
    values.iter_mut().for_each(|value| *value = (*value - median).abs());
    stats::quantile(0.5, values)
}

/// The time of the last sample that `is_better` holds for against the best before it; anything is better than NaN.
fn time_of_best(window: Window<'_>, is_better: impl Fn(f64, f64) -> bool) -> Option<f64> {
    let better = |best: &'_ FloatSample, sample: &FloatSample| {
        best.value.is_nan() || is_better(sample.value, best.value)
    };
    let best =
        window.samples.iter().reduce(|best, sample| if better(best, sample) { sample } else { best })?;
    Some(secs(best.timestamp_ms))
}
