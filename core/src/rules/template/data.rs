//! What a template gets to know.

use crate::model::Labels;
use crate::promql::ParseError;
use crate::promql::eval::EvalError;

/// What a template of an alert gets to know.
///
/// [`Template::expand`](super::Template::expand) has an example.
#[derive(Clone, Debug)]
pub struct TemplateData<'a> {
    /// `$labels`: those of the series that the alert's expression found, the metric's name among them.
    pub labels: &'a Labels,
    /// `$externalLabels`: what distinguishes this server from others.
    pub external_labels: &'a Labels,
    /// `$externalURL`: where this server can be reached, such as `http://127.0.0.1:9095`.
    pub external_url: &'a str,
    /// `$value`.
    pub value: &'a TemplateValue,
}

/// What an alert's expression found.
///
/// ```
/// use p95_core::rules::TemplateValue;
/// assert_ne!(TemplateValue::Float(0.5), TemplateValue::Histogram("{count:1, sum:0.5}".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateValue {
    /// A number.
    Float(f64),
    /// A native histogram, as Prometheus writes it.
    Histogram(String),
}

/// An element of what `query` answers.
///
/// [`Template::expand`](super::Template::expand) has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateSample {
    /// The series, with the metric's name.
    pub labels: Labels,
    /// Its value.
    pub value: f64,
}

/// Who answers the queries of templates, at the time of the evaluation; a number as one element without labels.
pub type TemplateQueries<'a> = dyn FnMut(&str) -> Result<Vec<TemplateSample>, QueryError> + 'a;

/// Why a query has no answer.
///
/// ```
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::rules::QueryError;
///
/// let error = QueryError::from(parse("sum(", &ParseOptions::default()).unwrap_err());
/// assert!(error.to_string().starts_with("position 1:5: "));
/// ```
#[derive(Clone, Debug, thiserror::Error)]
pub enum QueryError {
    /// It is no query.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// It cannot be evaluated.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// Its answer is a range vector or a text.
    #[error("the answer is neither an instant vector nor a number")]
    Type,
}
