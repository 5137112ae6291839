//! Lines of the text formats.

use std::ops::Range;

use super::escape::push_quoted;
use super::name::{FamilyName, LabelNames};
use super::number::{push_count, push_float, push_millis, push_seconds};
use super::visit::{ExemplarValue, LabelPairs};
use crate::exposition::Escaping;

/// Writes lines, each begun by its series and ended by its value.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) out: String,
    pub(super) family: FamilyName,
    pub(super) escaping: Escaping,
    /// Whether the format is OpenMetrics: seconds, exemplars.
    pub(super) is_open_metrics: bool,
    /// The time of the metric that is being written.
    pub(super) timestamp_ms: Option<i64>,
    label_names: LabelNames,
    exemplar_names: LabelNames,
    /// Where in `out` the labels of the metric that is being written stand; its other lines copy them.
    labels_at: Option<Range<usize>>,
}

impl Lines {
    pub(super) fn new(escaping: Escaping, is_open_metrics: bool) -> Self {
        Self {
            out: String::new(),
            family: FamilyName::default(),
            escaping,
            is_open_metrics,
            timestamp_ms: None,
            label_names: LabelNames::default(),
            exemplar_names: LabelNames::default(),
            labels_at: None,
        }
    }

    /// `# KEYWORD name `
    pub(super) fn comment(&mut self, keyword: &str, suffix: &str) {
        self.out.push_str("# ");
        self.out.push_str(keyword);
        self.out.push(' ');
        self.family.push(&mut self.out, suffix);
        self.out.push(' ');
    }

    /// `name{labels} `
    #[inline]
    pub(super) fn series(&mut self, suffix: &str, labels: LabelPairs<'_>) {
        self.begin(suffix, labels);
        self.out.push_str(match (labels, self.family.is_quoted) {
            ([_, ..], _) => "\"} ",
            ([], true) => "} ",
            ([], false) => " ",
        });
    }

    /// As [`Self::series`], with one label more, whose value `push_value` writes.
    #[inline]
    pub(super) fn series_with(
        &mut self,
        suffix: &str,
        labels: LabelPairs<'_>,
        name: &str,
        push_value: impl FnOnce(&mut String),
    ) {
        self.begin(suffix, labels);
        if labels.is_empty() {
            self.out.push(self.opening());
        }
        self.out.push_str(self.label_names.before_value(labels.len(), name, self.escaping));
        push_value(&mut self.out);
        self.out.push_str("\"} ");
    }

    /// Ends a metric: the next line is another one's.
    #[inline]
    pub(super) fn end_metric(&mut self) {
        self.timestamp_ms = None;
        self.labels_at = None;
    }

    /// A value, and the end of its line.
    pub(super) fn float(&mut self, value: f64, exemplar: Option<&ExemplarValue<'_>>) {
        push_float(&mut self.out, value);
        self.end(exemplar);
    }

    /// A value that is whole, nearly always, and the end of its line.
    pub(super) fn count(&mut self, value: f64, exemplar: Option<&ExemplarValue<'_>>) {
        push_count(&mut self.out, value);
        self.end(exemplar);
    }

    /// A time as a value, and the end of its line.
    pub(super) fn time(&mut self, value_ms: i64) {
        push_seconds(&mut self.out, value_ms);
        self.end(None);
    }

    /// What may stand behind a value: the time, an exemplar.
    #[inline]
    fn end(&mut self, exemplar: Option<&ExemplarValue<'_>>) {
        if let Some(timestamp_ms) = self.timestamp_ms {
            self.timestamp(timestamp_ms);
        }
        if let Some(exemplar) = exemplar.filter(|_| self.is_open_metrics) {
            self.exemplar(exemplar);
        }
        self.out.push('\n');
    }

    fn exemplar(&mut self, exemplar: &ExemplarValue<'_>) {
        self.out.push_str(" # {");
        push_labels(&mut self.out, &mut self.exemplar_names, exemplar.labels, self.escaping);
        self.out.push_str(if exemplar.labels.is_empty() { "} " } else { "\"} " });
        push_float(&mut self.out, exemplar.value);
        if let Some(timestamp_ms) = exemplar.timestamp_ms {
            self.timestamp(timestamp_ms);
        }
    }

    fn timestamp(&mut self, timestamp_ms: i64) {
        self.out.push(' ');
        if self.is_open_metrics {
            push_seconds(&mut self.out, timestamp_ms);
        } else {
            push_millis(&mut self.out, timestamp_ms);
        }
    }

    /// Writes the name and the labels, without the quote behind the last value.
    #[inline]
    fn begin(&mut self, suffix: &str, labels: LabelPairs<'_>) {
        if self.family.is_quoted {
            self.out.push('{');
        }
        self.family.push(&mut self.out, suffix);
        if labels.is_empty() {
            return;
        }
        self.out.push(self.opening());
        if let Some(written) = self.labels_at.clone() {
            return self.out.extend_from_within(written);
        }
        let start = self.out.len();
        push_labels(&mut self.out, &mut self.label_names, labels, self.escaping);
        self.labels_at = Some(start..self.out.len());
    }

    /// What stands before the first label.
    fn opening(&self) -> char {
        if self.family.is_quoted { ',' } else { '{' }
    }
}

/// Writes `a="1",b="2`, without the quote behind the last value.
#[inline]
fn push_labels(out: &mut String, names: &mut LabelNames, labels: LabelPairs<'_>, escaping: Escaping) {
    for (at, (name, value)) in labels.iter().enumerate() {
        out.push_str(names.before_value(at, name, escaping));
        push_quoted(out, value);
    }
}
