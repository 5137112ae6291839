//! Families: which metrics belong together, and what type they are.

use std::collections::BTreeMap;

use super::seen::{Seen, SeenMetric};
use super::unit::BaseUnit;
use crate::model::labels::{BUCKET, QUANTILE};
use crate::model::{Metadata, MetricType};

/// A family with the metrics that carry its values.
#[derive(Clone, Debug)]
pub(super) struct Family<'a> {
    /// Its name: the one of its metadata where there is some.
    pub(super) name: &'a str,
    /// The declared type, or what the names of the metrics suggest.
    pub(super) metric_type: MetricType,
    /// What it says of itself.
    pub(super) metadata: Option<&'a Metadata>,
    /// The metric of the values: the total, the gauge, the quantiles, a native histogram.
    pub(super) value: Option<Metric<'a>>,
    /// The metric of the classic buckets.
    pub(super) bucket: Option<Metric<'a>>,
    /// The metric of the counts of observations.
    pub(super) count: Option<Metric<'a>>,
    /// The metric of the sums of observations.
    pub(super) sum: Option<Metric<'a>>,
}

/// A metric's name with its series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metric<'a> {
    /// The name that its series carry.
    pub(super) name: &'a str,
    /// What was seen of them.
    pub(super) seen: &'a SeenMetric,
}

/// What a metric is to its family.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Value,
    Bucket,
    Count,
    Sum,
    /// The time of creation, which is about the series and no value of its own.
    Created,
}

/// Suffixes, what they say of a metric, and the types of family that have them.
const SUFFIXES: [(&str, Part, &[MetricType]); 8] = {
    use MetricType::{Counter, GaugeHistogram, Histogram, Info, Summary};
    [
        ("_total", Part::Value, &[Counter]),
        ("_bucket", Part::Bucket, &[Histogram, GaugeHistogram]),
        ("_count", Part::Count, &[Histogram, GaugeHistogram, Summary]),
        ("_sum", Part::Sum, &[Histogram, GaugeHistogram, Summary]),
        ("_gcount", Part::Count, &[GaugeHistogram]),
        ("_gsum", Part::Sum, &[GaugeHistogram]),
        ("_info", Part::Value, &[Info]),
        ("_created", Part::Created, &[Counter, Histogram, Summary]),
    ]
};

impl<'a> Family<'a> {
    /// The declared help text, or empty.
    pub(super) fn help(&self) -> &'a str {
        self.metadata.map_or("", |metadata| &metadata.help)
    }

    /// The declared unit, or the one that the name ends with.
    pub(super) fn unit(&self) -> BaseUnit {
        BaseUnit::of(self.metadata.map_or("", |metadata| &metadata.unit), self.name)
    }

    /// The number of series of all its metrics.
    pub(super) fn series(&self) -> usize {
        let metrics = [self.value, self.bucket, self.count, self.sum];
        metrics.iter().flatten().map(|metric| metric.seen.series).sum()
    }
}

/// All families of which series were seen, by name.
pub(super) fn families(seen: &Seen) -> BTreeMap<&str, Family<'_>> {
    let mut families = BTreeMap::new();
    for (name, metric) in seen.metrics() {
        let place = declared_place(seen, name).unwrap_or_else(|| suggested_place(seen, name, metric));
        if place.part == Part::Created {
            continue;
        }
        let family = families.entry(place.family).or_insert_with(|| Family {
            name: place.family,
            metric_type: place.metric_type,
            metadata: seen.metadata(place.family),
            value: None,
            bucket: None,
            count: None,
            sum: None,
        });
        let part = match place.part {
            Part::Value | Part::Created => &mut family.value,
            Part::Bucket => &mut family.bucket,
            Part::Count => &mut family.count,
            Part::Sum => &mut family.sum,
        };
        *part = Some(Metric { name, seen: metric });
    }
    families
}

/// Where a metric belongs.
struct Place<'a> {
    family: &'a str,
    metric_type: MetricType,
    part: Part,
}

/// The place that metadata gives a metric; `None` where there is none, or it says no more than "unknown".
fn declared_place<'a>(seen: &'a Seen, name: &'a str) -> Option<Place<'a>> {
    // Text format 0.0.4 declares the time of creation as a gauge of its own beside the family it belongs to.
    let suffixed = suffixes(name).find_map(|(base, part, types)| {
        let with_total = (part == Part::Created).then(|| seen.metadata_of_total(base)).flatten();
        let metadata = seen.metadata(base).or(with_total)?;
        types.contains(&metadata.metric_type).then_some(Place {
            family: base,
            metric_type: metadata.metric_type,
            part,
        })
    });
    let own = seen.metadata(name).filter(|own| own.metric_type != MetricType::Unknown).map(|own| Place {
        family: name,
        metric_type: refined(own.metric_type, name, seen.metric(name)),
        part: Part::Value,
    });
    match (suffixed, own) {
        (Some(suffixed), Some(own)) => Some(if suffixed.part == Part::Created { suffixed } else { own }),
        (suffixed, own) => suffixed.or(own),
    }
}

/// Text format 0.0.4 has no words for info and stateset: their pages call them gauges, but keep their shape.
fn refined(declared: MetricType, name: &str, metric: Option<&SeenMetric>) -> MetricType {
    let has_label = |label: &str| metric.is_some_and(|metric| metric.labels.contains_key(label));
    match declared {
        MetricType::Gauge if name.ends_with("_info") => MetricType::Info,
        MetricType::Gauge if has_label(name) => MetricType::StateSet,
        declared => declared,
    }
}

/// The place that a metric's name and labels suggest.
fn suggested_place<'a>(seen: &'a Seen, name: &'a str, metric: &SeenMetric) -> Place<'a> {
    let value_of = |metric_type| Place { family: name, metric_type, part: Part::Value };
    if metric.labels.contains_key(QUANTILE) {
        return value_of(MetricType::Summary);
    }
    for (base, part, _) in suffixes(name) {
        let sibling = |suffix: &str| seen.metric(&format!("{base}{suffix}"));
        let has_buckets = sibling("_bucket").is_some_and(|bucket| bucket.labels.contains_key(BUCKET));
        let has_quantiles = sibling("").is_some_and(|value| value.labels.contains_key(QUANTILE));
        let observed = has_quantiles || (sibling("_count").is_some() && sibling("_sum").is_some());
        let histogram =
            if sibling("_gcount").is_some() { MetricType::GaugeHistogram } else { MetricType::Histogram };
        let place = |metric_type| Place { family: base, metric_type, part };
        match part {
            Part::Bucket | Part::Count | Part::Sum if has_buckets => return place(histogram),
            Part::Count | Part::Sum if observed => return place(MetricType::Summary),
            Part::Created if ["", "_total", "_count"].iter().any(|suffix| sibling(suffix).is_some()) => {
                return place(MetricType::Unknown);
            }
            Part::Value if name.ends_with("_total") => return value_of(MetricType::Counter),
            Part::Value => return value_of(MetricType::Info),
            _ => {}
        }
    }
    match refined(MetricType::Gauge, name, Some(metric)) {
        MetricType::Gauge => value_of(MetricType::Unknown),
        shaped => value_of(shaped),
    }
}

/// The suffixes that a name has, with what stands before them.
fn suffixes(name: &str) -> impl Iterator<Item = (&str, Part, &'static [MetricType])> {
    SUFFIXES.iter().filter_map(move |&(suffix, part, types)| {
        name.strip_suffix(suffix).filter(|base| !base.is_empty()).map(|base| (base, part, types))
    })
}

impl Seen {
    /// The metadata of the counter `base` on a page of text format 0.0.4, which declares it with `_total`.
    fn metadata_of_total(&self, base: &str) -> Option<&Metadata> {
        self.metadata(&format!("{base}_total"))
    }
}
