//! Families of every kind, as proptest makes them.

use std::collections::HashSet;

use p95_core::exposition::families::{
    Bucket, Counter, Exemplar, Families, Family, Histogram, Metric, Quantile, State, Summary, Value,
};
use p95_core::model::histogram::{self, ResetHint};
use p95_core::model::{Labels, Metadata, MetricType, NativeHistogram};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A page.
pub fn families() -> impl Strategy<Value = Families> {
    vec(family(), 0..5).prop_map(|mut families| {
        // No name may be another's, with or without a suffix.
        for (at, family) in families.iter_mut().enumerate() {
            family.metadata.name = format!("f{at}_{}", family.metadata.name).into();
        }
        Families { families, duplicates: 0 }
    })
}

fn family() -> impl Strategy<Value = Family> {
    let metric_type = select(vec![
        MetricType::Unknown,
        MetricType::Counter,
        MetricType::Gauge,
        MetricType::Histogram,
        MetricType::GaugeHistogram,
        MetricType::Summary,
        MetricType::Info,
        MetricType::StateSet,
    ]);
    metric_type.prop_flat_map(|metric_type| {
        let suffix = select(vec!["", "_total", "_info", "_created"]);
        let unit = select(vec!["", "seconds", "bytes"]);
        let metrics = vec(metric(metric_type), 0..5);
        (name(), unit, any::<bool>(), suffix, text(), metrics).prop_map(
            move |(name, unit, names_unit, suffix, help, mut metrics)| {
                let unit_suffix =
                    if names_unit && !unit.is_empty() { format!("_{unit}") } else { String::new() };
                // The ending of one type's samples may end another type's name.
                let suffix = match metric_type {
                    MetricType::Counter | MetricType::Info => "",
                    MetricType::Gauge => suffix,
                    _ => "",
                };
                let name = format!("{name}{suffix}{unit_suffix}");
                let mut seen = HashSet::new();
                metrics.retain(|metric| seen.insert((metric.labels.clone(), metric.timestamp_ms)));
                let metadata =
                    Metadata { name: name.into(), metric_type, unit: unit.into(), help: help.into() };
                Family { metadata, metrics }
            },
        )
    })
}

fn metric(metric_type: MetricType) -> impl Strategy<Value = Metric> {
    (labels(), option::weighted(0.2, time_ms()), value(metric_type))
        .prop_map(|(labels, timestamp_ms, value)| Metric { labels, timestamp_ms, value })
}

fn value(metric_type: MetricType) -> BoxedStrategy<Value> {
    match metric_type {
        MetricType::Unknown => number().prop_map(Value::Unknown).boxed(),
        MetricType::Gauge => number().prop_map(Value::Gauge).boxed(),
        MetricType::Info => Just(Value::Info(1.0)).boxed(),
        MetricType::Counter => counter().prop_map(Value::Counter).boxed(),
        MetricType::Histogram => histogram().prop_map(Value::Histogram).boxed(),
        MetricType::GaugeHistogram => histogram().prop_map(Value::GaugeHistogram).boxed(),
        MetricType::Summary => summary().prop_map(Value::Summary).boxed(),
        MetricType::StateSet => btree_set(text(), 1..4)
            .prop_flat_map(|names| vec(any::<bool>(), names.len()).prop_map(move |on| (names.clone(), on)))
            .prop_map(|(names, on)| {
                let states = names.into_iter().zip(on);
                Value::StateSet(states.map(|(name, enabled)| State { name, enabled }).collect())
            })
            .boxed(),
    }
}

fn counter() -> impl Strategy<Value = Counter> {
    (option::weighted(0.9, number()), option::of(time_ms()), option::of(exemplar()))
        .prop_map(|(total, created_ms, exemplar)| Counter { total, created_ms, exemplar })
}

fn histogram() -> impl Strategy<Value = Histogram> {
    let bucket = (count(), option::weighted(0.3, exemplar()));
    let parts = (
        bounds(),
        vec(bucket, 5),
        option::weighted(0.8, number()),
        option::weighted(0.8, count()),
        option::of(time_ms()),
        option::weighted(0.3, native()),
        vec(exemplar(), 0..3),
    );
    parts.prop_map(|(bounds, counts, sum, count, created_ms, native, native_exemplars)| {
        let buckets = bounds.into_iter().zip(counts).map(|(upper_bound, (cumulative_count, exemplar))| {
            Bucket { upper_bound, cumulative_count, exemplar }
        });
        Histogram {
            buckets: buckets.collect(),
            sum,
            count,
            created_ms,
            native: native.map(Box::new),
            native_exemplars,
        }
    })
}

fn native() -> impl Strategy<Value = NativeHistogram> {
    let parts = (
        -4_i32..=8,
        select(vec![0.0, 1e-128, 0.5]),
        count(),
        count(),
        number(),
        native_buckets(),
        native_buckets(),
    );
    parts.prop_map(|(schema, zero_threshold, zero_count, count, sum, positive, negative)| NativeHistogram {
        schema,
        reset_hint: ResetHint::NotReset,
        zero_threshold,
        zero_count,
        count,
        sum,
        positive,
        negative,
        custom_bounds: Vec::new(),
    })
}

fn native_buckets() -> impl Strategy<Value = Vec<histogram::Bucket>> {
    (btree_set(-1000_i32..1000, 0..6), vec(count(), 6)).prop_map(|(indices, counts)| {
        indices.into_iter().zip(counts).map(|(index, count)| histogram::Bucket { index, count }).collect()
    })
}

fn summary() -> impl Strategy<Value = Summary> {
    let parts = (
        btree_set(0_u32..=1000, 0..4),
        vec(number(), 4),
        option::of(number()),
        option::of(count()),
        option::of(time_ms()),
    );
    parts.prop_map(|(quantiles, values, sum, count, created_ms)| {
        let quantiles = quantiles
            .into_iter()
            .zip(values)
            .map(|(quantile, value)| Quantile { quantile: f64::from(quantile) / 1000.0, value });
        Summary { quantiles: quantiles.collect(), sum, count, created_ms }
    })
}

fn exemplar() -> impl Strategy<Value = Exemplar> {
    (labels(), number(), option::of(time_ms())).prop_map(|(labels, value, timestamp_ms)| Exemplar {
        labels,
        value,
        timestamp_ms,
    })
}

/// Ascending, none twice, the last one sometimes infinite.
fn bounds() -> impl Strategy<Value = Vec<f64>> {
    let bound = prop_oneof![select(vec![-1.5, 0.0, 1e-5, 0.005, 0.1, 1.0, 1e6]), proptest::num::f64::NORMAL];
    (vec(bound, 0..4), any::<bool>()).prop_map(|(mut bounds, ends)| {
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        bounds.extend(ends.then_some(f64::INFINITY));
        bounds
    })
}

fn labels() -> impl Strategy<Value = Labels> {
    let label_name = prop_oneof![3 => "[a-z_]{0,4}", 1 => "(?s).{0,4}"].prop_map(|name| format!("l{name}"));
    let label_name = label_name.prop_filter("the label of a bucket", |name| name != "le");
    vec((label_name, text()), 0..4).prop_map(Labels::from_pairs)
}

/// The beginning of a family's name.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z]{1,6}", 1 => "(?s).{1,6}"].prop_map(|name| format!("{name}_x"))
}

/// A text with everything that needs an escape.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z/]{0,8}", "(?s).{0,8}", "[\\\\\"\n\t ,{}#=é]{0,8}"]
}

fn number() -> impl Strategy<Value = f64> {
    let special =
        vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE, 5e-324];
    prop_oneof![select(special), proptest::num::f64::ANY, (-1000_i32..1000).prop_map(f64::from)]
}

/// A count: whole, nearly always.
fn count() -> impl Strategy<Value = f64> {
    prop_oneof![6 => (0_u32..100_000).prop_map(f64::from), 1 => number()]
}

fn time_ms() -> impl Strategy<Value = i64> {
    prop_oneof![-1_000_000_000_000_i64..4_000_000_000_000, -2000_i64..2000]
}
