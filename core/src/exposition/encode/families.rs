//! Typed families as they are visited.

use super::visit::{
    BucketValue, CounterValue, ExemplarValue, FamilyHead, HistogramValue, LabelPairs, SummaryValue, Visitor,
};
use super::{Encoder, Format};
use crate::exposition::families::{Counter, Exemplar, Families, Family, Histogram, Metric, Summary, Value};
use crate::model::Labels;

impl Families {
    /// Shows every family and its metrics.
    ///
    /// The family of a counter or info is shown without its suffix, so that one read from text, where the suffix is part
    /// of the name, is written with one suffix and not with two.
    pub fn visit(&self, visitor: &mut dyn Visitor) {
        for family in &self.families {
            family.visit(visitor);
        }
    }

    /// The exposition in a text format; [`project`](crate::exposition::families::project) says what it loses.
    ///
    /// ```
    /// use p95_core::exposition::{encode, families, parse};
    ///
    /// let page = b"# TYPE jobs counter\njobs_total 3 # {id=\"7\"} 1\njobs_created 1.5\n# EOF\n";
    /// let families = families::read(page, parse::Format::OpenMetrics)?;
    /// assert_eq!(families.encode(encode::Format::Text), "# TYPE jobs_total counter\njobs_total 3.0\n");
    /// # Ok::<(), parse::ParseError>(())
    /// ```
    pub fn encode(&self, format: Format) -> String {
        let mut encoder = Encoder::new(format);
        self.visit(&mut encoder);
        encoder.finish()
    }
}

impl Family {
    /// Shows the family and its metrics.
    pub fn visit(&self, visitor: &mut dyn Visitor) {
        let metadata = &self.metadata;
        let suffix = super::name::type_suffix(metadata.metric_type);
        let name = &*metadata.name;
        visitor.family(&FamilyHead {
            name: name.strip_suffix(suffix).filter(|stem| !stem.is_empty()).unwrap_or(name),
            metric_type: metadata.metric_type,
            unit: &metadata.unit,
            help: &metadata.help,
        });
        // A value of another type than the family's has no place in it.
        for metric in self.metrics.iter().filter(|metric| metric.value.metric_type() == metadata.metric_type)
        {
            metric.visit(visitor);
        }
    }
}

impl Metric {
    fn visit(&self, visitor: &mut dyn Visitor) {
        if let Some(timestamp_ms) = self.timestamp_ms {
            visitor.at(timestamp_ms);
        }
        let labels: Vec<(&str, &str)> = self.labels.iter().collect();
        match &self.value {
            Value::Unknown(number) => visitor.unknown(&labels, *number),
            Value::Gauge(number) => visitor.gauge(&labels, *number),
            Value::Info(_) => visitor.info(&labels, &[]),
            Value::Counter(counter) => visit_counter(&labels, counter, visitor),
            Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
                visit_histogram(&labels, histogram, visitor);
            }
            Value::Summary(summary) => visit_summary(&labels, summary, visitor),
            Value::StateSet(states) => {
                let states: Vec<(&str, bool)> =
                    states.iter().map(|state| (state.name.as_str(), state.enabled)).collect();
                visitor.stateset(&labels, &states);
            }
        }
    }
}

fn visit_counter(labels: LabelPairs<'_>, counter: &Counter, visitor: &mut dyn Visitor) {
    let exemplar_labels = counter.exemplar.as_ref().map(|exemplar| pairs(&exemplar.labels));
    let exemplar = counter.exemplar.as_ref().zip(exemplar_labels.as_deref());
    let exemplar = exemplar.map(|(exemplar, labels)| shown(exemplar, labels));
    visitor.counter(labels, &CounterValue { total: counter.total, created_ms: counter.created_ms, exemplar });
}

fn visit_histogram(labels: LabelPairs<'_>, histogram: &Histogram, visitor: &mut dyn Visitor) {
    let exemplar_labels: Vec<Vec<(&str, &str)>> = histogram
        .buckets
        .iter()
        .map(|bucket| bucket.exemplar.as_ref().map(|exemplar| pairs(&exemplar.labels)).unwrap_or_default())
        .collect();
    let buckets: Vec<BucketValue<'_>> = histogram
        .buckets
        .iter()
        .zip(&exemplar_labels)
        .map(|(bucket, labels)| BucketValue {
            upper_bound: bucket.upper_bound,
            cumulative_count: bucket.cumulative_count,
            exemplar: bucket.exemplar.as_ref().map(|exemplar| shown(exemplar, labels)),
        })
        .collect();
    let native_labels: Vec<Vec<(&str, &str)>> =
        histogram.native_exemplars.iter().map(|exemplar| pairs(&exemplar.labels)).collect();
    let native_exemplars: Vec<ExemplarValue<'_>> = histogram
        .native_exemplars
        .iter()
        .zip(&native_labels)
        .map(|(exemplar, labels)| shown(exemplar, labels))
        .collect();
    let value = HistogramValue {
        buckets: &buckets,
        sum: histogram.sum,
        count: histogram.count,
        created_ms: histogram.created_ms,
        native: histogram.native.as_deref(),
        native_exemplars: &native_exemplars,
    };
    visitor.histogram(labels, &value);
}

fn visit_summary(labels: LabelPairs<'_>, summary: &Summary, visitor: &mut dyn Visitor) {
    let quantiles: Vec<(f64, f64)> =
        summary.quantiles.iter().map(|quantile| (quantile.quantile, quantile.value)).collect();
    let Summary { sum, count, created_ms, .. } = *summary;
    visitor.summary(labels, &SummaryValue { quantiles: &quantiles, sum, count, created_ms });
}

fn pairs(labels: &Labels) -> Vec<(&str, &str)> {
    labels.iter().collect()
}

fn shown<'a>(exemplar: &Exemplar, labels: LabelPairs<'a>) -> ExemplarValue<'a> {
    ExemplarValue { labels, value: exemplar.value, timestamp_ms: exemplar.timestamp_ms }
}
