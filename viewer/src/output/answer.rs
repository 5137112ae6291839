//! What is written.

use p95_core::model::{Labels, SampleValue, Samples};
use p95_core::promql::eval::QueryValue;
use p95_core::remote::format_float;

/// The answer to a query. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// One number.
    Scalar { timestamp_ms: i64, value: f64 },
    /// One text.
    Text { timestamp_ms: i64, value: String },
    /// Each series with its one sample.
    Vector(Vec<Series>),
    /// Each series with its samples.
    Matrix(Vec<Series>),
}

/// A series of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    /// Its labels.
    pub(super) labels: Labels,
    /// Its samples: time and value.
    pub(super) samples: Vec<(i64, SampleValue)>,
}

impl Answer {
    /// What the evaluator answered for `at_ms`.
    pub(super) fn new(value: QueryValue, at_ms: i64) -> Self {
        match value {
            QueryValue::Scalar(sample) => {
                Self::Scalar { timestamp_ms: sample.timestamp_ms, value: sample.value }
            }
            QueryValue::String(value) => Self::Text { timestamp_ms: at_ms, value },
            QueryValue::Vector(samples) => Self::Vector(
                samples
                    .into_iter()
                    .map(|element| Series {
                        labels: element.labels,
                        samples: vec![(
                            element.sample.timestamp_ms,
                            element
                                .histogram
                                .map_or(SampleValue::Float(element.sample.value), SampleValue::Histogram),
                        )],
                    })
                    .collect(),
            ),
            QueryValue::Matrix(series) => Self::Matrix(
                series
                    .into_iter()
                    .map(|series| Series { labels: series.labels, samples: in_order(series.samples) })
                    .collect(),
            ),
        }
    }

    /// The series, none for a number or a text.
    pub(super) fn series(&self) -> &[Series] {
        match self {
            Self::Vector(series) | Self::Matrix(series) => series,
            Self::Scalar { .. } | Self::Text { .. } => &[],
        }
    }

    /// The names of all labels: the metric's name first, then by name.
    pub(super) fn label_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.series().iter().flat_map(|series| series.labels.iter().map(|(name, _)| name)).collect();
        names.sort_unstable_by_key(|name| (*name != p95_core::model::labels::METRIC_NAME, *name));
        names.dedup();
        names
    }
}

/// A number, or a native histogram as [`NativeHistogram`](p95_core::model::NativeHistogram) displays itself.
pub(super) fn format_value(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) => format_float(*value),
        SampleValue::Histogram(histogram) => histogram.to_string(),
    }
}

/// Time and value of each sample, numbers and histograms in one order.
fn in_order(samples: Samples) -> Vec<(i64, SampleValue)> {
    let floats =
        samples.floats.into_iter().map(|sample| (sample.timestamp_ms, SampleValue::Float(sample.value)));
    let histograms = samples.histograms.into_iter();
    let histograms = histograms.map(|sample| (sample.timestamp_ms, SampleValue::Histogram(sample.histogram)));
    let mut samples: Vec<_> = floats.chain(histograms).collect();
    samples.sort_by_key(|(timestamp_ms, _)| *timestamp_ms);
    samples
}
