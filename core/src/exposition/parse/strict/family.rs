//! A family: its metadata, and which samples belong to it.

use hashbrown::{HashMap, HashSet};

use super::histogram::HistogramChecks;
use super::line::{Line, SampleLine};
use super::point;
use super::{Rule, Violations};
use crate::exposition::parse::{Event, Format, Sample};
use crate::model::labels::{BUCKET, QUANTILE};
use crate::model::{Labels, MetricType};

/// A family whose lines are being read.
#[derive(Debug)]
pub(super) struct OpenFamily {
    pub(super) name: String,
    /// The byte where its first line begins.
    pub(super) at: usize,
    metric_type: Option<MetricType>,
    has_help: bool,
    /// Where its unit's line begins, and whether it names one.
    unit: Option<(usize, bool)>,
    has_samples: bool,
    /// Its label sets, in the order in which they first stand.
    groups: Vec<Group>,
    /// Where in `groups` a label set stands.
    by_labels: HashMap<Labels, usize>,
    /// The label set of the last sample, as its place in `groups`.
    current: usize,
    /// All samples, by what is behind the family's name, labels, and the timestamp as it is spelled.
    samples: HashSet<(String, Labels, String)>,
}

/// The samples of one label set.
#[derive(Debug)]
struct Group {
    /// Where the first one stands.
    at: usize,
    timestamp_secs: Option<f64>,
    has_total: bool,
    /// The quantile before.
    quantile: Option<f64>,
    histogram: HistogramChecks,
}

impl OpenFamily {
    pub(super) fn new(name: &str, at: usize) -> Self {
        Self {
            name: name.to_owned(),
            at,
            metric_type: None,
            has_help: false,
            unit: None,
            has_samples: false,
            groups: Vec::new(),
            by_labels: HashMap::new(),
            current: 0,
            samples: HashSet::new(),
        }
    }

    pub(super) fn metric_type(&self) -> MetricType {
        self.metric_type.unwrap_or_default()
    }

    /// Whether a sample of this name belongs to the family.
    pub(super) fn owns(&self, name: &str, format: Format) -> bool {
        let Some(suffix) = name.strip_prefix(&self.name) else { return false };
        let suffixes: &[&str] = match (format, self.metric_type()) {
            (_, MetricType::Unknown | MetricType::Gauge | MetricType::StateSet)
            | (Format::Text, MetricType::Counter | MetricType::Info) => &[""],
            (Format::Text, MetricType::Histogram | MetricType::GaugeHistogram) => {
                &["_bucket", "_count", "_sum"]
            }
            (Format::Text, MetricType::Summary) => &["", "_count", "_sum"],
            (Format::OpenMetrics, MetricType::Counter) => &["_total", "_created"],
            (Format::OpenMetrics, MetricType::Histogram) => &["_bucket", "_count", "_sum", "_created"],
            (Format::OpenMetrics, MetricType::GaugeHistogram) => &["_bucket", "_gcount", "_gsum"],
            (Format::OpenMetrics, MetricType::Summary) => &["", "_count", "_sum", "_created"],
            (Format::OpenMetrics, MetricType::Info) => &["_info"],
        };
        suffixes.contains(&suffix)
    }

    pub(super) fn metadata(&mut self, event: &Event<'_>, line: Line<'_>, violations: &mut Violations) {
        let (keyword, is_repeated) = match event {
            Event::Type { metric_type, .. } => ("TYPE", self.metric_type.replace(*metric_type).is_some()),
            Event::Help { .. } => ("HELP", std::mem::replace(&mut self.has_help, true)),
            Event::Unit { unit, .. } => ("UNIT", self.unit.replace((line.at, !unit.is_empty())).is_some()),
            Event::Sample(_) => return,
        };
        let name = self.name.escape_debug();
        if self.has_samples {
            violations.add(Rule::LateMetadata, line.at, format!("{name} has samples before this {keyword}"));
        } else if is_repeated {
            violations.add(
                Rule::RepeatedMetadata,
                line.at,
                format!("{name} has another {keyword} before this one"),
            );
        }
    }

    pub(super) fn sample(
        &mut self,
        sample: &Sample<'_>,
        line: Line<'_>,
        format: Format,
        violations: &mut Violations,
    ) {
        self.has_samples = true;
        let parts = line.sample(sample);
        let all = Labels::from_pairs(sample.series.labels());
        let suffix = all.metric_name().strip_prefix(&self.name).unwrap_or_default().to_owned();
        let own_label = point::own_label(self.metric_type(), &suffix, &self.name).map(str::to_owned);
        let own_label = own_label.as_deref();
        let labels = all.without_metric_name();
        let group = labels.filter(|name| Some(name) != own_label);
        self.enter(group, &parts, format, violations);
        // Where timestamps may repeat, those that differ beyond what a float can hold are told apart by their text.
        let timestamp = if format == Format::Text { "" } else { parts.timestamp };
        if !self.samples.insert((suffix.clone(), labels.clone(), timestamp.to_owned())) {
            let shown = sample.series.raw();
            violations.add(Rule::Duplicate, parts.series_at, format!("{shown} stands here again"));
        }
        let metric_type = self.metric_type();
        if format == Format::OpenMetrics {
            point::check(metric_type, &suffix, sample, &labels, &parts, violations);
        }
        let own = point::own_number(own_label, sample, &parts, violations);
        let Some(group) = self.groups.get_mut(self.current) else { return };
        group.has_total |= suffix == "_total";
        match own_label {
            Some(BUCKET) => {
                if let Some(upper_bound) = own {
                    group.histogram.bucket(upper_bound, sample, &parts, violations);
                }
            }
            Some(QUANTILE) => {
                // OpenMetrics lets quantiles stand in any order.
                if format == Format::Text && own.is_some() && group.quantile >= own {
                    violations.add(
                        Rule::BucketOrder,
                        parts.series_at,
                        "a quantile before this one is as high",
                    );
                }
                group.quantile = own;
            }
            _ if is_histogram(metric_type) => group.histogram.number(&suffix, sample.value, &parts),
            _ => {}
        }
    }

    /// Ends the family.
    pub(super) fn close(&mut self, format: Format, violations: &mut Violations) {
        let metric_type = self.metric_type();
        for group in std::mem::take(&mut self.groups) {
            if is_histogram(metric_type) {
                group.histogram.finish(metric_type, format, violations);
            }
            if format == Format::OpenMetrics && metric_type == MetricType::Counter && !group.has_total {
                let message = format!("{}_total is missing", self.name.escape_debug());
                violations.add(Rule::CounterTotal, group.at, message);
            }
        }
        let has_no_unit = matches!(metric_type, MetricType::Info | MetricType::StateSet);
        if let Some((at, true)) = self.unit.filter(|_| has_no_unit) {
            let message = format!("{} is of type {metric_type}", self.name.escape_debug());
            violations.add(Rule::UnitOfType, at, message);
        }
    }

    /// Makes `labels` the label set that samples are read of.
    fn enter(&mut self, labels: Labels, parts: &SampleLine<'_>, format: Format, violations: &mut Violations) {
        let metric_type = self.metric_type();
        let is_open_metrics = format == Format::OpenMetrics;
        let timestamp_secs = parts.timestamp.parse().ok();
        let Some(at) = self.by_labels.get(&labels).copied() else {
            self.current = self.groups.len();
            self.by_labels.insert(labels, self.current);
            return self.groups.push(Group {
                at: parts.series_at,
                timestamp_secs,
                has_total: false,
                quantile: None,
                histogram: HistogramChecks::new(parts.series_at),
            });
        };
        if is_open_metrics && at != self.current {
            let message = "samples of this label set stand further above, with others in between";
            violations.add(Rule::Grouping, parts.series_at, message);
        }
        self.current = at;
        let Some(group) = self.groups.get_mut(at) else { return };
        let before = std::mem::replace(&mut group.timestamp_secs, timestamp_secs);
        if !is_open_metrics || before == timestamp_secs {
            return;
        }
        if before.is_some() != timestamp_secs.is_some() {
            let message = "of this sample and the one before, only one has a timestamp";
            violations.add(Rule::TimestampMix, parts.timestamp_at, message);
        } else if timestamp_secs < before {
            violations.add(
                Rule::TimestampOrder,
                parts.timestamp_at,
                "the timestamp before this one is later",
            );
        } else if is_histogram(metric_type) {
            // Another point of the same metric, complete by itself.
            let point = std::mem::replace(&mut group.histogram, HistogramChecks::new(parts.series_at));
            point.finish(metric_type, format, violations);
        }
    }
}

fn is_histogram(metric_type: MetricType) -> bool {
    matches!(metric_type, MetricType::Histogram | MetricType::GaugeHistogram)
}
