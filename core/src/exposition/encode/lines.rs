//! Lines of the text formats.

use super::escape::push_quoted;
use super::name::{FamilyName, push_label_name};
use super::number::{push_count, push_float, push_label_number, push_millis, push_seconds};
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
}

impl Lines {
    /// `# KEYWORD name `
    pub(super) fn comment(&mut self, keyword: &str, suffix: &str) {
        self.out.push_str("# ");
        self.out.push_str(keyword);
        self.out.push(' ');
        self.family.push(&mut self.out, suffix);
        self.out.push(' ');
    }

    /// `name{labels} `
    pub(super) fn series(&mut self, suffix: &str, labels: LabelPairs<'_>, more: LabelPairs<'_>) {
        let mut separator = self.open(suffix);
        for (name, value) in labels.iter().chain(more) {
            self.label(&mut separator, name, value);
        }
        self.close(separator);
    }

    /// As [`Self::series`], with a number in the last label.
    pub(super) fn numbered_series(&mut self, suffix: &str, labels: LabelPairs<'_>, number: (&str, f64)) {
        let mut separator = self.open(suffix);
        for (name, value) in labels {
            self.label(&mut separator, name, value);
        }
        self.out.push(separator);
        self.out.push_str(number.0);
        self.out.push_str("=\"");
        push_label_number(&mut self.out, number.1);
        self.out.push_str("\"} ");
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
    fn end(&mut self, exemplar: Option<&ExemplarValue<'_>>) {
        if let Some(timestamp_ms) = self.timestamp_ms {
            self.timestamp(timestamp_ms);
        }
        if let Some(exemplar) = exemplar.filter(|_| self.is_open_metrics) {
            self.out.push_str(" # ");
            let mut separator = '{';
            for (name, value) in exemplar.labels {
                self.label(&mut separator, name, value);
            }
            if separator == '{' {
                self.out.push('{');
            }
            self.out.push_str("} ");
            push_float(&mut self.out, exemplar.value);
            if let Some(timestamp_ms) = exemplar.timestamp_ms {
                self.timestamp(timestamp_ms);
            }
        }
        self.out.push('\n');
    }

    fn timestamp(&mut self, timestamp_ms: i64) {
        self.out.push(' ');
        if self.is_open_metrics {
            push_seconds(&mut self.out, timestamp_ms);
        } else {
            push_millis(&mut self.out, timestamp_ms);
        }
    }

    /// Writes the name; returns what stands before the next label.
    #[inline]
    fn open(&mut self, suffix: &str) -> char {
        if self.family.is_quoted {
            self.out.push('{');
            self.family.push(&mut self.out, suffix);
            ','
        } else {
            self.family.push(&mut self.out, suffix);
            '{'
        }
    }

    #[inline]
    fn label(&mut self, separator: &mut char, name: &str, value: &str) {
        self.out.push(*separator);
        *separator = ',';
        push_label_name(&mut self.out, name, self.escaping);
        self.out.push_str("=\"");
        push_quoted(&mut self.out, value);
        self.out.push('"');
    }

    #[inline]
    fn close(&mut self, separator: char) {
        self.out.push_str(if separator == '{' { " " } else { "} " });
    }
}
