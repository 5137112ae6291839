//! Samples with their times: OpenMetrics text that tells a past.

use super::escape::push_quoted;
use super::lines::Lines;
use super::number::{push_float, push_seconds};
use super::visit::FamilyHead;
use crate::exposition::Escaping;
use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, Metadata, MetricType};

/// Writes OpenMetrics text line by line, for samples that have times of their own. The order of the lines is the
/// caller's: all samples of a family after its head, those of one metric together, and in order of time.
#[derive(Clone, Debug)]
pub struct HistoryLines {
    lines: Lines,
}

impl Default for HistoryLines {
    fn default() -> Self {
        Self { lines: Lines::new(Escaping::AllowUtf8, true) }
    }
}

impl HistoryLines {
    /// The head of a family.
    pub fn family(&mut self, metadata: &Metadata) {
        self.set_name(&metadata.name);
        self.lines.comment("TYPE", "");
        self.lines.out.push_str(metadata.metric_type.as_str());
        self.lines.out.push('\n');
        if !metadata.unit.is_empty() {
            self.lines.comment("UNIT", "");
            self.lines.out.push_str(&metadata.unit);
            self.lines.out.push('\n');
        }
        if !metadata.help.is_empty() {
            self.lines.comment("HELP", "");
            push_quoted(&mut self.lines.out, &metadata.help);
            self.lines.out.push('\n');
        }
    }

    /// What the lines of a series begin with, for [`Self::sample`].
    pub fn series(&mut self, labels: &Labels) -> String {
        self.set_name(labels.metric_name());
        let pairs = Vec::from_iter(labels.iter().filter(|(name, _)| *name != METRIC_NAME));
        let start = self.lines.out.len();
        self.lines.series("", &pairs);
        self.lines.end_metric();
        self.lines.out.split_off(start)
    }

    /// A sample of the series that begins so.
    pub fn sample(&mut self, series: &str, timestamp_ms: i64, value: f64) {
        let out = &mut self.lines.out;
        out.push_str(series);
        push_float(out, value);
        out.push(' ');
        push_seconds(out, timestamp_ms);
        out.push('\n');
    }

    /// The end of the text.
    pub fn end(&mut self) {
        self.lines.out.push_str("# EOF\n");
    }

    /// How many bytes [`Self::take`] would give.
    pub fn len_bytes(&self) -> usize {
        self.lines.out.len()
    }

    /// The lines since the last time.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.lines.out)
    }

    fn set_name(&mut self, name: &str) {
        // As of a gauge: nothing is added to its name.
        let head = FamilyHead { name, metric_type: MetricType::Gauge, unit: "", help: "" };
        self.lines.family.set(&head, Escaping::AllowUtf8);
    }
}
