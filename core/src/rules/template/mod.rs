//! Templates of labels and annotations: the part of Go's `text/template` that alerts use, with the functions that Prometheus
//! adds to it.
//!
//! There are actions with pipelines, variables, `if`, `with`, `range`, `break`, `continue`, comments, and blanks trimmed by
//! `{{-` and `-}}`. There is no `define`, `template` or `block`, and no call of Go's methods; both are errors.

mod ast;
mod call;
mod compare;
mod data;
mod error;
mod execute;
mod function;
mod humanize;
mod lex;
mod literal;
mod number;
mod parse;
mod printf;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use data::{QueryError, TemplateData, TemplateQueries, TemplateSample, TemplateValue};
pub use error::TemplateError;

use ast::Node;

/// A text with `{{ … }}` in it.
///
/// ```
/// use p95_core::rules::Template;
///
/// assert!(Template::parse("{{ $value | humanizePercentage }} of {{ $labels.job }}").is_ok());
/// let error = Template::parse("{{ $value | humanise }}").unwrap_err();
/// assert_eq!(error.to_string(), "position 1:13: unknown function \"humanise\": did you mean humanize?");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    text: String,
    nodes: Vec<Node>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Where it is none, calls a function that is not there, or has a variable that nobody set.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let nodes = lex::parts(text).and_then(parse::parse).map_err(|error| error.locate(text))?;
        Ok(Self { text: text.to_owned(), nodes })
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with the values of an alert in it.
    ///
    /// ```
    /// use p95_core::model::Labels;
    /// use p95_core::rules::{Template, TemplateData, TemplateSample, TemplateValue};
    ///
    /// let template = Template::parse("{{ $labels.job }}: {{ humanizePercentage $value }} of {{ query \"up\" | first | value }}")?;
    /// let data = TemplateData {
    ///     labels: &Labels::from_pairs([("job", "shop")]),
    ///     external_labels: &Labels::empty(),
    ///     external_url: "",
    ///     value: &TemplateValue::Float(0.0512),
    /// };
    /// let mut seven = |_: &str| Ok(vec![TemplateSample { labels: Labels::empty(), value: 7.0 }]);
    /// assert_eq!(template.expand(&data, &mut seven)?, "shop: 5.12% of 7");
    /// # Ok::<(), p95_core::rules::TemplateError>(())
    /// ```
    ///
    /// # Errors
    /// Where a function gets what it does not take, or a query has no answer.
    pub fn expand(
        &self,
        data: &TemplateData<'_>,
        queries: &mut TemplateQueries<'_>,
    ) -> Result<String, TemplateError> {
        execute::execute(&self.nodes, data, queries).map_err(|error| error.locate(&self.text))
    }
}
