//! What a format keeps of families, and what it loses.

use super::{Bucket, Families, Family, Histogram, Metric, Value};
use crate::exposition::WireFormat;
use crate::exposition::unit::has_unit;
use crate::model::histogram::ResetHint;
use crate::model::{MetricType, NativeHistogram};

/// What is read back after `families` were written in `format`: `read(encode(families)) == project(families)`, for names
/// that the escaping keeps.
///
/// | | OpenMetrics | text | protobuf |
/// |---|---|---|---|
/// | unit | kept where the name ends with it | lost | kept |
/// | creation time | kept, less that of gauge histograms | lost | kept |
/// | exemplars | of counters and classic buckets | lost | kept |
/// | native histograms | lost | lost | kept |
/// | info, state set | kept | become gauges | become gauges |
/// | gauge histogram | kept | becomes a histogram | kept |
/// | name of a counter or info | without its suffix | with it | with it |
/// | blanks before a help text | kept | lost | kept |
///
/// In all of them a histogram with a bucket up to infinity and a sum has a count. In text and OpenMetrics one with a count
/// has that bucket, and a metric without any number is lost. The value of an info is 1. Of a native histogram, protobuf
/// keeps neither the hint on resets nor bounds of its own, and count and sum are those of the whole histogram; the count
/// of a summary it rounds.
///
/// ```
/// use p95_core::exposition::{WireFormat, encode, families, parse};
///
/// let page = b"# TYPE jobs counter\njobs_total 3 # {id=\"7\"} 1\njobs_created 1.5\n# EOF\n";
/// let read = families::read(page, parse::Format::OpenMetrics)?;
/// let text = read.encode(encode::Format::Text);
/// let expect = families::project(&read, WireFormat::Text004);
/// assert_eq!(families::read(text.as_bytes(), parse::Format::Text)?, expect);
/// # Ok::<(), parse::ParseError>(())
/// ```
#[must_use]
pub fn project(families: &Families, format: WireFormat) -> Families {
    let kept = |family: &Family| match format {
        WireFormat::OpenMetrics001 | WireFormat::OpenMetrics100 => open_metrics(family),
        WireFormat::Text004 | WireFormat::Text100 => text(family),
        WireFormat::Protobuf => protobuf(family),
    };
    Families { families: families.families.iter().map(kept).collect(), duplicates: 0 }
}

fn open_metrics(family: &Family) -> Family {
    let mut metadata = family.metadata.clone();
    metadata.name = stem(family).into();
    if !has_unit(&metadata.name, &metadata.unit) {
        metadata.unit = "".into();
    }
    let metrics = own_metrics(family).map(|metric| {
        let mut metric = metric.clone();
        match &mut metric.value {
            Value::Counter(counter) if counter.total.is_none() => counter.exemplar = None,
            Value::Info(number) => *number = 1.0,
            Value::Histogram(histogram) => classic(histogram),
            Value::GaugeHistogram(histogram) => {
                classic(histogram);
                histogram.created_ms = None;
            }
            _ => {}
        }
        metric
    });
    Family { metadata, metrics: metrics.filter(|metric| has_sample(&metric.value)).collect() }
}

fn text(family: &Family) -> Family {
    let mut metadata = family.metadata.clone();
    metadata.name = with_suffix(family).into();
    metadata.unit = "".into();
    metadata.help = metadata.help.trim_start_matches([' ', '\t']).into();
    metadata.metric_type = match metadata.metric_type {
        MetricType::Info | MetricType::StateSet => MetricType::Gauge,
        MetricType::GaugeHistogram => MetricType::Histogram,
        other => other,
    };
    let name = &*family.metadata.name;
    let metrics = own_metrics(family).flat_map(|metric| gauges_of(metric, name)).map(|mut metric| {
        match &mut metric.value {
            Value::Counter(counter) => {
                counter.created_ms = None;
                counter.exemplar = None;
            }
            Value::Summary(summary) => summary.created_ms = None,
            Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
                classic(histogram);
                histogram.created_ms = None;
                histogram.buckets.iter_mut().for_each(|bucket| bucket.exemplar = None);
                metric.value = Value::Histogram(std::mem::take(histogram));
            }
            _ => {}
        }
        metric
    });
    Family { metadata, metrics: metrics.filter(|metric| has_sample(&metric.value)).collect() }
}

fn protobuf(family: &Family) -> Family {
    let mut metadata = family.metadata.clone();
    metadata.name = with_suffix(family).into();
    if matches!(metadata.metric_type, MetricType::Info | MetricType::StateSet) {
        metadata.metric_type = MetricType::Gauge;
    }
    let name = &*family.metadata.name;
    let metrics = own_metrics(family).flat_map(|metric| gauges_of(metric, name)).map(|mut metric| {
        match &mut metric.value {
            // There is no field for one that is not whole.
            Value::Summary(summary) => summary.count = summary.count.map(|count| count.round() as u64 as f64),
            Value::Histogram(histogram) => one_count(histogram, ResetHint::Unknown),
            Value::GaugeHistogram(histogram) => one_count(histogram, ResetHint::Gauge),
            _ => {}
        }
        metric
    });
    Family { metadata, metrics: metrics.collect() }
}

/// The metrics whose values are of the family's type; others are not written.
fn own_metrics(family: &Family) -> impl Iterator<Item = &Metric> {
    family.metrics.iter().filter(|metric| metric.value.metric_type() == family.metadata.metric_type)
}

/// The name without the suffix that the type asks for.
fn stem(family: &Family) -> &str {
    let name = &*family.metadata.name;
    name.strip_suffix(suffix(family)).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

fn with_suffix(family: &Family) -> String {
    format!("{}{}", stem(family), suffix(family))
}

fn suffix(family: &Family) -> &'static str {
    match family.metadata.metric_type {
        MetricType::Counter => "_total",
        MetricType::Info => "_info",
        _ => "",
    }
}

/// An info or state set as gauges; any other metric as it is.
fn gauges_of(metric: &Metric, family_name: &str) -> Vec<Metric> {
    let gauge = |labels, number| Metric { labels, value: Value::Gauge(number), ..metric.clone() };
    match &metric.value {
        Value::Info(_) => vec![gauge(metric.labels.clone(), 1.0)],
        Value::StateSet(states) => states
            .iter()
            .map(|state| {
                let labels = metric.labels.to_builder().set(family_name, &state.name).build();
                gauge(labels, f64::from(u8::from(state.enabled)))
            })
            .collect(),
        _ => vec![metric.clone()],
    }
}

/// Leaves the classic part, as the text formats write it.
fn classic(histogram: &mut Histogram) {
    histogram.native = None;
    histogram.native_exemplars.clear();
    let last = histogram.buckets.last().filter(|last| last.upper_bound == f64::INFINITY);
    match (last.map(|last| last.cumulative_count), histogram.count) {
        (None, Some(count)) => {
            let (upper_bound, exemplar) = (f64::INFINITY, None);
            histogram.buckets.push(Bucket { upper_bound, cumulative_count: count, exemplar });
        }
        (Some(count), None) if histogram.sum.is_some() => histogram.count = Some(count),
        _ => {}
    }
}

/// Leaves one count and one sum for the classic and the native part, as protobuf writes them.
fn one_count(histogram: &mut Histogram, reset_hint: ResetHint) {
    if histogram.native.as_ref().is_some_and(|native| native.schema == NativeHistogram::CUSTOM_BUCKETS) {
        histogram.native = None;
    }
    let last = histogram.buckets.last().filter(|last| last.upper_bound == f64::INFINITY);
    let last = last.map(|last| last.cumulative_count);
    let native = histogram.native.as_deref();
    histogram.count = histogram.count.or(native.map(|native| native.count)).or(last);
    histogram.sum = histogram.sum.or(native.map(|native| native.sum));
    if let Some(native) = histogram.native.as_deref_mut() {
        native.reset_hint = reset_hint;
        native.count = histogram.count.unwrap_or_default();
        native.sum = histogram.sum.unwrap_or_default();
    }
}

/// Whether a page has a line for the metric.
fn has_sample(value: &Value) -> bool {
    match value {
        Value::Unknown(_) | Value::Gauge(_) | Value::Info(_) => true,
        Value::Counter(counter) => counter.total.is_some() || counter.created_ms.is_some(),
        Value::Histogram(h) | Value::GaugeHistogram(h) => {
            !h.buckets.is_empty() || h.count.is_some() || h.sum.is_some() || h.created_ms.is_some()
        }
        Value::Summary(s) => {
            !s.quantiles.is_empty() || s.count.is_some() || s.sum.is_some() || s.created_ms.is_some()
        }
        Value::StateSet(states) => !states.is_empty(),
    }
}
