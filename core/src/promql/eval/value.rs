//! What a query answers.

use std::sync::Arc;

use crate::model::{FloatSample, Labels, NativeHistogram, Samples};
use crate::promql::annotations::Annotations;

/// The answer to a query, and what is to be said about it.
///
/// ```
/// use p95_core::promql::eval::{EngineOptions, QueryValue, instant};
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::store::Store;
///
/// let answer = instant(&Store::default(), &parse("'a'", &ParseOptions::default())?, 0, &EngineOptions::default())?;
/// assert_eq!(answer.value, QueryValue::String("a".to_owned()));
/// assert!(answer.annotations.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// The answer.
    pub value: QueryValue,
    /// Warnings and remarks, each once.
    pub annotations: Annotations,
}

/// The answer to a query.
///
/// ```
/// use p95_core::model::FloatSample;
/// use p95_core::promql::eval::{EngineOptions, QueryValue, instant};
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::store::Store;
///
/// let query = parse("1 + 1", &ParseOptions::default())?;
/// let answer = instant(&Store::default(), &query, 1_000, &EngineOptions::default())?;
/// assert_eq!(answer.value, QueryValue::Scalar(FloatSample { timestamp_ms: 1_000, value: 2.0 }));
/// assert_eq!(answer.value.series_count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum QueryValue {
    /// A number at the time of the query.
    Scalar(FloatSample),
    /// A text.
    String(String),
    /// One sample for each series; in the query's order where it sorts, else by labels.
    Vector(Vec<VectorSample>),
    /// Many samples for each series, by labels.
    Matrix(Vec<MatrixSeries>),
}

/// A series' sample in an instant vector.
///
/// [`instant`](super::instant) has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorSample {
    /// The series.
    pub labels: Labels,
    /// The time of the query, with the number at that time; NaN where it is a histogram.
    pub sample: FloatSample,
    /// The native histogram at that time, where it is one.
    pub histogram: Option<Arc<NativeHistogram>>,
}

/// A series' samples in a range vector, or in the answer to a range query.
///
/// [`range`](super::range) has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixSeries {
    /// The series.
    pub labels: Labels,
    /// Its samples, in order of time; at least one.
    pub samples: Samples,
}

impl QueryValue {
    /// The number of series; 1 for a number or a text.
    pub fn series_count(&self) -> usize {
        match self {
            Self::Scalar(_) | Self::String(_) => 1,
            Self::Vector(samples) => samples.len(),
            Self::Matrix(series) => series.len(),
        }
    }
}
