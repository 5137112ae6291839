//! The encoder of the text formats.

use super::Format;
use super::escape::{push_help, push_quoted};
use super::lines::Lines;
use super::name::type_suffix;
use super::number::push_label_number;
use super::visit::{CounterValue, FamilyHead, HistogramValue, LabelPairs, SummaryValue, Visitor};
use crate::exposition::Escaping;
use crate::exposition::unit::has_unit;
use crate::model::MetricType;
use crate::model::labels::{BUCKET, QUANTILE};

/// Writes what it visits as text.
///
/// ```
/// use p95_core::exposition::encode::{CounterValue, Encoder, FamilyHead, Format, Visitor};
/// use p95_core::model::MetricType;
///
/// let mut encoder = Encoder::new(Format::OpenMetrics);
/// encoder.family(&FamilyHead { name: "hits", metric_type: MetricType::Counter, unit: "", help: "Hits." });
/// encoder.counter(&[("page", "a\"b")], &CounterValue { total: Some(3.0), ..CounterValue::default() });
/// assert_eq!(
///     encoder.finish(),
///     "# HELP hits Hits.\n# TYPE hits counter\nhits_total{page=\"a\\\"b\"} 3.0\n# EOF\n"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    lines: Lines,
    metric_type: MetricType,
}

impl Encoder {
    /// An encoder that has written nothing yet, and keeps names that need quotes as they are.
    pub fn new(format: Format) -> Self {
        Self::with_escaping(format, Escaping::AllowUtf8)
    }

    /// An encoder for a reader that knows names under this scheme.
    ///
    /// ```
    /// use p95_core::exposition::Escaping;
    /// use p95_core::exposition::encode::{Encoder, FamilyHead, Format, Visitor};
    /// use p95_core::model::MetricType;
    ///
    /// let mut encoder = Encoder::with_escaping(Format::Text, Escaping::Underscores);
    /// encoder.family(&FamilyHead { name: "in.flight", metric_type: MetricType::Gauge, unit: "", help: "" });
    /// encoder.gauge(&[], 2.0);
    /// assert_eq!(encoder.finish(), "# TYPE in_flight gauge\nin_flight 2.0\n");
    /// ```
    pub fn with_escaping(format: Format, escaping: Escaping) -> Self {
        let lines = Lines::new(escaping, format == Format::OpenMetrics);
        Self { lines, metric_type: MetricType::Unknown }
    }

    /// The whole exposition; in OpenMetrics with its end mark.
    pub fn finish(mut self) -> String {
        if self.lines.is_open_metrics {
            self.lines.out.push_str("# EOF\n");
        }
        self.lines.out
    }

    fn bucket(&mut self, labels: LabelPairs<'_>, upper_bound: f64) {
        self.lines.series_with("_bucket", labels, BUCKET, |out| push_label_number(out, upper_bound));
    }

    /// When counting began, which OpenMetrics alone can say.
    fn created(&mut self, labels: LabelPairs<'_>, created_ms: Option<i64>) {
        if let Some(created_ms) = created_ms.filter(|_| self.lines.is_open_metrics) {
            self.lines.series("_created", labels);
            self.lines.time(created_ms);
        }
    }
}

impl Visitor for Encoder {
    fn family(&mut self, head: &FamilyHead<'_>) {
        self.metric_type = head.metric_type;
        self.lines.family.set(head, self.lines.escaping);
        // The text format names a family as its samples are named.
        let suffix = if self.lines.is_open_metrics { "" } else { type_suffix(head.metric_type) };
        if !head.help.is_empty() {
            self.lines.comment("HELP", suffix);
            if self.lines.is_open_metrics {
                push_quoted(&mut self.lines.out, head.help);
            } else {
                push_help(&mut self.lines.out, head.help);
            }
            self.lines.out.push('\n');
        }
        self.lines.comment("TYPE", suffix);
        let type_name =
            if self.lines.is_open_metrics { head.metric_type.as_str() } else { text_type(head.metric_type) };
        self.lines.out.push_str(type_name);
        self.lines.out.push('\n');
        if self.lines.is_open_metrics && has_unit(self.lines.family.as_str(), head.unit) {
            self.lines.comment("UNIT", "");
            self.lines.out.push_str(head.unit);
            self.lines.out.push('\n');
        }
    }

    fn at(&mut self, timestamp_ms: i64) {
        self.lines.timestamp_ms = Some(timestamp_ms);
    }

    fn unknown(&mut self, labels: LabelPairs<'_>, value: f64) {
        self.gauge(labels, value);
    }

    fn counter(&mut self, labels: LabelPairs<'_>, value: &CounterValue<'_>) {
        if let Some(total) = value.total {
            self.lines.series("_total", labels);
            self.lines.float(total, value.exemplar.as_ref());
        }
        self.created(labels, value.created_ms);
        self.lines.end_metric();
    }

    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64) {
        self.lines.series("", labels);
        self.lines.float(value, None);
        self.lines.end_metric();
    }

    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramValue<'_>) {
        let is_gauge = self.metric_type == MetricType::GaugeHistogram && self.lines.is_open_metrics;
        let (count_suffix, sum_suffix) = if is_gauge { ("_gcount", "_gsum") } else { ("_count", "_sum") };
        for bucket in value.buckets {
            self.bucket(labels, bucket.upper_bound);
            self.lines.count(bucket.cumulative_count, bucket.exemplar.as_ref());
        }
        let last = value.buckets.last().filter(|last| last.upper_bound == f64::INFINITY);
        if let (None, Some(count)) = (last, value.count) {
            self.bucket(labels, f64::INFINITY);
            self.lines.count(count, None);
        }
        let implied = last.filter(|_| value.sum.is_some()).map(|last| last.cumulative_count);
        if let Some(count) = value.count.or(implied) {
            self.lines.series(count_suffix, labels);
            self.lines.count(count, None);
        }
        if let Some(sum) = value.sum {
            self.lines.series(sum_suffix, labels);
            self.lines.float(sum, None);
        }
        if !is_gauge {
            self.created(labels, value.created_ms);
        }
        self.lines.end_metric();
    }

    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryValue<'_>) {
        for (quantile, at_quantile) in value.quantiles {
            self.lines.series_with("", labels, QUANTILE, |out| push_label_number(out, *quantile));
            self.lines.float(*at_quantile, None);
        }
        if let Some(count) = value.count {
            self.lines.series("_count", labels);
            self.lines.count(count, None);
        }
        if let Some(sum) = value.sum {
            self.lines.series("_sum", labels);
            self.lines.float(sum, None);
        }
        self.created(labels, value.created_ms);
        self.lines.end_metric();
    }

    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>) {
        self.lines.series("_info", &[labels, content].concat());
        self.lines.count(1.0, None);
        self.lines.end_metric();
    }

    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]) {
        // The label that names the state has the name of the family.
        let name = self.lines.family.as_str().to_owned();
        for (state, holds) in states {
            self.lines.series_with("", labels, &name, |out| push_quoted(out, state));
            self.lines.count(f64::from(u8::from(*holds)), None);
        }
        self.lines.end_metric();
    }
}

/// The word of the text format for a type; it has none for three.
fn text_type(metric_type: MetricType) -> &'static str {
    match metric_type {
        MetricType::Unknown => "untyped",
        MetricType::Info | MetricType::StateSet => "gauge",
        MetricType::GaugeHistogram => "histogram",
        MetricType::Counter | MetricType::Gauge | MetricType::Histogram | MetricType::Summary => {
            metric_type.as_str()
        }
    }
}
