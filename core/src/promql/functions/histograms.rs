//! The functions of histograms, classic and native.

use hashbrown::HashMap;

use super::classic::{self, Bucket};
use super::vector::{arg, at, scalar};
use crate::model::histogram::NanObservations;
use crate::model::labels::BUCKET;
use crate::model::{Labels, NativeHistogram, SampleValue};
use crate::promql::annotations::Mended;
use crate::promql::ast::{Call, Expr, Function, Span};
use crate::promql::eval::{EvalError, Evaluator, GridSeries, Remarks};
use crate::promql::wording;

/// What a function makes of one native histogram.
pub(super) fn of_native(function: Function) -> Option<fn(&NativeHistogram) -> f64> {
    Some(match function {
        Function::HistogramAvg => NativeHistogram::mean,
        Function::HistogramCount => |histogram| histogram.count,
        Function::HistogramStddev => |histogram| histogram.variance().sqrt(),
        Function::HistogramStdvar => NativeHistogram::variance,
        Function::HistogramSum => |histogram| histogram.sum,
        _ => return None,
    })
}

/// Applies `f` to each native histogram of the argument; numbers are left out.
pub(super) fn map_native(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
    f: fn(&NativeHistogram) -> f64,
) -> Result<Vec<GridSeries>, EvalError> {
    let expr = arg(call, 0, span)?;
    let needs_buckets = matches!(call.function, Function::HistogramStddev | Function::HistogramStdvar);
    let series = if needs_buckets {
        evaluator.eval_vector(expr)?
    } else {
        evaluator.for_statistics(|evaluator| evaluator.eval_vector(expr))?
    };
    let mut results = Vec::with_capacity(series.len());
    for one in series.iter().filter(|one| !one.histograms.is_empty()) {
        let mut result = one.emptied();
        for (step, histogram) in one.histograms.iter().enumerate() {
            if let Some(histogram) = histogram {
                result.set(step, SampleValue::Float(f(histogram)));
            }
        }
        results.push(result);
    }
    results.retain(|result| !result.is_empty());
    evaluator.without_names(results, span)
}

/// `histogram_quantile(q, v)`.
pub(super) fn quantile(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let quantiles = scalar(evaluator, call, 0, span)?;
    warn_of_odd_quantiles(evaluator, &quantiles, arg(call, 0, span)?);
    let histograms = Histograms::eval(evaluator, arg(call, 1, span)?)?;
    let results = histograms.quantiles(evaluator, &quantiles);
    evaluator.without_names(results, span)
}

/// `histogram_quantiles(v, label, q…)`: each quantile told apart by the label.
pub(super) fn quantiles(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let label = evaluator.eval_string(arg(call, 1, span)?)?;
    let histograms = Histograms::eval(evaluator, arg(call, 0, span)?)?;
    let mut results = Vec::new();
    for position in 2..call.args.len() {
        let quantiles = scalar(evaluator, call, position, span)?;
        warn_of_odd_quantiles(evaluator, &quantiles, arg(call, position, span)?);
        for result in histograms.quantiles(evaluator, &quantiles) {
            results.extend(labelled(&result, &label, &quantiles));
        }
    }
    evaluator.without_names(results, span)
}

/// `histogram_fraction(lower, upper, v)`.
pub(super) fn fraction(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let (lower, upper) = (scalar(evaluator, call, 0, span)?, scalar(evaluator, call, 1, span)?);
    let histograms = Histograms::eval(evaluator, arg(call, 2, span)?)?;
    let of_native = |histogram: &NativeHistogram, step: usize, remarks: &mut Remarks<'_>| {
        let fraction = histogram.fraction(at(&lower, step), at(&upper, step));
        if fraction.nan_observations != NanObservations::Absent {
            remarks.info(wording::fraction_without_nan);
        }
        fraction.value
    };
    let of_classic = |buckets: &mut Vec<Bucket>, step: usize, _: &mut Remarks<'_>| {
        classic::fraction(at(&lower, step), at(&upper, step), buckets)
    };
    let results = histograms.map(evaluator, of_native, of_classic);
    evaluator.without_names(results, span)
}

/// The histograms of a vector.
struct Histograms {
    series: Vec<GridSeries>,
    /// Positions of series with native histograms, and their labels without the bucket's.
    native: Vec<(usize, Labels)>,
    classic: Vec<Classic>,
    span: Span,
}

/// The buckets of a classic histogram, by ascending bound.
struct Classic {
    labels: Labels,
    drops_name: bool,
    /// Bounds, and positions of series.
    buckets: Vec<(f64, usize)>,
}

impl Histograms {
    /// The histograms of `expr`. A series whose `le` is missing or no number is passed over with a warning.
    fn eval(evaluator: &mut Evaluator<'_>, expr: &Expr) -> Result<Self, EvalError> {
        let series = evaluator.for_buckets(|evaluator| evaluator.eval_vector(expr))?;
        let mut native = Vec::new();
        let mut classic: Vec<Classic> = Vec::new();
        let mut index: HashMap<Labels, usize> = HashMap::new();
        for (position, one) in series.iter().enumerate() {
            let labels = one.labels.filter(|name| name != BUCKET);
            if !one.histograms.is_empty() {
                native.push((position, labels.clone()));
            }
            if (0..one.values.len()).all(|step| one.float(step).is_none()) {
                continue;
            }
            let le = one.labels.get(BUCKET).unwrap_or_default();
            let bound = fast_float2::parse::<f64, _>(le).ok().filter(|bound| !bound.is_nan());
            let Some(upper_bound) = bound else {
                let message = wording::bad_bucket_label(le, one.labels.metric_name());
                evaluator.annotations.warn(expr.span, message);
                continue;
            };
            let at = *index.entry(labels).or_insert_with_key(|labels| {
                let (labels, drops_name) = (labels.clone(), one.drops_name);
                classic.push(Classic { labels, drops_name, buckets: Vec::new() });
                classic.len() - 1
            });
            if let Some(histogram) = classic.get_mut(at) {
                histogram.buckets.push((upper_bound, position));
            }
        }
        for histogram in &mut classic {
            histogram.buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        }
        Ok(Self { series, native, classic, span: expr.span })
    }

    fn quantiles(&self, evaluator: &mut Evaluator<'_>, quantiles: &[f64]) -> Vec<GridSeries> {
        let of_native = |histogram: &NativeHistogram, step: usize, remarks: &mut Remarks<'_>| {
            let quantile = histogram.quantile(at(quantiles, step));
            match quantile.nan_observations {
                NanObservations::Absent => {}
                NanObservations::Skew => remarks.info(wording::quantile_skewed_by_nan),
                NanObservations::Hit => remarks.info(wording::quantile_among_nan),
            }
            quantile.value
        };
        let grid = evaluator.grid;
        let of_classic = |buckets: &mut Vec<Bucket>, step: usize, remarks: &mut Remarks<'_>| {
            let quantile = classic::quantile(at(quantiles, step), buckets);
            if let Some(mended) = quantile.mended {
                remarks.mended(Mended {
                    bounds: (mended.lowest_bound, mended.highest_bound),
                    largest_drop: mended.largest_drop,
                    times_ms: (grid.at(step), grid.at(step)),
                    samples: 1,
                });
            }
            quantile.value
        };
        self.map(evaluator, of_native, of_classic)
    }

    /// Applies the functions to each histogram at each step. Where the same labels have both kinds, neither is evaluated,
    /// with a warning.
    fn map(
        &self,
        evaluator: &mut Evaluator<'_>,
        of_native: impl Fn(&NativeHistogram, usize, &mut Remarks<'_>) -> f64,
        of_classic: impl Fn(&mut Vec<Bucket>, usize, &mut Remarks<'_>) -> f64,
    ) -> Vec<GridSeries> {
        let steps = evaluator.grid.count;
        // Names that are dropped at once are not told.
        let tells_names = evaluator.options.delayed_name_removal;
        let told_name = |labels: &Labels| {
            if tells_names { labels.metric_name().to_owned() } else { String::new() }
        };
        let mut results = Vec::new();
        for (position, signature) in &self.native {
            let Some(series) = self.series.get(*position) else { continue };
            let rival = self.classic.iter().find(|classic| classic.labels == *signature);
            let mut result = series.emptied();
            let name = told_name(&series.labels);
            for step in 0..steps {
                let Some(histogram) = series.histogram(step) else { continue };
                if rival.is_some_and(|rival| self.has_buckets(rival, step)) {
                    let message = wording::mixed_classic_and_native(series.labels.metric_name());
                    evaluator.annotations.warn(self.span, message);
                    continue;
                }
                let mut remarks = Remarks::new(&mut evaluator.annotations, self.span, &name);
                result.set(step, SampleValue::Float(of_native(histogram, step, &mut remarks)));
            }
            results.push(result);
        }
        let mut buckets = Vec::new();
        for classic in &self.classic {
            let rivals: Vec<&GridSeries> = self
                .native
                .iter()
                .filter(|(_, signature)| *signature == classic.labels)
                .filter_map(|(position, _)| self.series.get(*position))
                .collect();
            let mut result = GridSeries::absent(classic.labels.clone(), steps);
            result.drops_name = classic.drops_name;
            let name = told_name(&classic.labels);
            for step in 0..steps {
                buckets.clear();
                buckets.extend(classic.buckets.iter().filter_map(|(upper_bound, position)| {
                    let count = self.series.get(*position)?.float(step)?;
                    Some(Bucket { upper_bound: *upper_bound, count })
                }));
                if buckets.is_empty() || rivals.iter().any(|rival| rival.histogram(step).is_some()) {
                    continue;
                }
                let mut remarks = Remarks::new(&mut evaluator.annotations, self.span, &name);
                result.set(step, SampleValue::Float(of_classic(&mut buckets, step, &mut remarks)));
            }
            results.push(result);
        }
        results.retain(|result| !result.is_empty());
        results
    }

    fn has_buckets(&self, classic: &Classic, step: usize) -> bool {
        let mut series = classic.buckets.iter().filter_map(|(_, position)| self.series.get(*position));
        series.any(|series| series.float(step).is_some())
    }
}

pub(super) fn warn_of_odd_quantiles(evaluator: &mut Evaluator<'_>, quantiles: &[f64], expr: &Expr) {
    for q in quantiles.iter().filter(|q| !(0.0..=1.0).contains(*q)) {
        evaluator.annotations.warn(expr.span, wording::invalid_quantile(*q));
    }
}

/// The series with the quantile of each step as a label: one series for each quantile that comes up.
fn labelled(series: &GridSeries, label: &str, quantiles: &[f64]) -> Vec<GridSeries> {
    let mut results: Vec<GridSeries> = Vec::new();
    for step in 0..series.values.len() {
        let Some(value) = series.get(step) else { continue };
        let quantile = bound_text(at(quantiles, step));
        let labels = series.labels.to_builder().set(label, &quantile).build();
        let known = results.iter().position(|result| result.labels == labels).unwrap_or(results.len());
        if known == results.len() {
            results.push(GridSeries { labels, ..series.emptied() });
        }
        if let Some(result) = results.get_mut(known) {
            result.set(step, value);
        }
    }
    results
}

/// A number as OpenMetrics writes it: whole numbers end in `.0`.
fn bound_text(value: f64) -> String {
    let text = crate::model::histogram::General(value).to_string();
    if value.is_finite() && !text.contains(['.', 'e']) { text + ".0" } else { text }
}
