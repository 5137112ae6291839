//! Families and series whose names, labels and bounds are written once: for who writes the same ones again and again,
//! or must do with little code. The format is OpenMetrics.

use super::escape::push_quoted;
use super::number::{PushFloat, push_count_with, push_float_with, push_label_number_with};
use super::visit::{FamilyHead, LabelPairs};
use crate::model::MetricType;
use crate::model::labels::{is_legacy_label_name, is_legacy_metric_name};

/// A family, ready to be written.
///
/// ```
/// use p95_core::exposition::encode::{FamilyHead, PreparedFamily, PreparedSeries};
/// use p95_core::model::MetricType;
///
/// let head = FamilyHead { name: "load", metric_type: MetricType::Histogram, unit: "", help: "Loads." };
/// let family = PreparedFamily::new(&head, &[0.5], |out, value| out.push_str(&value.to_string())).unwrap();
/// let series = PreparedSeries::new(&[("view", "cart")]).unwrap();
/// let mut page = String::new();
/// family.push_comments(&mut page);
/// family.push_series(&mut page, &series, 3.25, &[2.0, 1.0]);
/// assert_eq!(
///     page,
///     "# HELP load Loads.\n# TYPE load histogram\n\
///      load_bucket{view=\"cart\",le=\"0.5\"} 2\nload_bucket{view=\"cart\",le=\"+Inf\"} 3\n\
///      load_count{view=\"cart\"} 3\nload_sum{view=\"cart\"} 3.25\n"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct PreparedFamily {
    metric_type: MetricType,
    name: String,
    comments: String,
    /// The labels `le` of the buckets, the last for `+Inf`.
    bounds: Vec<String>,
    push_float: PushFloat,
}

/// The labels of a series, ready to be written.
///
/// ```
/// use p95_core::exposition::encode::PreparedSeries;
/// assert!(PreparedSeries::new(&[("view", "cart")]).is_some());
/// assert!(PreparedSeries::new(&[("no name", "")]).is_none());
/// ```
#[derive(Clone, Debug)]
pub struct PreparedSeries {
    labels: String,
}

impl PreparedFamily {
    /// `bounds` are those of a histogram's buckets, ascending and finite; `push_float` writes what is not whole.
    ///
    /// `None` where the name needs quotes.
    pub fn new(head: &FamilyHead<'_>, bounds: &[f64], push_float: PushFloat) -> Option<Self> {
        let mut comments = String::new();
        if !head.help.is_empty() {
            push_all(&mut comments, &["# HELP ", head.name, " "]);
            push_quoted(&mut comments, head.help);
            comments.push('\n');
        }
        push_all(&mut comments, &["# TYPE ", head.name, " ", head.metric_type.as_str(), "\n"]);
        let mut labels = Vec::new();
        for bound in bounds.iter().chain(&[f64::INFINITY]) {
            let mut label = String::from("le=\"");
            push_label_number_with(&mut label, *bound, push_float);
            label.push('"');
            labels.push(label);
        }
        let name = String::from(head.name);
        is_legacy_metric_name(head.name).then_some(Self {
            metric_type: head.metric_type,
            name,
            comments,
            bounds: labels,
            push_float,
        })
    }

    /// Appends what stands before the first series.
    pub fn push_comments(&self, out: &mut String) {
        out.push_str(&self.comments);
    }

    /// Appends the lines of a series.
    ///
    /// `value` is a counter's total, a histogram's or summary's sum, or what a series of another type shows; that of a
    /// state set is 0 or 1 for the state that its last label names. `counts` are the observations in each of a histogram's
    /// buckets, not cumulative, or a summary's count.
    pub fn push_series(&self, out: &mut String, series: &PreparedSeries, value: f64, counts: &[f64]) {
        let suffix = match self.metric_type {
            MetricType::Histogram | MetricType::Summary => {
                let mut count = 0.0;
                for (at, more) in counts.iter().enumerate() {
                    count += more;
                    if let (MetricType::Histogram, Some(bound)) = (self.metric_type, self.bounds.get(at)) {
                        self.push_line(out, "_bucket", series, bound);
                        self.push_count(out, count);
                    }
                }
                self.push_line(out, "_count", series, "");
                self.push_count(out, count);
                "_sum"
            }
            MetricType::Counter => "_total",
            MetricType::Info => "_info",
            _ => "",
        };
        self.push_line(out, suffix, series, "");
        if let MetricType::Info | MetricType::StateSet = self.metric_type {
            return self.push_count(out, value);
        }
        push_float_with(out, value, self.push_float);
        out.push('\n');
    }

    /// A line up to its value.
    fn push_line(&self, out: &mut String, suffix: &str, series: &PreparedSeries, more: &str) {
        push_all(out, &[&self.name, suffix]);
        let separator = if series.labels.is_empty() || more.is_empty() { "" } else { "," };
        if series.labels.is_empty() && more.is_empty() {
            out.push(' ');
        } else {
            push_all(out, &["{", &series.labels, separator, more, "} "]);
        }
    }

    fn push_count(&self, out: &mut String, count: f64) {
        push_count_with(out, count, self.push_float);
        out.push('\n');
    }
}

impl PreparedSeries {
    /// `None` where the name of a label needs quotes.
    pub fn new(labels: LabelPairs<'_>) -> Option<Self> {
        let mut text = String::new();
        for (name, value) in labels {
            if !is_legacy_label_name(name) {
                return None;
            }
            let separator = if text.is_empty() { "" } else { "," };
            push_all(&mut text, &[separator, name, "=\""]);
            push_quoted(&mut text, value);
            text.push('"');
        }
        Some(Self { labels: text })
    }
}

fn push_all(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}
