//! The encoder of both formats.

use super::Format;
use super::escape::{push_help, push_quoted};
use super::number::{push_count, push_float};
use super::visit::{CounterValue, FamilyHead, HistogramValue, LabelPairs, SummaryValue, Visitor};
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
/// encoder.counter(&[("page", "a\"b")], &CounterValue { total: 3.0, ..CounterValue::default() });
/// assert_eq!(
///     encoder.finish(),
///     "# HELP hits Hits.\n# TYPE hits counter\nhits_total{page=\"a\\\"b\"} 3.0\n# EOF\n"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    format: Format,
    out: String,
    /// The name of the family that is being written.
    family: String,
}

impl Encoder {
    /// An encoder that has written nothing yet.
    pub fn new(format: Format) -> Self {
        Self { format, out: String::new(), family: String::new() }
    }

    /// The whole exposition; in OpenMetrics with its end mark.
    pub fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.out.push_str("# EOF\n");
        }
        self.out
    }

    /// Writes the name, labels and the space before the value.
    fn start_sample(&mut self, suffix: &str, labels: LabelPairs<'_>, more: LabelPairs<'_>) {
        let separator = self.start_labels(suffix, labels.iter().chain(more));
        self.end_labels(separator);
    }

    /// As [`Self::start_sample`], with a number for the last label.
    fn start_numbered_sample(&mut self, suffix: &str, labels: LabelPairs<'_>, number: (&str, f64)) {
        let mut separator = self.start_labels(suffix, labels);
        self.start_label(&mut separator, number.0);
        push_float(&mut self.out, number.1);
        self.out.push('"');
        self.end_labels(separator);
    }

    /// Writes the name and labels, and returns what stands before the next label.
    fn start_labels<'a>(
        &mut self,
        suffix: &str,
        labels: impl IntoIterator<Item = &'a (&'a str, &'a str)>,
    ) -> char {
        self.out.push_str(&self.family);
        self.out.push_str(suffix);
        let mut separator = '{';
        for (name, value) in labels {
            self.start_label(&mut separator, name);
            push_quoted(&mut self.out, value);
            self.out.push('"');
        }
        separator
    }

    /// Writes a label up to the quote before its value.
    fn start_label(&mut self, separator: &mut char, name: &str) {
        self.out.push(*separator);
        *separator = ',';
        self.out.push_str(name);
        self.out.push_str("=\"");
    }

    fn end_labels(&mut self, separator: char) {
        self.out.push_str(if separator == '{' { " " } else { "} " });
    }

    fn end_sample(&mut self, value: f64) {
        push_float(&mut self.out, value);
        self.out.push('\n');
    }

    fn end_count(&mut self, count: u64) {
        push_count(&mut self.out, count);
        self.out.push('\n');
    }

    fn comment(&mut self, keyword: &str, suffix: &str) {
        self.out.push_str("# ");
        self.out.push_str(keyword);
        self.out.push(' ');
        self.out.push_str(&self.family);
        self.out.push_str(suffix);
        self.out.push(' ');
    }
}

impl Visitor for Encoder {
    fn family(&mut self, head: &FamilyHead<'_>) {
        head.name.clone_into(&mut self.family);
        // The text format names a family as its samples are named, and has no words for info and stateset.
        let (suffix, type_name) = match (self.format, head.metric_type) {
            (Format::OpenMetrics, metric_type) => ("", metric_type.as_str()),
            (Format::Text, MetricType::Counter) => ("_total", "counter"),
            (Format::Text, MetricType::Info) => ("_info", "gauge"),
            (Format::Text, MetricType::StateSet | MetricType::GaugeHistogram) => ("", "gauge"),
            (Format::Text, MetricType::Unknown) => ("", "untyped"),
            (Format::Text, metric_type) => ("", metric_type.as_str()),
        };
        if !head.help.is_empty() {
            self.comment("HELP", suffix);
            match self.format {
                Format::OpenMetrics => push_quoted(&mut self.out, head.help),
                Format::Text => push_help(&mut self.out, head.help),
            }
            self.out.push('\n');
        }
        self.comment("TYPE", suffix);
        self.out.push_str(type_name);
        self.out.push('\n');
        if self.format == Format::OpenMetrics && !head.unit.is_empty() {
            self.comment("UNIT", "");
            self.out.push_str(head.unit);
            self.out.push('\n');
        }
    }

    fn counter(&mut self, labels: LabelPairs<'_>, value: &CounterValue<'_>) {
        self.start_sample("_total", labels, &[]);
        self.end_sample(value.total);
    }

    fn gauge(&mut self, labels: LabelPairs<'_>, value: f64) {
        self.start_sample("", labels, &[]);
        self.end_sample(value);
    }

    fn histogram(&mut self, labels: LabelPairs<'_>, value: &HistogramValue<'_>) {
        let mut count = 0_u64;
        let bounds = value.bounds.iter().copied().chain([f64::INFINITY]);
        for (bound, bucket) in bounds.zip(value.counts) {
            count = count.saturating_add(*bucket);
            self.start_numbered_sample("_bucket", labels, (BUCKET, bound));
            self.end_count(count);
        }
        self.start_sample("_count", labels, &[]);
        self.end_count(count);
        self.start_sample("_sum", labels, &[]);
        self.end_sample(value.sum);
    }

    fn summary(&mut self, labels: LabelPairs<'_>, value: &SummaryValue<'_>) {
        for (quantile, at_quantile) in value.quantiles {
            self.start_numbered_sample("", labels, (QUANTILE, *quantile));
            self.end_sample(*at_quantile);
        }
        self.start_sample("_count", labels, &[]);
        self.end_count(value.count);
        self.start_sample("_sum", labels, &[]);
        self.end_sample(value.sum);
    }

    fn info(&mut self, labels: LabelPairs<'_>, content: LabelPairs<'_>) {
        self.start_sample("_info", labels, content);
        self.end_count(1);
    }

    fn stateset(&mut self, labels: LabelPairs<'_>, states: &[(&str, bool)]) {
        for (state, holds) in states {
            // The label that names the state has the name of the family.
            let name = self.family.clone();
            self.start_sample("", labels, &[(name.as_str(), *state)]);
            self.end_count(u64::from(*holds));
        }
    }
}
