//! The page that readers get.

use hashbrown::HashMap;
use p95_core::exposition::encode::{
    BucketValue, CounterValue, FamilyHead, HistogramValue, LabelPairs, SummaryValue, Visitor,
};
use p95_core::exposition::families::Value;
use p95_core::model::labels::INSTANCE;
use p95_core::model::{Labels, MetricType};

use super::series::{Series, Total};
use super::totals::Family;
use super::{Group, State};
use crate::frame::{Head, SessionId};
use crate::options::{GaugeMerge, GaugeRule, fits};
use crate::push::GroupFamily;

/// How the state is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRules<'a> {
    pub(crate) gauges: &'a [GaugeRule],
    /// Pages whose last frame came before are closed.
    pub(crate) live_before_ms: i64,
    /// Whether the format has a word for the time of creation. Then gauges that stand in for it are left out.
    pub(crate) has_created: bool,
}

/// What each group says of its pushes: name, help, which time.
const PUSH_TIMES: [(&str, &str, TimeOf); 2] = [
    ("push_time_seconds", "When this group was last pushed to.", |group| group.pushed_ms),
    ("push_failure_time_seconds", "When a push to this group was last refused.", |group| group.failed_ms),
];

type TimeOf = fn(&Group) -> i64;

impl State {
    /// Shows all families. What grows and was not shown before is shown at 0.
    pub(crate) fn visit(&self, rules: PageRules<'_>, visitor: &mut dyn Visitor) {
        let mut groups: HashMap<&str, Vec<(&Labels, &GroupFamily)>> = HashMap::new();
        for (labels, group) in &self.groups {
            for (name, family) in group.families() {
                groups.entry(name.as_str()).or_default().push((labels, family));
            }
        }
        for (name, declared) in self.schema.families() {
            if rules.has_created && self.is_time_of_creation(name, &declared.head) {
                continue;
            }
            visitor.family(&shown_head(name, &declared.head));
            if let Some(family) = self.totals.family(name) {
                self.visit_totals(name, family, rules, visitor);
            }
            for (labels, family) in groups.get(name.as_str()).into_iter().flatten() {
                visit_group(labels, family, visitor);
            }
        }
        self.visit_push_times(visitor);
    }

    /// Whether there is a series that a reader has yet to see.
    pub(crate) fn has_unshown(&self) -> bool {
        self.totals.has_unshown()
    }

    /// Whether a family of gauges says when another one was made, as clients write it in formats without a word for it.
    fn is_time_of_creation(&self, name: &str, head: &Head) -> bool {
        let counts = |metric_type| {
            matches!(metric_type, MetricType::Counter | MetricType::Histogram | MetricType::Summary)
        };
        let of = name.strip_suffix("_created").filter(|_| head.metric_type == MetricType::Gauge);
        of.is_some_and(|of| self.schema.get(of).is_some_and(|head| counts(head.metric_type)))
    }

    fn visit_totals(&self, name: &str, family: &Family, rules: PageRules<'_>, visitor: &mut dyn Visitor) {
        let merge = match family.head.metric_type {
            // In how many open pages a state holds.
            MetricType::StateSet => GaugeMerge::Sum,
            _ => rules
                .gauges
                .iter()
                .find(|rule| fits(&rule.metric, name))
                .map_or(GaugeMerge::Sum, |rule| rule.merge),
        };
        let is_live = |session: SessionId| {
            self.sessions.last_ms(session).is_some_and(|last_ms| last_ms >= rules.live_before_ms)
        };
        for (labels, series) in &family.series {
            let labels: Vec<(&str, &str)> = labels.iter().collect();
            match &series.total {
                Total::Gauge(values) => {
                    if let Some(value) = values.merged(merge, is_live) {
                        visitor.gauge(&labels, value);
                    }
                }
                Total::Info(infos) => {
                    for info in infos {
                        visitor.info(&info.iter().collect::<Vec<_>>(), &[]);
                    }
                }
                _ => visit_growing(&labels, series, &family.bounds, visitor),
            }
        }
    }

    fn visit_push_times(&self, visitor: &mut dyn Visitor) {
        for (name, help, time_ms) in PUSH_TIMES.into_iter().filter(|_| !self.groups.is_empty()) {
            visitor.family(&FamilyHead { name, metric_type: MetricType::Gauge, unit: "seconds", help });
            for (labels, group) in &self.groups {
                visitor.gauge(&pairs(&Labels::empty(), labels), time_ms(group) as f64 / 1000.0);
            }
        }
    }
}

fn shown_head<'a>(name: &'a str, head: &'a Head) -> FamilyHead<'a> {
    let metric_type = match head.metric_type {
        MetricType::StateSet => MetricType::Gauge,
        other => other,
    };
    FamilyHead { name, metric_type, unit: &head.unit, help: &head.help }
}

fn visit_growing(labels: LabelPairs<'_>, series: &Series, bounds: &[f64], visitor: &mut dyn Visitor) {
    let factor = if series.is_shown { 1.0 } else { 0.0 };
    let created_ms = Some(series.created_ms);
    match &series.total {
        Total::Counter(total) => {
            visitor
                .counter(labels, &CounterValue { total: Some(total * factor), created_ms, exemplar: None });
        }
        Total::Histogram { cumulative, sum } => {
            let counts = bounds.iter().zip(cumulative);
            let buckets: Vec<BucketValue<'_>> = counts
                .map(|(upper_bound, count)| BucketValue {
                    upper_bound: *upper_bound,
                    cumulative_count: count * factor,
                    exemplar: None,
                })
                .collect();
            let count = cumulative.last().map(|count| count * factor);
            let sum = Some(sum * factor);
            visitor.histogram(
                labels,
                &HistogramValue { buckets: &buckets, sum, count, created_ms, ..HistogramValue::default() },
            );
        }
        Total::Summary { count, sum } => {
            let (count, sum) = (Some(count * factor), Some(sum * factor));
            visitor.summary(labels, &SummaryValue { quantiles: &[], sum, count, created_ms });
        }
        Total::Gauge(_) | Total::Info(_) => {}
    }
}

fn visit_group(group: &Labels, family: &GroupFamily, visitor: &mut dyn Visitor) {
    for metric in &family.metrics {
        let labels = pairs(&metric.labels, group);
        match &metric.value {
            Value::Unknown(value) => visitor.unknown(&labels, *value),
            Value::Gauge(value) => visitor.gauge(&labels, *value),
            Value::Counter(counter) => {
                visitor.counter(&labels, &CounterValue { total: counter.total, ..CounterValue::default() });
            }
            Value::Histogram(histogram) => {
                let buckets: Vec<BucketValue<'_>> = histogram
                    .buckets
                    .iter()
                    .map(|bucket| BucketValue {
                        upper_bound: bucket.upper_bound,
                        cumulative_count: bucket.cumulative_count,
                        exemplar: None,
                    })
                    .collect();
                let (sum, count) = (histogram.sum, histogram.count);
                visitor.histogram(
                    &labels,
                    &HistogramValue { buckets: &buckets, sum, count, ..HistogramValue::default() },
                );
            }
            Value::Summary(summary) => {
                let quantiles: Vec<(f64, f64)> =
                    summary.quantiles.iter().map(|quantile| (quantile.quantile, quantile.value)).collect();
                let (sum, count) = (summary.sum, summary.count);
                visitor
                    .summary(&labels, &SummaryValue { quantiles: &quantiles, sum, count, created_ms: None });
            }
            // Text has no words for these, and groups are kept as text.
            Value::Info(_) | Value::StateSet(_) | Value::GaugeHistogram(_) => {}
        }
    }
}

/// A metric's labels and its group's. One without an instance says so, so that a Prometheus that honours the labels of its
/// targets does not add the gateway's own, as Pushgateway does it.
fn pairs<'a>(metric: &'a Labels, group: &'a Labels) -> Vec<(&'a str, &'a str)> {
    let mut pairs: Vec<(&str, &str)> = metric.iter().chain(group).collect();
    if !pairs.iter().any(|(name, _)| *name == INSTANCE) {
        pairs.push((INSTANCE, ""));
    }
    pairs.sort_unstable();
    pairs
}
